import { describe, expect, test } from 'vitest';

import type {
  AnnouncementLine,
  LineEvents,
} from '../../../src/stores/postgres/announcement-line.js';
import { Announcements } from '../../../src/stores/postgres/announcements.js';
import { StoreListeners } from '../../../src/stores/listeners.js';
import { createFakeClock, type FakeClock } from '../../../src/testing/fake-clock.js';

/** Lets everything run that waits for promises only. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

class FakeLine implements AnnouncementLine {
  readonly channels: readonly string[];
  readonly events: LineEvents;
  readonly mends: boolean;
  readonly sent: { readonly channel: string; readonly payload: string }[] = [];
  readonly listening = Promise.resolve();
  isClosed = false;
  refuses = false;

  constructor(channels: readonly string[], events: LineEvents, mends: boolean) {
    this.channels = channels;
    this.events = events;
    this.mends = mends;
  }

  send(channel: string, payload: string): Promise<void> {
    this.sent.push({ channel, payload });
    return this.refuses ? Promise.reject(new Error('refused')) : Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
  }

  /** The newest message of the node to itself comes back. */
  comeBack(): void {
    const last = this.sent.at(-1);
    if (last !== undefined) this.events.message(last.channel, last.payload);
  }

  announce(payload: string): void {
    this.events.message('sessions', payload);
  }
}

interface Scene {
  readonly clock: FakeClock;
  readonly announcements: Announcements;
  readonly lines: FakeLine[];
  readonly told: string[];
  readonly warnings: string[];
  /** What was sent over another connection than the line. */
  readonly overAnother: string[];
  line(): FakeLine;
  subscribe(heartbeat?: number): () => void;
}

function scene(
  options: { readonly mends?: boolean; readonly open?: 'fails' | 'never' } = {},
): Scene {
  const clock = createFakeClock(1_000);
  const lines: FakeLine[] = [];
  const told: string[] = [];
  const warnings: string[] = [];
  const overAnother: string[] = [];
  const announcements = new Announcements({
    clock,
    listeners: new StoreListeners(),
    channel: 'sessions',
    send: (channel, payload) => {
      overAnother.push(payload);
      return lines.at(-1)?.send(channel, payload) ?? Promise.reject(new Error('no line'));
    },
    warn: (text) => void warnings.push(text),
    openLine: (channels, events) => {
      const line = new FakeLine(channels, events, options.mends === true);
      lines.push(line);
      if (options.open === 'fails') return Promise.reject(new Error('no server'));
      return options.open === 'never' ? new Promise(() => undefined) : Promise.resolve(line);
    },
  });
  return {
    clock,
    warnings,
    overAnother,
    announcements,
    lines,
    told,
    line() {
      const last = lines.at(-1);
      if (last === undefined) throw new Error('no line was opened');
      return last;
    },
    subscribe: (heartbeat = 300) =>
      announcements.add(
        {
          ended: (ids) => told.push(`ended ${ids.join()}`),
          changed: (ids) => told.push(`changed ${ids.join()}`),
          everything: () => told.push('everything'),
          heard: (at) => told.push(`heard ${at}`),
          lost: () => told.push('lost'),
        },
        { heartbeat },
      ),
  };
}

async function heardScene(options: { readonly mends?: boolean } = {}): Promise<Scene> {
  const made = scene(options);
  made.subscribe();
  await settle();
  made.line().comeBack();
  made.told.length = 0;
  return made;
}

