// Further tries of a mail that the server did not take for now. Not a queue: few mails, for minutes, in
// memory. A mail that may have been taken is never sent again.

import { ONE_TIME_KINDS } from '../accounts/one-time-kinds.js';
import type { Clock } from '../clock.js';
import { misconfigured } from '../errors.js';
import { parseDuration, type Duration } from '../duration.js';

export interface Retries {
  /** Runs `attempt`, and again while what it rejects with was caused by what may pass. */
  run(attempt: () => Promise<void>): Promise<void>;
  /** Ends every wait: what waited rejects with what its last try did. */
  close(): void;
}

/** Mails that wait at most. More are given up at once: they are not worth running out of memory. */
const MOST_WAITING = 200;

/** A mail must not come when its link is over: the shortest that any mail has. */
const LONGEST_MS = ONE_TIME_KINDS['sign-in-link'].lifetimeMs;

/**
 * Reads the option `retryAfter`.
 * @param timeoutMs how long each try may take
 * @returns milliseconds
 * @throws CountersignError `configuration`
 */
export function readRetryAfter(
  delays: readonly Duration[] | undefined,
  timeoutMs: number,
): readonly number[] {
  if (delays === undefined) return [];
  const isList: boolean = Array.isArray(delays);
  if (!isList)
    throw misconfigured('retryAfter', 'is not a list', "Write one such as ['10s', '1m']");
  const delaysMs = delays.map((delay) => parseDuration(delay, 'retryAfter'));
  const longestMs = delaysMs.reduce((sum, delayMs) => sum + delayMs + timeoutMs, timeoutMs);
  if (delaysMs.length > 0 && longestMs > LONGEST_MS)
    throw misconfigured(
      'retryAfter',
      `with the time limit of each try adds up to ${longestMs} ms, and a link to sign in lives ${LONGEST_MS} ms`,
      "Shorten it, such as ['10s', '1m']",
    );
  return delaysMs;
}

/** @param delaysMs from the end of a try to the next one; empty for one try */
export function createRetries(delaysMs: readonly number[], clock: Clock): Retries {
  const waiting = new Set<() => void>();
  let isClosed = false;
  /** Whether the time came, and not the end of all waits. */
  const wait = (delayMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const end = (isDue: boolean): void => {
        waiting.delete(giveUp);
        resolve(isDue);
      };
      const cancel = clock.after(delayMs, () => end(true), { keepsProcess: true });
      const giveUp = (): void => {
        cancel();
        end(false);
      };
      waiting.add(giveUp);
    });
  return {
    async run(attempt) {
      for (const delayMs of delaysMs) {
        try {
          return await attempt();
        } catch (error) {
          const isHopeless = isClosed || waiting.size >= MOST_WAITING || !mayPass(error);
          if (isHopeless || !(await wait(delayMs))) throw error;
        }
      }
      return attempt();
    },
    close() {
      isClosed = true;
      for (const giveUp of waiting) giveUp();
    },
  };
}

/**
 * Whether an error of nodemailer, or what caused it, says that the server has certainly not taken the
 * mail and may do so later: a reply 4yz (RFC 5321 §4.2.1), or a connection that was never made. One that
 * broke later says neither.
 */
function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const replyCode = 'responseCode' in error ? error.responseCode : undefined;
  if (typeof replyCode === 'number') return replyCode >= 400 && replyCode < 500;
  if (isOfConnecting(error)) return true;
  return mayPass(error.cause);
}

/** Timers of nodemailer that run before a mail can be handed over. */
const SETTING_UP: readonly unknown[] = ['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT'];

function isOfConnecting(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // One for each address of a host.
  if (error instanceof AggregateError) return error.errors.every((each) => isOfConnecting(each));
  return (
    ('code' in error && error.code === 'EDNS') ||
    ('syscall' in error && error.syscall === 'connect') ||
    ('timeoutType' in error && SETTING_UP.includes(error.timeoutType))
  );
}
