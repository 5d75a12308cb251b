// Every error this library throws on purpose: one class, one table of codes. Expected outcomes
// (a refused cookie, an ended session) are values and are not here.

/** What each code means and the HTTP status that answers it. `docs/reference/errors.md` equals this table. */
export const ERROR_TABLE = {
  configuration: {
    status: 500,
    meaning: 'An option is wrong. The message names the option, its value and the remedy.',
  },
  'cookie-invalid': {
    status: 500,
    meaning: 'A cookie that a browser would drop or misread was refused before it was written.',
  },
  'data-invalid': {
    status: 500,
    meaning: 'Session data that is not JSON, or that the data schema refuses.',
  },
  'data-too-large': {
    status: 500,
    meaning: 'Session data over `maxDataBytes`.',
  },
  'hasher-busy': {
    status: 503,
    meaning:
      'Too many passwords wait to be hashed, or one too long. Nothing was counted or changed.',
  },
  'mail-invalid': {
    status: 500,
    meaning: 'A mail whose recipient, subject or text no mail can have was refused unsent.',
  },
  'mail-unavailable': {
    status: 503,
    meaning: 'The mail transport failed or did not answer in time. The mail may have left or not.',
  },
  'response-started': {
    status: 500,
    meaning: 'Session data or a cookie was changed after the response had started.',
  },
  'session-ended': {
    status: 401,
    meaning: 'The session ended while the request was under way, so its changes were not stored.',
  },
  'step-up-required': {
    status: 401,
    meaning: 'Something sensitive was asked for, and the last proof of who the user is is too old.',
  },
  'store-unavailable': {
    status: 503,
    meaning: 'A store failed or did not answer in time. Nobody is treated as anonymous.',
  },
  'update-contended': {
    status: 503,
    meaning: 'An atomic update lost against other writers too often and gave up.',
  },
} as const satisfies Record<string, { readonly status: number; readonly meaning: string }>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** An operational fault or a misuse, told apart by `code`. Messages never contain a token, key or password. */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** The HTTP status that answers this error, such as 503. */
  get status(): number {
    return ERROR_TABLE[this.code].status;
  }
}

/**
 * The error for a wrong option, thrown at construction.
 * @param option the option's path, such as `policy.idle`
 * @param problem what is wrong with the value given, without the value itself where it is secret
 * @param remedy what to write instead
 */
export function misconfigured(option: string, problem: string, remedy: string): CountersignError {
  return new CountersignError('configuration', `${option}: ${problem}. ${remedy}`);
}

/**
 * Refuses what is no object of options, and names that nobody reads: a misspelt option would leave its
 * default in force without a word. Values are checked where they are read.
 * @param path where the options are, such as `policy`; `''` at the top
 * @param options `undefined` for none
 * @throws CountersignError `configuration`
 */
export function assertOptionNames(path: string, options: unknown, names: readonly string[]): void {
  if (options === undefined) return;
  const known = `The options are: ${names.join(', ')}`;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw misconfigured(path === '' ? 'options' : path, 'is not an object of options', known);
  for (const name of Object.keys(options)) {
    if (!names.includes(name))
      throw misconfigured(path === '' ? name : `${path}.${name}`, 'is not an option here', known);
  }
}
