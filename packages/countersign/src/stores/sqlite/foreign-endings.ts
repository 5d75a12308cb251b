// Notices endings by other processes on the same file. Every ending adds one to a counter in the file;
// SQLite tells cheaply whether anybody else wrote at all, so the counter is read only then.

import type { Cancel, Clock } from '../../clock.js';

/** Two microseconds each, while somebody listens. */
const POLL_MS = 250;

export interface EndingSource {
  /** A number that changes when another connection has written. */
  readonly readVersion: () => number;
  readonly readEndings: () => number;
}

export class ForeignEndings {
  readonly #clock: Clock;
  readonly #source: EndingSource;
  readonly #tell: () => void;
  #cancel: Cancel | undefined;
  #version = 0;
  #endings = 0;

  /** @param tell called when others have ended sessions */
  constructor(clock: Clock, source: EndingSource, tell: () => void) {
    this.#clock = clock;
    this.#source = source;
    this.#tell = tell;
  }

  /** Starts looking. Changes before this are nobody's business. */
  start(): void {
    if (this.#cancel !== undefined) return;
    this.#version = this.#source.readVersion();
    this.#endings = this.#source.readEndings();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** An ending by this process made the counter `endings`. Any number skipped was another's. */
  ownEnding(endings: number): void {
    if (this.#cancel === undefined) return;
    const isMissed = endings !== this.#endings + 1;
    this.#endings = endings;
    if (isMissed) this.#tell();
  }

  #arm(): void {
    this.#cancel = this.#clock.after(POLL_MS, () => {
      this.#arm();
      this.#look();
    });
  }

  #look(): void {
    let endings: number;
    try {
      const version = this.#source.readVersion();
      if (version === this.#version) return;
      endings = this.#source.readEndings();
      this.#version = version;
    } catch {
      // Locked or failing: the next look is near, and whoever reads meanwhile gets the error.
      return;
    }
    if (endings === this.#endings) return;
    this.#endings = endings;
    this.#tell();
  }
}
