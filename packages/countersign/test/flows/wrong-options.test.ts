// Options that plain JavaScript can get wrong are found when the flows are made, by their names, and not
// by the first person who needs them (README, promise 6).

import { describe, expect, it } from 'vitest';

import { createFlows, type FlowsOptions } from '../../src/flows/flows.js';
import { createSessions, type Sessions } from '../../src/index.js';
import type { Duration } from '../../src/duration.js';
import { memoryStore } from '../../src/stores/memory/index.js';
import { createWorld, KEYS, ORIGIN } from './fixture.js';

const mailer = { send: () => Promise.resolve() };
const mail = { mailer, origin: ORIGIN };

const WRONG: readonly (readonly [option: string, given: object])[] = [
  ['sessions', { sessions: {} }],
  ['sessions.policy.attempt', { sessions: sessionsWithin('9m') }],
  ['accounts', { accounts: {} }],
  ['serviceName', { serviceName: ' ' }],
  ['onetime', { onetime: {} }],
  ['oneTime', { oneTime: {} }],
  ['oneTime', { oneTime: null }],
  ['storeTimeout', { storeTimeout: null }],
  ['mail', { mail: null }],
  ['mail', { mail: 'smtp://mail.example' }],
  ['mail.mailer', { mail: { origin: ORIGIN } }],
  ['mail.mailer', { mail: { ...mail, mailer: { sendMail: mailer.send } } }],
  ['mail.origin', { mail: { mailer } }],
  ['mail.orgin', { mail: { ...mail, orgin: ORIGIN } }],
  ['mail.paths', { mail: { ...mail, paths: null } }],
  ['mail.paths.rest', { mail: { ...mail, paths: { rest: '/new-password' } } }],
  ['mail.deviceWords', { mail: { ...mail, deviceWords: 'Firefox' } }],
  ['passkeys', { passkeys: null }],
  ['providers', { providers: null }],
];

describe('createFlows', () => {
  it.each(WRONG)('names %s', (option, given) => {
    const { sessions, accounts } = createWorld();
    const options: FlowsOptions = { sessions, accounts, serviceName: 'Shop', mail, ...given };
    const error: unknown = thrownBy(() => createFlows(options));
    expect(error).toMatchObject({ code: 'configuration' });
    expect(String(error)).toContain(`${option}: `);
  });
});

it('takes a ticket that lives exactly as long as a sign-in may take', () => {
  const { accounts } = createWorld();
  const sessions = sessionsWithin('10m');
  expect(() => createFlows({ sessions, accounts, serviceName: 'Shop', mail })).not.toThrow();
});

/** Sessions with such tickets for sign-ins. */
function sessionsWithin(attempt: Duration): Sessions<Record<string, unknown>> {
  return createSessions({ store: memoryStore(), keys: [...KEYS], policy: { attempt } });
}

function thrownBy(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  return undefined;
}
