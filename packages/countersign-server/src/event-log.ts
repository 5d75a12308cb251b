// What is logged of sessions and accounts: every authentication, its failure and its end (ASVS 16.3.1).

import type { SessionListener, StoreListener } from 'countersign';
import type { AccountListener } from 'countersign/accounts';

import { errorFields, type Log } from './log.js';

/** @param reference what a session is called, the same as in account events (ASVS 16.2.5) */
export function sessionEvents(log: Log, reference: (id: string) => string): SessionListener {
  const called = (id: string | null): string | null => (id === null ? null : reference(id));
  return {
    signedIn: ({ id, userId, factors, client, replaces }) =>
      log.info('signed-in', {
        session: called(id),
        user: userId,
        factors: factors.join(','),
        address: client.address,
        replaces: called(replaces),
      }),
    ended: ({ id, userId, reason }) =>
      log.info('session-ended', { session: called(id), user: userId, reason }),
    reuseDetected: ({ id, userId, client }) =>
      log.warning('copied-session', { session: called(id), user: userId, address: client.address }),
    unknownToken: ({ kind, client }) =>
      log.warning('unknown-token', { kind, address: client.address }),
    anomaly: ({ kind, id, client, cause }) =>
      log.warning('anomaly', {
        kind,
        session: called(id),
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

/** What a client says of itself is as long as it likes. */
const LONGEST_USER_AGENT = 256;

/** One line for each, named by what was tried: by what factor, from where and why not. */
export function accountEvents(log: Log): AccountListener {
  return ({ action, outcome, ...event }) => {
    const { reason, authenticator, factors, userId, address, userAgent, session, cause } = event;
    const fields = {
      outcome,
      ...(reason === null ? {} : { reason }),
      user: userId,
      ...(authenticator === null ? {} : { authenticator }),
      ...(factors.length === 0 ? {} : { factors: factors.join(',') }),
      address,
      ...(userAgent === null ? {} : { userAgent: userAgent.slice(0, LONGEST_USER_AGENT) }),
      ...(session === null ? {} : { session }),
      ...(cause === undefined ? {} : errorFields(cause)),
    };
    // People are asked to show who they are as a matter of course.
    const isUsual = outcome === 'success' || reason === 'step-up-needed';
    if (isUsual) log.info(action, fields);
    else if (outcome === 'refused') log.warning(action, fields);
    else log.error(action, fields);
  };
}
