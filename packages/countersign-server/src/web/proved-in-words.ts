// The factors of a session in words: `with your password and a code`.

import type { FactorKind } from 'countersign/flows';

const WORDS: Readonly<Record<FactorKind, string>> = {
  password: 'your password',
  totp: 'a code from your app',
  'recovery-code': 'a recovery code',
  'security-key': 'a security key',
  passkey: 'your passkey',
  email: 'a link in a mail',
  provider: 'a sign-in service',
  'provider-mfa': 'a sign-in service',
};

/** Empty for nothing that is known. */
export function provedInWords(kinds: readonly string[]): string {
  const words = [...new Set(kinds.filter(isKnown).map((kind) => WORDS[kind]))];
  const last = words.at(-1);
  if (last === undefined) return '';
  const others = words.slice(0, -1);
  return others.length === 0 ? `with ${last}` : `with ${others.join(', ')} and ${last}`;
}

function isKnown(kind: string): kind is FactorKind {
  return Object.hasOwn(WORDS, kind);
}
