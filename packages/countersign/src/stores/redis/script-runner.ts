// Runs scripts by their names, and by their texts where a server does not know them yet: one round trip,
// and two after a restart of the server.

import { sha1Hex } from '../../crypto/digest.js';
import type { RedisDriver } from './driver.js';
import type { Script } from './scripts/prelude.js';

export class ScriptRunner {
  readonly #driver: RedisDriver;
  readonly #names = new Map<Script, string>();

  constructor(driver: RedisDriver) {
    this.#driver = driver;
  }

  /** @param keys at least one; all in one slot */
  async run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const [key = ''] = keys;
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.#driver.send(key, ['EVALSHA', this.#nameOf(script), ...rest]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.#driver.send(key, ['EVAL', script.text, ...rest]);
    }
  }

  #nameOf(script: Script): string {
    let name = this.#names.get(script);
    if (name === undefined) this.#names.set(script, (name = sha1Hex(script.text)));
    return name;
  }
}