describe('hearing announcements', () => {
  test('nothing is opened before anybody listens', async () => {
    const { lines, clock } = scene();
    await settle();
    expect([lines.length, clock.waiting]).toEqual([0, 0]);
  });

  test('heard says when the message that came back was sent, not when it came', async () => {
    const { clock, subscribe, line, told } = scene();
    subscribe();
    await settle();
    clock.advance(70);
    expect(told).toEqual([]);
    line().comeBack();
    expect(told).toEqual(['everything', 'heard 1000']);
    clock.advance(230);
    clock.advance(10);
    line().comeBack();
    expect(told).toEqual(['everything', 'heard 1000', 'heard 1300']);
  });

  test('a clock set back while a message is under way puts off no later one', async () => {
    const { clock, line, subscribe } = scene();
    subscribe(300);
    await settle();
    clock.set(0);
    line().comeBack();
    clock.advance(300);
    expect(line().sent.length).toBe(2);
  });

  test('the first message goes over another connection, so that it has to arrive unasked', async () => {
    const { clock, line, overAnother, subscribe } = scene();
    subscribe();
    await settle();
    expect(overAnother).toEqual(['1']);
    line().comeBack();
    for (const beat of [2, 3]) {
      clock.advance(300);
      await settle();
      expect(line().sent.at(-1)?.payload).toBe(String(beat));
      line().comeBack();
    }
    expect(overAnother).toEqual(['1']);
    line().events.broken();
    clock.advance(100);
    await settle();
    expect(overAnother).toEqual(['1', '4']);
  });

  test('messages that were sent and never arrive are a warning, once', async () => {
    const { clock, subscribe, warnings } = scene();
    subscribe();
    for (let seconds = 0; seconds < 60; seconds += 1) {
      await settle();
      clock.advance(1_000);
    }
    expect(warnings).toEqual([expect.stringContaining('transaction mode')]);
  });

  test('a connection that was lost is no reason to warn', async () => {
    const { clock, line, told, warnings } = await heardScene();
    clock.advance(2_300);
    await settle();
    clock.advance(100);
    await settle();
    line().comeBack();
    expect(told.at(-1)).toMatch(/^heard/);
    expect(warnings).toEqual([]);
  });

  test('only the newest message of this node counts', async () => {
    const { line, clock, told } = await heardScene();
    const [first] = line().sent;
    clock.advance(300);
    line().events.message(first?.channel ?? '', first?.payload ?? '');
    line().events.message('another channel', line().sent.at(-1)?.payload ?? '');
    expect(told.filter((what) => what.startsWith('heard'))).toEqual([]);
    line().comeBack();
    expect(told.filter((what) => what.startsWith('heard'))).toEqual(['heard 1300']);
  });

  test('a message that does not come back within two seconds is a loss', async () => {
    const { clock, line, lines, told } = await heardScene();
    clock.advance(300 + 1_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['lost']);
    expect(line().isClosed).toBe(true);
    clock.advance(100);
    await settle();
    expect(lines.length).toBe(2);
    line().comeBack();
    expect(told).toEqual(['lost', 'everything', 'heard 3400']);
  });

  test('what a line says after it was given up is not listened to', async () => {
    const { clock, line, lines, told } = await heardScene();
    const old = line();
    old.events.broken();
    old.announce('-a');
    old.comeBack();
    old.events.broken();
    clock.advance(100);
    await settle();
    old.events.broken();
    expect(told).toEqual(['lost']);
    expect(lines.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  });

  test('a line that mends itself is kept, and proves itself anew', async () => {
    const { clock, line, lines, told } = await heardScene({ mends: true });
    clock.advance(2_300);
    expect(told).toEqual(['lost']);
    line().events.listening();
    await settle();
    expect(told).toEqual(['lost']);
    line().comeBack();
    expect(told).toEqual(['lost', 'everything', 'heard 3300']);
    line().events.listening();
    await settle();
    line().comeBack();
    expect(told.slice(3)).toEqual(['lost', 'everything', 'heard 3300']);
    expect(lines.length).toBe(1);
  });

  test('a message that cannot be sent is a loss', async () => {
    const { clock, line, told } = await heardScene();
    line().refuses = true;
    clock.advance(300);
    await settle();
    expect(told).toEqual(['lost']);
  });

  test.each(['fails', 'never'] as const)(
    'a connection that %s is tried again, at longer and longer intervals',
    async (open) => {
      const { clock, lines, subscribe, told } = scene({ open });
      subscribe();
      const opened: number[] = [];
      for (let at = 0; at < 30_000; at += 100) {
        await settle();
        if (lines.length > opened.length) opened.push(at);
        clock.advance(100);
      }
      const waits = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
      const patience = open === 'never' ? 2_000 : 0;
      expect(waits.slice(0, 6).map((wait) => wait - patience)).toEqual([
        100, 200, 400, 800, 1_600, 3_200,
      ]);
      expect(waits.slice(6).every((wait) => wait - patience === 3_200)).toBe(true);
      expect(told).toEqual([]);
    },
  );

  test('messages are told as what they say, and as everything where that is not known', async () => {
    const { line, told } = await heardScene();
    for (const payload of ['-a', '-a,b', '=c', '=c,d', '*', '', '?new', '-'])
      line().announce(payload);
    expect(told).toEqual([
      'ended a',
      'ended a,b',
      'changed c',
      'changed c,d',
      'everything',
      'everything',
      'everything',
      'ended ',
    ]);
  });

  test('a second listener hears without waiting for the heartbeat of the first', async () => {
    const { announcements, line } = await heardScene();
    const heard: number[] = [];
    announcements.add(
      { ended: () => undefined, everything: () => undefined, heard: (at) => void heard.push(at) },
      {},
    );
    line().comeBack();
    expect(heard).toEqual([1_000]);
  });

  test('the shortest heartbeat that was asked for is kept', async () => {
    const { clock, line, subscribe } = await heardScene();
    const stop = subscribe(50);
    line().comeBack();
    const before = line().sent.length;
    clock.advance(50);
    expect(line().sent.length).toBe(before + 1);
    line().comeBack();
    stop();
    clock.advance(50);
    line().comeBack();
    clock.advance(299);
    const without = line().sent.length;
    clock.advance(1);
    expect(line().sent.length).toBe(without + 1);
  });

  test('when the last listener stops, the connection and the timers go', async () => {
    const { clock, lines, subscribe, line } = scene();
    const stops = [subscribe(), subscribe()];
    await settle();
    line().comeBack();
    stops[0]?.();
    expect(line().isClosed).toBe(false);
    stops[1]?.();
    expect(line().isClosed).toBe(true);
    expect(clock.waiting).toBe(0);
    expect(lines.length).toBe(1);
  });

  test('a connection that comes after closing is let go', async () => {
    const { announcements, clock, line, subscribe } = scene();
    subscribe();
    announcements.close();
    await settle();
    expect(line().isClosed).toBe(true);
    expect(line().sent).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
