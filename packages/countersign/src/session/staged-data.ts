// One request's view of the session data: what is stored, with the changes this request has staged
// on top. Only the changed keys leave here. Knows no store.

import { Buffer } from 'node:buffer';

import { CountersignError } from '../errors.js';
import { mergeData, parseData } from './data.js';
import { deepFreeze, toJson } from './json.js';
import type { SessionData } from './session.js';
import type { StandardSchema } from './standard-schema.js';
import type { DataChange } from './store.js';

export interface StagedDataOptions {
  readonly maxDataBytes: number;
  readonly schema: StandardSchema | undefined;
}

export class StagedData<Data> {
  readonly #options: StagedDataOptions;
  #stored: string;
  readonly #set = new Map<string, string>();
  readonly #remove = new Set<string>();
  #view: SessionData<Data> | undefined;

  constructor(stored: string, options: StagedDataOptions) {
    this.#stored = stored;
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#set.size === 0 && this.#remove.size === 0;
  }

  get change(): DataChange {
    return { set: this.#set, remove: this.#remove };
  }

  /** Stored and staged together, as JSON text. */
  get text(): string {
    return this.isEmpty ? this.#stored : mergeData(this.#stored, this.change);
  }

  /** Stored and staged together, frozen. Parsed when first read. */
  get view(): SessionData<Data> {
    this.#view ??= typed<Data>(deepFreeze(parseData(this.text)));
    return this.#view;
  }

  set(key: string, value: unknown): void {
    const text = toJson(value, key);
    const next = this.#accepted(new Map([[key, text]]), new Set());
    this.#stage(next);
  }

  /** Stages the removal even of a key that is not there: another request may be setting it. */
  delete(key: string): void {
    this.#stage(this.#accepted(new Map(), new Set([key])));
  }

  /** Forgets what was staged. */
  discard(): void {
    this.#set.clear();
    this.#remove.clear();
    this.#view = undefined;
  }

  /** Takes over what is stored by now; what is staged stays on top. */
  rebase(stored: string): void {
    this.#stored = stored;
    this.#view = undefined;
  }

  /**
   * The change that turns the stored data into `next`: keys whose text differs, keys that are gone.
   * @throws CountersignError `data-invalid`, `data-too-large`
   */
  changeTo(next: unknown): DataChange {
    if (typeof next !== 'object' || next === null || Array.isArray(next)) {
      throw new CountersignError('data-invalid', 'Session data: an update must give an object');
    }
    const before = parseData(this.#stored);
    const set = new Map<string, string>();
    const kept = new Set<string>();
    for (const [key, value] of Object.entries(next)) {
      if (value === undefined) continue;
      kept.add(key);
      const text = toJson(value, key);
      if (!Object.hasOwn(before, key) || JSON.stringify(before[key]) !== text) set.set(key, text);
    }
    const remove = new Set(Object.keys(before).filter((key) => !kept.has(key)));
    const base = new StagedData<Data>(this.#stored, this.#options);
    return base.#accepted(set, remove);
  }

  /** Stages a change already accepted, such as that of an update made for a visitor. */
  stage(change: DataChange): void {
    this.#stage(change);
  }

  #stage(change: DataChange): void {
    for (const key of change.remove) {
      this.#set.delete(key);
      this.#remove.add(key);
    }
    for (const [key, text] of change.set) {
      this.#remove.delete(key);
      this.#set.set(key, text);
    }
    this.#view = undefined;
  }

  /** The change as the schema and the size limit let it through; the schema may convert the values it sets. */
  #accepted(set: ReadonlyMap<string, string>, remove: ReadonlySet<string>): DataChange {
    const change = { set: this.#validated({ set, remove }), remove };
    const bytes = Buffer.byteLength(mergeData(this.text, change));
    if (bytes > this.#options.maxDataBytes) {
      throw new CountersignError(
        'data-too-large',
        `Session data would have ${bytes} bytes, and policy.maxDataBytes is ${this.#options.maxDataBytes}`,
      );
    }
    return change;
  }

  #validated(change: DataChange): ReadonlyMap<string, string> {
    const { schema } = this.#options;
    if (schema === undefined) return change.set;
    const result = schema['~standard'].validate(parseData(mergeData(this.text, change)));
    if (result instanceof Promise) {
      throw new CountersignError('data-invalid', 'The session data schema must be synchronous');
    }
    if (result.issues !== undefined) {
      const [issue] = result.issues;
      const place = (issue?.path ?? [])
        .map((step) => String(typeof step === 'object' ? step.key : step))
        .join('.');
      throw new CountersignError('data-invalid', `Session data: ${place} ${issue?.message ?? ''}`);
    }
    const output = new Map(Object.entries(asObject(result.value)));
    return new Map(
      [...change.set].map(([key, text]) => [
        key,
        output.has(key) ? toJson(output.get(key), key) : text,
      ]),
    );
  }
}

/**
 * Stored data as the type that the application gave it. Only its being an object is known here: the
 * type is the application's word, kept by `set` and the schema when the data was written.
 */
function typed<Data>(data: object): SessionData<Data> {
  if (isSessionData<Data>(data)) return data;
  throw new CountersignError('data-invalid', 'Session data: what is stored is not an object');
}

function isSessionData<Data>(data: object): data is SessionData<Data> {
  return !Array.isArray(data);
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
