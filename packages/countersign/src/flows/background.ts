// Work that goes on after a request was answered, such as sending mail: so that the time of an answer
// does not tell whether there was any to do (G60). Bounded, and waited for when the application stops.

/** Tasks that run or wait at most. More are dropped and told of: mail is not worth running out of memory. */
const MOST_TASKS = 1_000;

export interface Background {
  /** Begins a task now, without waiting for it. Never throws. */
  run(task: () => Promise<void>): void;
  /** Resolves when everything that has begun is done. */
  settled(): Promise<void>;
}

/** @param onFailure gets what a task threw, or that there was no room for it; must not throw */
export function createBackground(onFailure: (cause: unknown) => void): Background {
  const running = new Set<Promise<void>>();
  return {
    run(task) {
      if (running.size >= MOST_TASKS) {
        onFailure(new Error(`${MOST_TASKS} tasks wait already, so this one was dropped`));
        return;
      }
      // In another turn of the event loop, after all that only waits for promises: so that none of its
      // work comes before the answer, even where the stores are in this process.
      const work = new Promise<void>((resolve) => void setImmediate(resolve))
        .then(task)
        .catch(onFailure)
        .finally(() => running.delete(work));
      running.add(work);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
