// What all requests for a link by mail have in common: the answer comes first, whatever the mailer does;
// the mail is what the service says; the stores have nothing that opens anything (passwords.md G60, G63,
// G64, G69; G7 test 13; ASVS 6.3.8, 6.5.2).

import { describe, expect, it } from 'vitest';

import type { Mail } from '../../src/accounts/mailer.js';
import type { OneTimeRecord } from '../../src/accounts/one-time-store.js';
import type { LinkRequestOutcome } from '../../src/flows/link-request.js';
import type { Visit } from '../../src/flows/visit.js';
import {
  ADDRESS,
  addressRecord,
  createWorld,
  NEXT,
  ORIGIN,
  tokenIn,
  type Visitor,
  type World,
} from './fixture.js';

interface Case {
  readonly name: 'reset' | 'sign-up' | 'sign-in-link';
  readonly request: (world: World, visit: Visit) => Promise<LinkRequestOutcome>;
  /** With a token, and the cookies that the visitor has. */
  readonly finish: (world: World, visit: Visit, token: string) => Promise<{ readonly ok: boolean }>;
}

const CASES: readonly Case[] = [
  {
    name: 'reset',
    request: ({ flows }, visit) => flows.reset.request(visit, { address: ADDRESS }),
    finish: ({ flows }, visit, token) => flows.reset.finish(visit, { token, password: NEXT }),
  },
  {
    name: 'sign-up',
    request: ({ flows }, visit) => flows.signUp.request(visit, { address: ADDRESS }),
    finish: ({ flows }, visit, token) => flows.signUp.finish(visit, { token, password: NEXT }),
  },
  {
    name: 'sign-in-link',
    request: ({ flows }, visit) => flows.signInLink.request(visit, { address: ADDRESS }),
    finish: ({ flows }, visit, token) => flows.signInLink.finish(visit, { token }),
  },
];

/** A shop where asking sends a link. */
async function createShop({ name }: Case, world: World = createWorld()): Promise<World> {
  if (name !== 'sign-up') await world.addAccount();
  return world;
}

async function sentBy(
  world: World,
  { request }: Case,
  by: Visitor = world.visitor(),
): Promise<Mail> {
  expect(await by.visit((visit) => request(world, visit))).toEqual({ ok: true });
  await world.flows.settled();
  const [mail] = world.mails;
  if (mail === undefined) throw new Error('No mail was sent');
  return mail;
}

