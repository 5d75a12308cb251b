// The changes of sessions as numbered rows in the file, so that every process on it can tell which
// sessions to look at again. A row is written in the transaction of its change; touches and expiry leave none.

import type { SessionId } from '../../session/record.js';
import { integerOf, textOrNull } from './driver.js';
import type { SessionStatements } from './session-statements.js';

/** The numbers are in files. */
const KINDS = { ended: 0, changed: 1, everything: 2 } as const;
/** Rows kept. Who has not looked for so many changes is told of everything. */
const KEPT = 10_000;

export type ChangeKind = keyof typeof KINDS;

export interface Change {
  /** One more than that of the change before. */
  readonly number: number;
  /** Which store made it. */
  readonly writer: number;
  readonly kind: ChangeKind;
  /** `null` for everything. */
  readonly id: SessionId | null;
}

export class ChangeLog {
  readonly #sql: SessionStatements;
  readonly #writer: number;

  /** @param writer a number of this store's own */
  constructor(sql: SessionStatements, writer: number) {
    this.#sql = sql;
    this.#writer = writer;
  }

  /** Notes what the transaction under way does to these sessions. */
  note(kind: 'ended' | 'changed', ids: readonly SessionId[]): void {
    for (const id of ids) this.#sql.noteChange.run(this.#writer, KINDS[kind], id);
  }

  noteEverything(): void {
    this.#sql.noteChange.run(this.#writer, KINDS.everything, null);
  }

  /** The number of the newest change. */
  newest(): number {
    return integerOf(this.#sql.newestChange.one()?.[0]);
  }

  /** The changes after this number, in order; fewer than there were when it is long ago. */
  since(number: number): readonly Change[] {
    return this.#sql.changesSince.all(number).map((row) => ({
      number: integerOf(row[0]),
      writer: integerOf(row[1]),
      kind: kindOf(row[2]),
      id: textOrNull(row[3]),
    }));
  }

  isOwn(change: Change): boolean {
    return change.writer === this.#writer;
  }

  /** Removes at most `limit` of the oldest rows, and never the newest: numbers go on from there. */
  prune(limit: number): number {
    return Number(this.#sql.pruneChanges.run(KEPT, limit).changes);
  }
}

/** What a newer version may have added stands for everything. */
function kindOf(column: unknown): ChangeKind {
  if (column === KINDS.ended) return 'ended';
  return column === KINDS.changed ? 'changed' : 'everything';
}
