// Tells listeners what other nodes announce by NOTIFY, and whether it can be relied on: a message that this
// node sends to itself has to come back again and again, behind all that was announced before it. When it
// does not, the connection is given up and replaced.

import type { Cancel, Clock } from '../../clock.js';
import { randomBytes } from '../../crypto/random.js';
import type { StoreListener, SubscribeOptions } from '../../session/store.js';
import type { StoreListeners } from '../listeners.js';
import type { AnnouncementLine, OpenLine, SendMessage } from './announcement-line.js';

/** How often a connection is looked after when nobody asks for more. */
const DEFAULT_HEARTBEAT_MS = 10_000;
/** A server that takes longer than this to answer is as good as gone. */
const PATIENCE_MS = 2_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 3_200;

interface Ping {
  readonly payload: string;
  readonly sentAt: number;
}

export interface AnnouncementMeans {
  readonly clock: Clock;
  /** Who is told. */
  readonly listeners: StoreListeners;
  /** Where nodes announce: a name that needs no quotes. */
  readonly channel: string;
  readonly openLine: OpenLine;
  /** Sends over another connection than the one that is listened to. */
  readonly send: SendMessage;
  /** Says what whoever runs this has to know. */
  readonly warn: (text: string) => void;
}

export class Announcements {
  readonly #means: AnnouncementMeans;
  /** Nobody else sends to it: what comes there, this node has sent. */
  readonly #ownChannel = `countersign_${randomBytes(12).toString('hex')}`;
  readonly #heartbeats = new Map<symbol, number>();
  #line: AnnouncementLine | undefined;
  /** Changes whenever a line is opened or given up, so that a late answer is told from a current one. */
  #attempt = 0;
  #pings = 0;
  #ping: Ping | undefined;
  #isHeard = false;
  #retryMs = FIRST_RETRY_MS;
  #hasWarned = false;
  #cancel: Cancel | undefined;

  constructor(means: AnnouncementMeans) {
    this.#means = means;
  }

  add(listener: StoreListener, { heartbeat = DEFAULT_HEARTBEAT_MS }: SubscribeOptions): () => void {
    const stop = this.#means.listeners.add(listener);
    const key = Symbol('listener');
    this.#heartbeats.set(key, heartbeat);
    if (this.#heartbeats.size === 1) this.#open();
    else if (this.#line !== undefined && this.#ping === undefined) this.#send(this.#line);
    return () => {
      stop();
      if (this.#heartbeats.delete(key) && this.#heartbeats.size === 0) this.#giveUp();
    };
  }

  close(): void {
    this.#heartbeats.clear();
    this.#giveUp();
  }

  #open(): void {
    this.#attempt += 1;
    const attempt = this.#attempt;
    const ifCurrent = (act: () => void) => (): void => {
      if (attempt === this.#attempt) act();
    };
    this.#wait(PATIENCE_MS, () => this.#fail());
    const opening = this.#means.openLine([this.#means.channel, this.#ownChannel], {
      message: (channel, payload) => ifCurrent(() => this.#take(channel, payload))(),
      broken: ifCurrent(() => this.#fail()),
      listening: ifCurrent(() => {
        this.#lose();
        if (this.#line !== undefined) this.#send(this.#line);
      }),
    });
    opening.then(
      (line) => {
        if (attempt !== this.#attempt) return line.close();
        this.#line = line;
        return this.#send(line);
      },
      ifCurrent(() => this.#fail()),
    );
  }

  #send(line: AnnouncementLine): void {
    this.#pings += 1;
    const ping = { payload: String(this.#pings), sentAt: this.#means.clock.now() };
    this.#ping = ping;
    let isSent = false;
    this.#wait(PATIENCE_MS, () => {
      if (isSent && !this.#isHeard) this.#warn();
      this.#fail();
    });
    // Until it is proved that messages arrive unasked, not over the line itself: a pooler in transaction
    // mode lends the line a connection for that moment, which hears its own message, and no other.
    const sent =
      this.#isHeard && line.send !== undefined
        ? line.send(this.#ownChannel, ping.payload)
        : line.listening.then(() => this.#means.send(this.#ownChannel, ping.payload));
    sent.then(
      () => (isSent = true),
      () => {
        if (this.#ping === ping) this.#fail();
      },
    );
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#means.warn(
      'What is announced by NOTIFY does not arrive. Is there a connection pooler in transaction mode? ' +
        'Then pass postgresStore a `listen` that connects past it. Until then no cache can be used.',
    );
  }

  #take(channel: string, payload: string): void {
    if (channel !== this.#ownChannel) return this.#tell(payload);
    if (this.#ping === undefined || payload !== this.#ping.payload) return;
    const { sentAt } = this.#ping;
    this.#ping = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    const heartbeat = Math.min(...this.#heartbeats.values());
    // No longer than asked for, even if the clock was set back meanwhile.
    const passed = Math.max(this.#means.clock.now() - sentAt, 0);
    this.#wait(Math.max(heartbeat - passed, 1), () => {
      if (this.#line !== undefined) this.#send(this.#line);
    });
    if (!this.#isHeard) {
      this.#isHeard = true;
      this.#means.listeners.everything();
    }
    this.#means.listeners.heard(sentAt);
  }

  #tell(payload: string): void {
    const ids = payload.slice(1).split(',');
    if (payload.startsWith('-')) this.#means.listeners.ended(ids);
    else if (payload.startsWith('=')) this.#means.listeners.changed(ids);
    // Also what a newer version may say some day.
    else this.#means.listeners.everything();
  }

  /** Nothing can be relied on until a message comes back again. */
  #fail(): void {
    const line = this.#line;
    const delayMs = this.#retryMs;
    this.#retryMs = Math.min(2 * delayMs, LONGEST_RETRY_MS);
    if (line?.mends === true) {
      this.#lose();
      this.#wait(delayMs, () => this.#send(line));
    } else {
      this.#giveUp();
      this.#wait(delayMs, () => this.#open());
    }
  }

  #giveUp(): void {
    this.#attempt += 1;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#line?.close();
    this.#line = undefined;
    this.#lose();
  }

  #lose(): void {
    this.#ping = undefined;
    if (!this.#isHeard) return;
    this.#isHeard = false;
    this.#means.listeners.lost();
  }

  /** There is one thing at a time that is waited for. */
  #wait(delayMs: number, task: () => void): void {
    this.#cancel?.();
    this.#cancel = this.#means.clock.after(delayMs, task);
  }
}
