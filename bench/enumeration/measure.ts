// Tries of all kinds of one path in turn: the time to the answer, the processor's time for it, the time of
// another request right after it, and the processor's time until nothing goes on any more.

import { medianOf } from '../measure/ratio.js';
import { Random } from '../scale/random.js';
import { nextNetwork, requestWith, type Path, type Prepare, type Try } from './path.js';
import type { Cost } from './report.js';
import type { World } from './world.js';

export interface Measured {
  readonly kind: string;
  readonly isTold: boolean;
  readonly costs: readonly Cost[];
}

export interface Rounds {
  readonly rounds: number;
  readonly warming: number;
  /** Beyond this part of the known request, two kinds are told apart. Twice as much is planted. */
  readonly part: number;
}

export interface Measurement {
  readonly measured: readonly Measured[];
  /** What was added to the answer of one kind, and behind that of another, to show that as little is seen. */
  readonly plantedMs: number;
}

type Planted = 'in the answer' | 'behind the answer';

interface Contender {
  readonly kind: string;
  readonly prepare: Prepare;
  readonly isTold?: true;
  readonly planted?: Planted;
}

export const AGAIN = 'again';
export const PLANTED = 'planted';
export const PLANTED_BEHIND = 'planted behind';

/** Every kind once in each round, in an order left to chance, so that whatever else runs falls on all. */
export async function measure(
  { groups, world }: Path,
  { rounds, warming, part }: Rounds,
): Promise<Measurement> {
  const total = rounds + warming;
  const [first] = groups;
  const contenders: Contender[] = [];
  for (const { make, ...group } of groups)
    contenders.push({ ...group, prepare: await make(total) });
  const more = [
    { kind: AGAIN },
    { kind: PLANTED, planted: 'in the answer' },
    { kind: PLANTED_BEHIND, planted: 'behind the answer' },
  ] as const;
  for (const each of more) contenders.push({ ...each, prepare: await first.make(total) });
  const random = new Random(8_675_309);
  const costs = new Map<string, Cost[]>(contenders.map(({ kind }) => [kind, []]));
  const answers = new Map<string, string>();
  const warm: number[] = [];
  let plantedMs = 0;
  for (let round = 0; round < total; round += 1) {
    if (round === warming) plantedMs = 2 * part * medianOf(warm);
    const order = contenders
      .map((contender) => ({ contender, key: random.next() }))
      .toSorted((a, b) => a.key - b.key);
    for (const { contender } of order) {
      const { kind, prepare, planted } = contender;
      const given = await prepare(round);
      await world.settled();
      const spinMs = planted === undefined ? {} : { [planted]: plantedMs };
      const { cost, answer } = await attempt(world, given, spinMs);
      answers.set(kind, answer);
      if (round < warming && kind === first.kind) warm.push(cost.worked);
      if (round >= warming) costs.get(kind)?.push(cost);
    }
    world.mails.length = 0;
  }
  assertAlike(answers);
  const measured = contenders.map(({ kind, isTold = false }) => ({
    kind,
    isTold,
    costs: costs.get(kind) ?? [],
  }));
  return { measured, plantedMs };
}

async function attempt(
  world: World,
  { verb, cookie }: Try,
  spinMs: Readonly<Partial<Record<Planted, number>>>,
): Promise<{ readonly cost: Cost; readonly answer: string }> {
  const request = requestWith(cookie);
  const other = requestWith(undefined);
  const networks = [nextNetwork(), nextNetwork()] as const;
  const work = process.cpuUsage();
  const start = process.hrtime.bigint();
  const response = await world.handle(request, verb, networks[0]);
  spin(spinMs['in the answer'] ?? 0);
  const answered = process.hrtime.bigint();
  const worked = workSince(work);
  setImmediate(() => spin(spinMs['behind the answer'] ?? 0));
  // As a request does that is there already: behind whatever this turn of the event loop has left to do.
  await new Promise<void>((resolve) => void setImmediate(resolve));
  await world.handle(other, () => Promise.resolve(null), networks[1]);
  const next = process.hrtime.bigint();
  await world.settled();
  const cost = {
    took: Number(answered - start) / 1e6,
    worked,
    next: Number(next - answered) / 1e6,
    workedInAll: workSince(work),
  };
  const cookies = response.headers.getSetCookie().map((field) => field.replace(/=[^;]*/, '='));
  return { cost, answer: `${response.status} ${await response.text()} ${cookies.join(' ')}` };
}

function workSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function spin(ms: number): void {
  const end = process.hrtime.bigint() + BigInt(Math.round(ms * 1e6));
  while (process.hrtime.bigint() < end);
}

/** What is measured has to be the same answer, or there is nothing to measure. */
function assertAlike(answers: ReadonlyMap<string, string>): void {
  const [known = ''] = answers.values();
  for (const [kind, answer] of answers)
    if (answer !== known) throw new Error(`${kind} is answered ${answer}, not ${known}`);
}
