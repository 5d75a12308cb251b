// Puts properties over those of an object for a while, and takes them off again. For what can only be
// observed by standing in front of it: a response whose head is settled, a socket about to be destroyed.

/**
 * Shadows properties of one object.
 * @returns takes the shadows off: what was there before is there again, and a property that somebody
 *   else has replaced meanwhile stays as they left it
 */
export function shadow(target: object, shadows: PropertyDescriptorMap): () => void {
  const names = Object.keys(shadows);
  const before = names.map((name) => Object.getOwnPropertyDescriptor(target, name));
  for (const name of names) {
    Object.defineProperty(target, name, { ...shadows[name], configurable: true });
  }
  return () => {
    names.forEach((name, position) => {
      const now = Object.getOwnPropertyDescriptor(target, name);
      if (now?.get !== shadows[name]?.get || now?.value !== shadows[name]?.value) return;
      const original = before[position];
      if (original === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, original);
    });
  };
}
