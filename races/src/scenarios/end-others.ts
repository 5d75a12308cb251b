// Scenario 4: "end all others" races sign-ins of the same user that began before it: their passwords are
// being checked. Afterwards only the session that asked may be there, whoever was faster.

import { Browser } from '../browser.js';
import type { Application } from '../contender.js';
import { countUp, isAccepted, LATER, nodeOf, signedIn } from './cast.js';

export interface EndOthersFigures {
  /** Sign-ins that had begun before the ending was asked for. */
  readonly begun: number;
  /** Those of them whose session works afterwards. */
  readonly survived: number;
  /** Those of them whose session still does ten minutes later. */
  readonly survivedForLong: number;
  /** Rounds after which the session that asked was gone. */
  readonly askerLost: number;
}

/** When the sign-ins go on: after the ending, before it, or with it. */
const ORDERS = ['after', 'before', 'together'] as const;

export async function raceEndOthers(
  application: Application,
  { rounds, signIns }: { readonly rounds: number; readonly signIns: number },
): Promise<EndOthersFigures> {
  let survived = 0;
  let survivedForLong = 0;
  let askerLost = 0;
  for (const round of countUp(rounds)) {
    const user = `many-${round}`;
    const asker = await signedIn(application, user);
    const browsers = countUp(signIns).map(() => new Browser());
    const answers = browsers.map(async (browser, number) =>
      browser.visit(nodeOf(application, number), `POST /sign-in?user=${user}&gate=${user}`),
    );
    await application.gates.arrivals(user, signIns);
    await endInOrder(application, asker, { user, order: ORDERS[round % ORDERS.length] });
    await Promise.all(answers);
    const works = async (browser: Browser): Promise<boolean> =>
      isAccepted(browser, nodeOf(application, round), user);
    const survivors = await filter(browsers, works);
    if (!(await isAccepted(asker, nodeOf(application, 0), user))) askerLost += 1;
    survived += survivors.length;
    if (survivors.length > 0) await application.advance(LATER);
    survivedForLong += (await filter(survivors, works)).length;
    for (const browser of [asker, ...browsers]) browser.close();
  }
  return { begun: rounds * signIns, survived, survivedForLong, askerLost };
}

async function endInOrder(
  application: Application,
  asker: Browser,
  { user, order }: { readonly user: string; readonly order: (typeof ORDERS)[number] | undefined },
): Promise<void> {
  const end = async (): Promise<void> => {
    const { status } = await asker.visit(nodeOf(application, 1), 'POST /end-others');
    if (status !== 200) throw new Error(`Ending the others was answered with ${status}`);
  };
  if (order === 'before') application.gates.open(user);
  const ending = end();
  if (order === 'after') await ending;
  application.gates.open(user);
  await ending;
}

async function filter<T>(
  values: readonly T[],
  isWanted: (value: T) => Promise<boolean>,
): Promise<readonly T[]> {
  const answers = await Promise.all(values.map(isWanted));
  return values.filter((_, position) => answers[position]);
}
