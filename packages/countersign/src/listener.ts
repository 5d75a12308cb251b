// Calling a function of the application that is only told something. It may be asynchronous, whatever
// its type says: a rejection that nobody handles would end the process. Not an event emitter.

/**
 * Calls a listener, if there is one. Never throws.
 * @param onFailure gets what it threw, or what the promise that it returned rejected with
 */
export function tellListener<Event>(
  listener: ((event: Event) => unknown) | undefined,
  event: Event,
  onFailure: (cause: unknown) => void,
): void {
  try {
    const answer = listener?.(event);
    if (answer instanceof Promise) answer.catch(onFailure);
  } catch (cause) {
    onFailure(cause);
  }
}
