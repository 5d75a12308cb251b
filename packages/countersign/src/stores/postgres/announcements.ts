// Tells listeners what other nodes announce by NOTIFY, and whether it can be relied on: a message that this
// node sends to itself has to come back again and again, behind all that was announced before it. When it
// does not, the connection is given up and replaced.

import type { Cancel, Clock } from '../../clock.js';
import { randomBytes } from '../../crypto/random.js';
import type { StoreListener, SubscribeOptions } from '../../session/store.js';
import type { StoreListeners } from '../listeners.js';
import type { AnnouncementLine, OpenLine } from './announcement-line.js';

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

export class Announcements {
  readonly #listeners: StoreListeners;
  readonly #clock: Clock;
  readonly #channel: string;
  /** Nobody else sends to it: what comes there, this node has sent. */
  readonly #ownChannel: string;
  readonly #openLine: OpenLine;
  readonly #heartbeats = new Map<symbol, number>();
  #line: AnnouncementLine | undefined;
  /** Changes whenever a line is opened or given up, so that a late answer is told from a current one. */
  #attempt = 0;
  #pings = 0;
  #ping: Ping | undefined;
  #isHeard = false;
  #retryMs = FIRST_RETRY_MS;
  #cancel: Cancel | undefined;

  /**
   * @param listeners who is told
   * @param channel where nodes announce: a name that needs no quotes
   */
  constructor(clock: Clock, listeners: StoreListeners, channel: string, openLine: OpenLine) {
    this.#clock = clock;
    this.#listeners = listeners;
    this.#channel = channel;
    this.#ownChannel = `countersign_${randomBytes(12).toString('hex')}`;
    this.#openLine = openLine;
  }

  add(listener: StoreListener, { heartbeat = DEFAULT_HEARTBEAT_MS }: SubscribeOptions): () => void {
    const stop = this.#listeners.add(listener);
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
    const opening = this.#openLine([this.#channel, this.#ownChannel], {
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
    const ping = { payload: String(this.#pings), sentAt: this.#clock.now() };
    this.#ping = ping;
    this.#wait(PATIENCE_MS, () => this.#fail());
    line.send(this.#ownChannel, ping.payload).catch(() => {
      if (this.#ping === ping) this.#fail();
    });
  }

  #take(channel: string, payload: string): void {
    if (channel !== this.#ownChannel) return this.#tell(payload);
    if (this.#ping === undefined || payload !== this.#ping.payload) return;
    const { sentAt } = this.#ping;
    this.#ping = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    const next = sentAt + Math.min(...this.#heartbeats.values()) - this.#clock.now();
    this.#wait(Math.max(next, 1), () => {
      if (this.#line !== undefined) this.#send(this.#line);
    });
    if (!this.#isHeard) {
      this.#isHeard = true;
      this.#listeners.everything();
    }
    this.#listeners.heard(sentAt);
  }

  #tell(payload: string): void {
    const ids = payload.slice(1).split(',');
    if (payload.startsWith('-')) this.#listeners.ended(ids);
    else if (payload.startsWith('=')) this.#listeners.changed(ids);
    // Also what a newer version may say some day.
    else this.#listeners.everything();
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
    this.#listeners.lost();
  }

  /** There is one thing at a time that is waited for. */
  #wait(delayMs: number, task: () => void): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(delayMs, task);
  }
}
