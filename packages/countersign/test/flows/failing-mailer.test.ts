// A mailer that fails or hangs fails no request, keeps nobody from stopping, and is told of (G60).

import { describe, expect, it } from 'vitest';

import type { Mail } from '../../src/accounts/mailer.js';
import { ADDRESS, createWorld, MINUTE, type World } from './fixture.js';

async function settled(): Promise<void> {
  for (let waited = 0; waited < 5; waited += 1)
    await new Promise((resolve) => setImmediate(resolve));
}

function askForReset({ flows, visitor }: World): Promise<unknown> {
  return visitor().visit((visit) => flows.reset.request(visit, { address: ADDRESS }));
}

function failuresOf({ events }: World): readonly unknown[] {
  return events.filter(({ action }) => action === 'send-mail');
}

describe('a mailer', () => {
  it('that hangs is given up when the mail would be of no use any more', async () => {
    const world = createWorld({ mailer: { send: () => new Promise(() => undefined) } });
    await world.addAccount();
    expect(await askForReset(world)).toEqual({ ok: true });
    await settled();
    let isOver = false;
    const over = world.flows.settled().then(() => {
      isOver = true;
    });
    world.clock.advance(10 * MINUTE - 1);
    await settled();
    expect([isOver, failuresOf(world)]).toEqual([false, []]);
    world.clock.advance(1);
    await over;
    expect(failuresOf(world)).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        cause: expect.objectContaining({ code: 'mail-unavailable' }) as unknown,
      }),
    ]);
  });

  it('that hangs keeps no process from ending', async () => {
    const world = createWorld({ mailer: { send: () => new Promise(() => undefined) } });
    const keeping: unknown[] = [];
    const { after } = world.clock;
    world.clock.after = (delayMs, task, options) => {
      keeping.push([delayMs, options?.keepsProcess]);
      return after(delayMs, task, options);
    };
    await world.addAccount();
    await askForReset(world);
    await settled();
    expect(keeping).toContainEqual([10 * MINUTE, false]);
    expect(keeping).not.toContainEqual([expect.anything(), true]);
  });

  it('that answers late is told of once', async () => {
    const late: ((mail: Error) => void)[] = [];
    const send = (): Promise<void> => new Promise((_, reject) => late.push(reject));
    const world = createWorld({ mailer: { send } });
    await world.addAccount();
    await askForReset(world);
    await settled();
    world.clock.advance(10 * MINUTE);
    await world.flows.settled();
    for (const reject of late) reject(new Error('refused'));
    await settled();
    expect(failuresOf(world)).toHaveLength(1);
  });

  it('that hangs does not fill the background for good', async () => {
    let isHanging = true;
    const mails: Mail[] = [];
    const send = async (mail: Mail): Promise<void> => {
      if (isHanging) await new Promise(() => undefined);
      mails.push(mail);
    };
    const world = createWorld({ mailer: { send } });
    const { userId } = await world.addAccount();
    for (let asked = 0; asked < 1_001; asked += 1) await world.flows.users.startReset(userId);
    await settled();
    expect(world.events.filter(({ action }) => action === 'background')).toHaveLength(1);
    world.clock.advance(10 * MINUTE);
    await world.flows.settled();
    isHanging = false;
    await askForReset(world);
    await world.flows.settled();
    expect(mails.map(({ kind }) => kind)).toEqual(['reset']);
  });

  it('that throws at once is told of, with what it threw', async () => {
    const cause = new Error('no such server');
    const send = (): never => {
      throw cause;
    };
    const world = createWorld({ mailer: { send } });
    await world.addAccount();
    expect(await askForReset(world)).toEqual({ ok: true });
    await world.flows.settled();
    expect(failuresOf(world)).toEqual([expect.objectContaining({ outcome: 'failed', cause })]);
  });
});
