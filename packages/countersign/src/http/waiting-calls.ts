// Calls on a response whose commit is under way: they keep their order and their callbacks, and are
// carried out, answered or told that the client has gone. When that is, response-gate.ts decides.

import type { NodeResponse } from './node-response.js';
import { settleHead, type SettledHead } from './settled-head.js';

interface Call {
  readonly run: () => unknown;
  readonly callback: unknown;
}

export class WaitingCalls {
  readonly #response: NodeResponse;
  readonly #head: SettledHead;
  readonly #calls: Call[] = [];
  readonly #whenClosed: () => void;
  #letGo: (() => void) | undefined;
  #isFull = false;
  #hasEnded = false;
  #owesDrain = false;
  #hasClosed = false;
  #wasReplayed = false;

  /** Settles the head. @param onClose called if the response closes before `resume` */
  constructor(response: NodeResponse, onClose: () => void) {
    this.#response = response;
    this.#head = settleHead(response, this);
    this.#whenClosed = () => {
      this.#hasClosed = true;
      this.#head.release();
      this.#abandon();
      onClose();
    };
    response.once('close', this.#whenClosed);
  }

  /** `end` was called. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** A `write` was answered with `false`. */
  get owesDrain(): boolean {
    return this.#owesDrain;
  }

  push(run: () => unknown): void {
    this.#calls.push({ run, callback: undefined });
  }

  pushWrite(run: () => boolean, callback: unknown): void {
    this.#owesDrain = true;
    const write = (): void => {
      if (!run()) this.#isFull = true;
    };
    this.#calls.push({ run: write, callback });
  }

  /** @param hold keeps the connection from being destroyed; gives what lets go */
  pushEnd(run: () => unknown, callback: unknown, hold: () => () => void): void {
    this.#hasEnded = true;
    this.#letGo ??= hold();
    this.#calls.push({ run, callback });
  }

  /**
   * Makes the response as it was again and goes on, unless it has closed.
   * @param proceed sends something; what it throws is given to `fail`
   */
  resume(proceed: () => void, fail: (error: unknown) => void): void {
    if (this.#hasClosed) {
      this.#letGo?.();
      return;
    }
    this.#response.off('close', this.#whenClosed);
    this.#head.release();
    try {
      proceed();
    } catch (error) {
      fail(error);
    } finally {
      this.#letGo?.();
    }
    // A write that the real response answered with `false` brings a `drain` by itself. Not within the
    // `try`: what listeners throw is theirs.
    if (this.#wasReplayed && this.#owesDrain && !this.#hasEnded && !this.#isFull)
      this.#head.drain();
  }

  /** Carries the calls out. */
  replay(): void {
    for (const { run } of this.#calls.splice(0)) run();
    this.#wasReplayed = true;
  }

  /** Drops the calls as if they had been carried out. */
  answer(): void {
    for (const { callback } of this.#calls.splice(0)) callLater(callback);
  }

  /** Whoever waits for a callback hears that the client has gone. */
  #abandon(): void {
    const error = Object.assign(new Error('The response has closed'), {
      code: 'ERR_STREAM_DESTROYED',
    });
    for (const { callback } of this.#calls.splice(0)) callLater(callback, error);
  }
}

/** Calls a callback of a stream, if it is one, after the caller has gone on. */
export function callLater(callback: unknown, error?: Error): void {
  if (typeof callback === 'function') process.nextTick(callback, error);
}
