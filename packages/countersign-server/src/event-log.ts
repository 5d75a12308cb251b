// What is logged of sessions and accounts: every authentication, its failure and its end (ASVS 16.3.1).

import type { SessionListener, StoreListener } from 'countersign';
import type { AccountListener } from 'countersign/accounts';

import { errorFields, type Log } from './log.js';

export function sessionEvents(log: Log): SessionListener {
  return {
    signedIn: ({ id, userId, factors, client, replaces }) =>
      log.info('signed-in', {
        session: id,
        user: userId,
        factors: factors.join(','),
        address: client.address,
        replaces,
      }),
    ended: ({ id, userId, reason }) =>
      log.info('session-ended', { session: id, user: userId, reason }),
    reuseDetected: ({ id, userId, client }) =>
      log.warning('copied-session', { session: id, user: userId, address: client.address }),
    unknownToken: ({ kind, client }) =>
      log.warning('unknown-token', { kind, address: client.address }),
    anomaly: ({ kind, id, client, cause }) =>
      log.warning('anomaly', {
        kind,
        session: id,
        address: client.address,
        ...(cause === undefined ? {} : errorFields(cause)),
      }),
  };
}

/** Whether what other doorkeepers change is heard of: while it is not, every check asks the store. */
export function storeEvents(log: Log): StoreListener {
  let isLost = false;
  return {
    ended: () => undefined,
    everything: () => undefined,
    lost() {
      if (!isLost) log.warning('store-lost');
      isLost = true;
    },
    heard() {
      if (isLost) log.info('store-back');
      isLost = false;
    },
  };
}

/** One line for each, named by what was tried. */
export function accountEvents(log: Log): AccountListener {
  return ({ action, outcome, reason, userId, address, cause }) => {
    const fields = {
      outcome,
      user: userId,
      address,
      ...(reason === null ? {} : { reason }),
      ...(cause === undefined ? {} : errorFields(cause)),
    };
    if (outcome === 'success') log.info(action, fields);
    else if (outcome === 'refused') log.warning(action, fields);
    else log.error(action, fields);
  };
}
