// What is said to second factors that were given wrong, the same on every page that asks for one.

export interface ProofAnswers {
  /** Nothing was given. */
  readonly missing: string;
  /** Nothing of this kind looks like it. */
  readonly malformed: string;
  /** It came too late for what the server had asked for. */
  readonly expired: string;
  /** Wrong, or used before: which one, nobody is told. */
  readonly refused: string;
}

const CODE: ProofAnswers = {
  missing: 'Enter the code that your app shows.',
  malformed: 'A code is six digits. Type the one that your app shows now.',
  expired: 'That took too long. Try again.',
  refused: 'This code is not right, or it was used already. Wait for the next one.',
};

const RECOVERY_CODE: ProofAnswers = {
  missing: 'Enter one of your recovery codes.',
  malformed: 'No recovery code is like that. Type it again.',
  expired: 'That took too long. Try again.',
  refused: 'This is none of your recovery codes, or it was used already.',
};

const PASSKEY: ProofAnswers = {
  missing: 'No passkey was used. Try again, or choose another way.',
  malformed: 'Your browser sent something else than a passkey. Try again.',
  expired: 'That took too long. Press the button again.',
  refused: 'This passkey was not accepted. Try another one, or choose another way.',
};

/** @param proof the kind, as the browser sent it */
export function wordsFor(proof: string): ProofAnswers {
  if (proof === 'passkey') return PASSKEY;
  return proof === 'recovery-code' ? RECOVERY_CODE : CODE;
}
