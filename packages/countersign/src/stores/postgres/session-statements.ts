// The statements of the session store: one call of a function each, or one select. Everything that comes
// back is text. Times and limits are parameters: nothing here knows what time it is.

import { SEND } from './announcement-line.js';
import type { Statement } from './driver.js';
import { RECORD_COLUMN } from './session-rows.js';

export interface SessionStatements {
  /** id → the record's column */
  readonly read: Statement;
  /** user key, now, limit → id and the record's column of each, newest first */
  readonly list: Statement;
  /** user key, now → epoch */
  readonly epoch: Statement;
  /** now, channel, 11 of the record, epoch, replaced id, until, max, whether to refuse → ids or reason */
  readonly insert: Statement;
  /** now, channel, id, keys to set, keys to remove, revision */
  readonly patch: Statement;
  /** now, channel, id, generation, pending hash, renewal */
  readonly renew: Statement;
  /** now, channel, id, from, to */
  readonly bind: Statement;
  /** now, ids, times */
  readonly touch: Statement;
  /** now, channel, ids → ids */
  readonly end: Statement;
  /** now, channel, user key, id to spare → ids */
  readonly endUser: Statement;
  /** now, user key */
  readonly changeEpoch: Statement;
  /** channel */
  readonly endEveryone: Statement;
  /** now, limit → how many */
  readonly sweep: Statement;
  /** channel, payload */
  readonly send: Statement;
  /** used before, limit → how many */
  readonly forget: Statement;
}

/** @param schema a name that needs no quotes */
export function sessionStatements(schema: string): SessionStatements {
  // Names are unique per schema: two stores can share a connection.
  const statement = (name: string, text: string): Statement => ({
    name: `${schema}_${name}`,
    text,
  });
  const call = (name: string, parameters: number): Statement => {
    const list = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
    return statement(name, `SELECT ${schema}.${name}(${list})`);
  };
  const isOfThisEra = `era = (SELECT era FROM ${schema}.state)`;
  return {
    read: statement(
      'read',
      `SELECT ${RECORD_COLUMN} FROM ${schema}.sessions WHERE id = $1 AND ${isOfThisEra}`,
    ),
    list: statement(
      'list',
      `SELECT id, ${RECORD_COLUMN} FROM ${schema}.sessions
       WHERE user_key = $1 AND ${isOfThisEra} AND expires_at > $2
       ORDER BY created_at DESC LIMIT $3`,
    ),
    epoch: call('read_epoch', 2),
    insert: call('insert_session', 18),
    patch: call('patch_session', 6),
    renew: call('renew_session', 6),
    bind: call('bind_session', 5),
    touch: call('touch_sessions', 3),
    end: call('end_sessions', 3),
    endUser: call('end_user', 4),
    changeEpoch: call('change_epoch', 2),
    endEveryone: call('end_everyone', 1),
    sweep: call('sweep', 2),
    send: statement('send', SEND),
    forget: call('forget_users', 2),
  };
}
