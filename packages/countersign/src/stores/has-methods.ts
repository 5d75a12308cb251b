// How a client that was passed in is recognised: by the methods it has, as no driver is imported.

/** Whether the object has all of these methods, of its own or inherited. */
export function hasMethods(client: object, names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(client, name) === 'function');
}
