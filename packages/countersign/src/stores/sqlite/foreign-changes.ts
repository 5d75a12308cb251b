// Notices changes by other stores on the same file, in this process or another, by looking into the change
// log again and again while somebody listens.

import type { Cancel, Clock } from '../../clock.js';
import type { SessionId } from '../../session/record.js';
import type { StoreListener } from '../../session/store.js';
import type { Change, ChangeLog } from './change-log.js';

/** How often the log is looked into at least, a few microseconds each time. */
const LONGEST_INTERVAL_MS = 250;

export class ForeignChanges {
  readonly #clock: Clock;
  readonly #log: ChangeLog;
  readonly #listener: Required<StoreListener>;
  #interval = LONGEST_INTERVAL_MS;
  #cancel: Cancel | undefined;
  /** The number of the last change that is known of; `undefined` while nothing is. */
  #seen: number | undefined;

  constructor(clock: Clock, log: ChangeLog, listener: Required<StoreListener>) {
    this.#clock = clock;
    this.#log = log;
    this.#listener = listener;
  }

  /**
   * Starts looking, or looks more often from now on. Changes before the first start are nobody's business.
   * @param heartbeat how often `heard` is wanted at least, in milliseconds
   */
  start(heartbeat: number = LONGEST_INTERVAL_MS): void {
    this.#interval = Math.min(this.#interval, heartbeat);
    if (this.#cancel === undefined) this.#seen = this.#newest();
    this.#cancel?.();
    this.#arm();
    this.#look();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#interval = LONGEST_INTERVAL_MS;
  }

  #arm(): void {
    this.#cancel = this.#clock.after(this.#interval, () => {
      this.#arm();
      this.#look();
    });
  }

  /** Tells of what others did since the last look. A look that fails tells nothing: the next one is near. */
  #look(): void {
    const at = this.#clock.now();
    if (this.#seen === undefined) {
      this.#seen = this.#newest();
      if (this.#seen === undefined) return;
      this.#listener.everything();
    } else {
      const changes = this.#since(this.#seen);
      if (changes === undefined) return;
      this.#tell(this.#seen, changes);
      this.#seen = changes.at(-1)?.number ?? this.#seen;
    }
    this.#listener.heard(at);
  }

  #tell(seen: number, changes: readonly Change[]): void {
    const [first] = changes;
    if (first === undefined) return;
    const foreign = changes.filter((change) => !this.#log.isOwn(change));
    // Rows that are missing were pruned before this look.
    const isGap = first.number !== seen + 1;
    if (isGap || foreign.some(({ kind }) => kind === 'everything')) {
      this.#listener.everything();
      return;
    }
    this.#listener.ended(idsOf(foreign, 'ended'));
    this.#listener.changed(idsOf(foreign, 'changed'));
  }

  #newest(): number | undefined {
    try {
      return this.#log.newest();
    } catch {
      return undefined;
    }
  }

  #since(number: number): readonly Change[] | undefined {
    try {
      return this.#log.since(number);
    } catch {
      return undefined;
    }
  }
}

function idsOf(changes: readonly Change[], wanted: Change['kind']): readonly SessionId[] {
  const ids = changes.flatMap(({ kind, id }) => (kind === wanted && id !== null ? [id] : []));
  return [...new Set(ids)];
}
