// Faults of the session layer itself: one module of it altered, the others as they are.

import { vi } from 'vitest';

import type * as CookieFind from '../../../../src/cookie/find.js';
import type * as Attempt from '../../../../src/session/attempt.js';
import type { SessionContext } from '../../../../src/session/context.js';
import type * as Ending from '../../../../src/session/ending.js';
import type * as Examine from '../../../../src/session/examine.js';
import type * as Renewal from '../../../../src/session/renewal.js';
import type { SessionRecord } from '../../../../src/session/record.js';
import type * as Sessions from '../../../../src/session/sessions.js';
import * as tokens from '../../../../src/session/token.js';
import * as verdicts from '../../../../src/session/verdict.js';
import type { Plant } from '../world.js';
import { COPIES, ENDED, LIMITS, SECRETS, STAYS, WRITES, type PlantCase } from './plant-case.js';

interface Modules {
  readonly '../../../../src/cookie/find.js': typeof CookieFind;
  readonly '../../../../src/session/attempt.js': typeof Attempt;
  readonly '../../../../src/session/ending.js': typeof Ending;
  readonly '../../../../src/session/examine.js': typeof Examine;
  readonly '../../../../src/session/renewal.js': typeof Renewal;
  readonly '../../../../src/session/token.js': typeof tokens;
  readonly '../../../../src/session/verdict.js': typeof verdicts;
}

/** A session layer that is sound but for this module. Only for tests that share none with others. */
async function altered<Path extends keyof Modules>(
  path: Path,
  change: (original: Modules[Path]) => Partial<Modules[Path]>,
): Promise<Plant> {
  vi.resetModules();
  // A fault within the layer cannot be passed in from outside. Integration tests share no modules.
  // oxlint-disable-next-line vitest/no-restricted-vi-methods
  vi.doMock(path, async (importOriginal) => {
    const original = await importOriginal<Modules[Path]>();
    return { ...original, ...change(original) };
  });
  const { createSessions }: typeof Sessions = await import('../../../../src/session/sessions.js');
  vi.doUnmock(path);
  return { createSessions };
}

const FIND = '../../../../src/cookie/find.js';
const ATTEMPT = '../../../../src/session/attempt.js';
const ENDING = '../../../../src/session/ending.js';
const EXAMINE = '../../../../src/session/examine.js';
const RENEWAL = '../../../../src/session/renewal.js';
const TOKEN = '../../../../src/session/token.js';
const VERDICT = '../../../../src/session/verdict.js';

/** An offer made without asking what is pending already. */
function carelessOffer(
  choose: (context: SessionContext, token: string, record: SessionRecord) => string,
): typeof Renewal.offerSuccessor {
  return async (context, token, { id }) => {
    const record = await context.store.read(id, { fresh: true });
    const now = context.clock.now();
    if (record === null || !verdicts.isRenewalDue(record, context.policy, now)) return undefined;
    if (record.renewal.hash !== tokens.hashToken(token)) return undefined;
    const successor = choose(context, token, record);
    const pending = { hash: tokens.hashToken(successor), keyId: context.mint.ring.newest.id };
    await context.store.renew(id, record.renewal, { ...record.renewal, pending });
    return { token: successor, record };
  };
}

