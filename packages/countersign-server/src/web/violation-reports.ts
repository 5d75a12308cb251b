// Where browsers report what the policy of a page kept from happening (ASVS 3.4.7), and how much of that
// gets into the log. Whoever sends has nothing to show for it, so a flood of reports writes a few lines.

import type { Clock } from 'countersign';
import { createThrottle } from 'countersign/accounts';

import type { Log } from '../log.js';
import type { PageContext } from './doorkeeper.js';
import { readReports, type ViolationReport } from './violation-report.js';

/** What a request shows of itself where it takes no cookie: nothing else is looked at. */
const NEEDED = ['content-type', 'content-length', 'user-agent', 'x-forwarded-for'] as const;

const MINUTE_MS = 60_000;
/** Lines from one network, and in all, in one minute. */
const MOST_FROM_NETWORK = 10;
const MOST_LINES = 30;

/**
 * The same request without cookies, and without what says which page it is from: browsers leave that out
 * of reports as they like, and nothing that is done here has to be kept from anybody.
 */
export function withoutCredentials(request: Request): Request {
  const headers = new Headers();
  for (const name of NEEDED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Request(request, { headers });
}

export interface ViolationReports {
  /** Answers 204 to every report, whether or not it got into the log, and 400 to what is none. */
  take(c: PageContext): Promise<Response>;
}

export function createViolationReports({
  log,
  clock,
}: {
  readonly log: Log;
  readonly clock: Clock;
}): ViolationReports {
  // Of this process alone: to count a flood in a store that is shared would carry it there.
  const throttle = createThrottle({
    clock,
    addressLimit: MOST_FROM_NETWORK,
    addressWindowMs: MINUTE_MS,
  });
  const lines = createBoundedLines(log, clock);
  return {
    async take(c) {
      const reading = await readReports(c.req.raw);
      if (reading === undefined) return c.body(null, 400);
      const { address } = c.env;
      for (const report of reading.reports) {
        // Never settled, so it stays counted.
        const leave = await throttle.begin(address === null ? {} : { address });
        if (leave.ok) lines.write(report, address);
        else lines.leaveOut(1);
      }
      lines.leaveOut(reading.leftOut);
      return c.body(null, 204);
    },
  };
}

interface BoundedLines {
  write(report: ViolationReport, address: string | null): void;
  leaveOut(count: number): void;
}

/** What is too much is counted, and told once a minute. */
function createBoundedLines(log: Log, clock: Clock): BoundedLines {
  let minute = clock.now();
  let written = 0;
  let leftOut = 0;
  const leaveOut = (count: number): void => {
    if (count === 0) return;
    if (leftOut === 0)
      clock.after(MINUTE_MS, () => {
        log.warning('policy-violations-left-out', { count: leftOut });
        leftOut = 0;
      });
    leftOut += count;
  };
  return {
    write(report, address) {
      const now = clock.now();
      if (now >= minute + MINUTE_MS || now < minute) [minute, written] = [now, 0];
      if (written >= MOST_LINES) {
        leaveOut(1);
        return;
      }
      written += 1;
      log.warning('policy-violation', { ...report, address });
    },
    leaveOut,
  };
}
