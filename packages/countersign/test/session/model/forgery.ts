// Tokens that were never made here, for a session whose id is known: ids are public.

import { createKeyRing } from '../../../src/crypto/key-ring.js';
import type { SessionRecord } from '../../../src/session/record.js';
import { deriveSuccessor } from '../../../src/session/token.js';

const foreignKeys = createKeyRing(['a key of quite another application, long']);

type Forger = (genuine: string, record: SessionRecord | null) => string;

/** From a token that the session has had, and from what a stolen database says of it. */
const FORGERS = {
  guess: (genuine) => genuine.slice(0, 24) + 'guessing'.repeat(7),
  'changed tag': (genuine) => withChange(genuine, 75),
  'changed secret': (genuine) => withChange(genuine, 30),
  'other keys': (genuine) =>
    deriveSuccessor(
      { ring: foreignKeys, namespace: 'countersign' },
      foreignKeys.newest,
      genuine,
      0,
    ),
  'stored hash': (genuine, record) =>
    (genuine.slice(0, 24) + (record?.renewal.hash ?? '')).padEnd(80, 'A'),
} satisfies Record<string, Forger>;

export type Forgery = keyof typeof FORGERS;

export const FORGERIES: readonly Forgery[] = [
  'guess',
  'changed tag',
  'changed secret',
  'other keys',
  'stored hash',
];

/** @param genuine a token that the session has had */
export function forge(kind: Forgery, genuine: string, record: SessionRecord | null): string {
  return FORGERS[kind](genuine, record);
}

function withChange(token: string, position: number): string {
  const replacement = token[position] === 'A' ? 'B' : 'A';
  return token.slice(0, position) + replacement + token.slice(position + 1);
}