export const MODULE_PLANTS: readonly PlantCase[] = [
  {
    fault: 'renewal without overlap',
    breaks: [STAYS],
    plant: () =>
      altered(RENEWAL, ({ promote }) => ({
        promote: (context, record) => {
          const { renew } = context.store;
          const store: typeof context.store = {
            ...context.store,
            renew: (id, from, to) => renew(id, from, { ...to, previous: null }),
          };
          return promote({ ...context, store }, record);
        },
      })),
  },
  {
    fault: 'a random instead of a derived successor',
    breaks: [STAYS, COPIES],
    plant: () =>
      altered(RENEWAL, () => ({
        offerSuccessor: carelessOffer(({ mint }, token) => {
          const random = tokens.tokenId(token) + tokens.mintToken(mint, 0).token.slice(24);
          return tokens.deriveSuccessor(mint, mint.ring.newest, random, 0);
        }),
      })),
  },
  {
    fault: 'a successor by the newest key, whatever the pending one was made with',
    breaks: [STAYS, COPIES],
    subject: 'renewal',
    plant: () =>
      altered(RENEWAL, () => ({
        offerSuccessor: carelessOffer(({ mint }, token, { renewal }) =>
          tokens.deriveSuccessor(mint, mint.ring.newest, token, renewal.generation),
        ),
      })),
  },
  {
    fault: 'a renewal that never comes',
    breaks: [COPIES],
    plant: () => altered(RENEWAL, () => ({ offerSuccessor: async () => undefined })),
  },
  {
    fault: 'a previous secret that is good for ever',
    breaks: [COPIES],
    subject: 'renewal',
    plant: () =>
      altered(VERDICT, ({ judge }) => ({
        judge: (record, evidence, policy, now) => {
          const verdict = judge(record, evidence, policy, now);
          const isPrevious = record.renewal.previous?.hash === evidence.hash;
          if (verdict.kind !== 'refused' || !isPrevious) return verdict;
          return { kind: 'live', secret: 'previous' };
        },
      })),
  },
  {
    fault: 'a superseded secret that is merely refused',
    breaks: [COPIES],
    subject: 'renewal',
    plant: () =>
      altered(ENDING, ({ endLineage }) => ({
        endLineage: async (context, record, reason) =>
          reason === 'reuse' ? [] : endLineage(context, record, reason),
      })),
  },
  {
    fault: 'a superseded secret that ends the session, though another came with it',
    breaks: [COPIES, STAYS],
    subject: 'renewal',
    plant: () =>
      altered(EXAMINE, ({ examineToken }) => ({
        examineToken: (context, token, kind, circumstances) =>
          examineToken(context, token, kind, { ...circumstances, isAlone: true }),
      })),
  },
  {
    fault: 'a promotion that does not count',
    breaks: [COPIES, STAYS],
    racing: true,
    subject: 'renewal',
    plant: () =>
      altered(RENEWAL, ({ promote }) => ({
        promote: (context, record) => {
          const { renew } = context.store;
          const store: typeof context.store = {
            ...context.store,
            renew: (id, from, to) => renew(id, from, { ...to, generation: from.generation }),
          };
          return promote({ ...context, store }, record);
        },
      })),
  },
  {
    fault: 'a tag that is not looked at',
    breaks: [COPIES, STAYS],
    plant: () => altered(TOKEN, () => ({ hasValidTag: () => true })),
  },
  {
    fault: 'a token that is stored as it is',
    breaks: [SECRETS],
    plant: () => altered(TOKEN, () => ({ hashToken: (token) => token })),
  },
  {
    fault: 'a sign-out that leaves the chain of re-authentications alive',
    breaks: [ENDED],
    plant: () =>
      altered(ENDING, () => ({
        endLineage: async (context, record) => context.store.end([record.id]),
      })),
  },
  {
    fault: 'a sign-out that looks for its chain once only',
    breaks: [ENDED],
    racing: true,
    subject: 'chains',
    plant: () =>
      altered(ENDING, () => ({
        endLineage: async ({ store }, { id, lineage, userId }) => {
          const ended = [...(await store.end([id]))];
          const all = userId === null ? [] : await store.list(userId);
          const chain = all.filter((other) => other.lineage === lineage);
          ended.push(...(await store.end(chain.map((other) => other.id))));
          return ended;
        },
      })),
  },
  {
    fault: "a sign-in that leaves another user's session alive",
    breaks: [ENDED],
    plant: () =>
      altered(ENDING, ({ endLineage }) => ({
        endLineage: async (context, record, reason) =>
          reason === 'another-user' ? [] : endLineage(context, record, reason),
      })),
  },
  {
    fault: 'a ticket that never expires',
    breaks: [LIMITS],
    plant: () =>
      altered(ATTEMPT, ({ openAttempt }) => ({
        openAttempt: (mint, ticket, userId) => openAttempt(mint, ticket, userId, 0),
      })),
  },
  {
    fault: 'the first of several cookies that is taken',
    breaks: [STAYS, WRITES],
    plant: () =>
      altered(FIND, ({ findCookie }) => ({
        findCookie: (header, name) => {
          const found = findCookie(header, name);
          return typeof found === 'object' ? found[0] : found;
        },
      })),
  },
];
