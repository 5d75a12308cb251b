// Epochs of users as rows. A user without a row has the base epoch. A raised one is kept while a
// sign-in that read the epoch before could still be under way. Runs inside the caller's transactions.

import { encodeBase64url } from '../../crypto/base64url.js';
import { randomBytes } from '../../crypto/random.js';
import type { Epoch } from '../../session/store.js';
import { integerOf, textOf } from './driver.js';
import { toColumn } from './exact-text.js';
import type { SessionStatements } from './session-statements.js';

const HOUR_MS = 3_600_000;
/** Being asked for is noted at most so often, so that asking rarely writes. */
const USE_STEP_MS = 12 * HOUR_MS;
/** Sign-in tickets live for less than 24 hours, and a use may be noted a step late. */
const KEPT_MS = 24 * HOUR_MS + USE_STEP_MS;

export class UserEpochs {
  readonly #sql: SessionStatements;

  constructor(sql: SessionStatements) {
    this.#sql = sql;
  }

  /** The epoch now, and whether its use is to be noted by `use`. */
  read(userId: string, now: number): { readonly epoch: Epoch; readonly isUseDue: boolean } {
    const row = this.#sql.userEpoch.one(toColumn(userId));
    if (row === undefined) {
      return { epoch: textOf(this.#sql.baseEpoch.one()?.[0]), isUseDue: false };
    }
    return { epoch: textOf(row[0]), isUseDue: integerOf(row[1]) < now - USE_STEP_MS };
  }

  use(userId: string, now: number): void {
    this.#sql.useEpoch.run(now, toColumn(userId));
  }

  raise(userId: string, now: number): void {
    this.#sql.raiseUser.run(toColumn(userId), newEpoch(), now);
  }

  raiseAll(): void {
    this.#sql.raiseBase.run(newEpoch());
    this.#sql.forgetEpochs.run();
  }

  /** Forgets at most `limit` users whose epoch no ticket can hold any more. */
  forget(now: number, limit: number): void {
    this.#sql.forgetOldEpochs.run(now - KEPT_MS, limit);
  }
}

/** 96 random bits: no epoch comes twice, whichever process made it. */
function newEpoch(): Epoch {
  return encodeBase64url(randomBytes(12));
}
