// Sign-ins and sign-outs of one request that have not settled yet. A handler that forgot to await one
// still gets its cookie onto the response: the commit waits for what is here.

export class VerbsUnderWay {
  readonly #promises = new Set<Promise<unknown>>();

  get isEmpty(): boolean {
    return this.#promises.size === 0;
  }

  /** Runs a verb, and remembers it until it has settled. */
  async run<T>(verb: () => Promise<T>): Promise<T> {
    const promise = verb();
    this.#promises.add(promise);
    try {
      return await promise;
    } finally {
      this.#promises.delete(promise);
    }
  }

  /** Waits until every verb has settled. One that failed has told its caller. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#promises);
  }
}