describe.each(CASES)('a link for $name', (each) => {
  const { request, finish } = each;

  it('looks up nothing and mails nothing before the answer, of anybody (G60)', async () => {
    for (const isKnown of [true, false]) {
      const world = createWorld();
      if (isKnown) await world.addAccount();
      const done: string[] = [];
      const { findByKey } = world.accountStore;
      const { put } = world.oneTime;
      world.accountStore.findByKey = (key) => {
        done.push('look up');
        return findByKey.call(world.accountStore, key);
      };
      world.oneTime.put = (record, options) => {
        done.push('make a token');
        return put.call(world.oneTime, record, options);
      };
      await world.visitor().send(async (visit) => {
        await request(world, visit);
        // A handler that takes some turns of promises to write its page.
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        done.push('answer');
      });
      await world.flows.settled();
      // Of anybody: a store in this process holds the next request up while it writes.
      expect(done).toEqual(['answer', 'look up', 'make a token']);
    }
  });

  it('answers while the mailer hangs, and when it fails, which is told (G60)', async () => {
    let release = (): void => undefined;
    const hangs = new Promise<void>((resolve) => {
      release = resolve;
    });
    const send = async (): Promise<void> => {
      await hangs;
      throw new Error('The mail server is down');
    };
    const world = await createShop(each, createWorld({ mailer: { send } }));
    expect(await world.visitor().visit((visit) => request(world, visit))).toEqual({ ok: true });
    release();
    await world.flows.settled();
    expect(world.events.at(-1)).toMatchObject({ action: 'send-mail', outcome: 'failed' });
  });

  it('leads to the configured origin, whatever Host says (G69)', async () => {
    const world = await createShop(each);
    const evil = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    await world
      .visitor()
      .send((visit) => request(world, visit), { url: 'https://evil.example/', headers: evil });
    await world.flows.settled();
    const [mail] = world.mails;
    const links = `${mail?.text}${mail?.html}`.match(/https?:\/\/[^/\s"<]+/g) ?? [];
    expect(new Set(links)).toEqual(new Set([ORIGIN]));
    expect(`${mail?.text}${mail?.html}`).not.toContain('evil');
  });

  it('says nothing that a stranger wrote: a User-Agent is words at most', async () => {
    const userAgent =
      'Call https://evil.example/x <a href="//evil.example">now</a> www.evil.example';
    const world = await createShop(each);
    const mail = await sentBy(world, each, world.visitor({ userAgent }));
    expect(`${mail.text}${mail.html}`).not.toMatch(/evil\.example|<a href="\/\//);
    expect(mail.subject).toMatch(/^Example Shop: [\w ]+$/);
  });

  it('has 256 bits, and a dump of the stores has nothing that works (G63, G64; test 13)', async () => {
    const world = createWorld();
    const records: OneTimeRecord[] = [];
    const { put } = world.oneTime;
    world.oneTime.put = (record, options) => {
      records.push(record);
      return put.call(world.oneTime, record, options);
    };
    await createShop(each, world);
    const by = world.visitor();
    const token = tokenIn(await sentBy(world, each, by));
    expect(token).toMatch(/^[\w-]{43}$/);
    const dump = JSON.stringify([records, world.events]);
    expect(records).toHaveLength(1);
    expect(dump).not.toContain(token);
    const pieces = [...new Set(dump.match(/(?<![\w-])[\w-]{43}(?![\w-])/g) ?? [])];
    expect(pieces.length).toBeGreaterThan(0);
    for (const piece of pieces) {
      const thief = world.visitor({ address: '198.51.100.7' });
      for (const cookie of pieces) {
        thief.jar.set('__Host-link-request', cookie);
        expect(await thief.visit((visit) => finish(world, visit, piece))).toMatchObject({
          ok: false,
        });
      }
    }
    expect(await by.visit((visit) => finish(world, visit, token ?? ''))).toMatchObject({
      ok: true,
    });
  });

  it('is of no other kind: nothing else takes it, and it is good afterwards', async () => {
    const world = await createShop(each);
    const by = world.visitor();
    const token = tokenIn(await sentBy(world, each, by)) ?? '';
    for (const other of CASES.filter((one) => one !== each)) {
      expect(await by.visit((visit) => other.finish(world, visit, token))).toEqual({
        ok: false,
        reason: 'expired',
      });
    }
    expect(await by.visit((visit) => world.flows.addresses.confirm(visit, { token }))).toEqual({
      ok: false,
      reason: 'expired',
    });
    by.jar.set('__Host-second-factor', token);
    expect(await by.visit((visit) => world.flows.signIn.waiting(visit))).toBeUndefined();
    expect(await by.visit((visit) => finish(world, visit, token))).toMatchObject({ ok: true });
  });

  it('without a mailer is a mistake of the configuration', async () => {
    const world = createWorld({ flows: { mail: undefined } });
    await expect(world.visitor().visit((visit) => request(world, visit))).rejects.toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });
});

it('no mail goes to a pending address, by whatever name the account is found (G80)', async () => {
  const world = createWorld();
  await world.addAccount({
    name: { typed: 'ada', canonical: 'ada' },
    addresses: [addressRecord(ADDRESS, null)],
  });
  for (const address of ['ada', ADDRESS]) {
    for (const group of [world.flows.reset, world.flows.signInLink]) {
      expect(await world.visitor().visit((visit) => group.request(visit, { address }))).toEqual({
        ok: true,
      });
    }
  }
  await world.flows.settled();
  expect(world.mails).toEqual([]);
});
