// What must hold of the store whenever nothing is under way, and of all that was ever written to it.

import { parseData } from '../../../src/session/data.js';
import type { SessionRecord } from '../../../src/session/record.js';
import { mayBeGone } from './gone.js';
import type { KnownSession } from './known-session.js';
import { KEYS } from './register.js';
import { assertPromise } from './violation.js';
import type { World } from './world.js';

export function assertStoreInvariants(world: World): void {
  for (const known of world.ledger.sessions) {
    const record = world.stored(known.id);
    if (record === null) {
      assertPromise('renewal signs nobody out', mayBeGone(world, known), 'a live session vanished');
    } else {
      assertRecord(world, known, record);
    }
  }
}

function assertRecord(world: World, known: KnownSession, record: SessionRecord): void {
  const now = world.ledger.now();
  const ending = world.ledger.endedBefore(known, now);
  assertPromise(
    'signed out means signed out',
    ending === undefined,
    `its record is there after the ${ending?.cause ?? ''}`,
  );
  assertPromise('limits hold', record.expiresAt <= known.endsBy, 'the absolute limit has moved');
  const isPast = record.lastSeenAt <= now.time + world.ledger.tolerance;
  assertPromise('limits hold', isPast, 'it was seen in the future');
  const stored = parseData(record.data);
  const data = Object.fromEntries(
    KEYS.flatMap((key) => (typeof stored[key] === 'string' ? [[key, stored[key]] as const] : [])),
  );
  known.data.assertReadable(data, now, now);
  const { n } = stored;
  known.data.assertCount(typeof n === 'number' ? { n } : {}, now, now);
}

/** A secret's own characters: 32 bytes are 42 of them and a bit. */
const secretOf = (token: string): string => token.slice(24, 66);

/** Promise 4: no token that was ever handed out stands in anything that was ever stored. */
export function assertNoSecretStored(world: World): void {
  const written = world.spy.written.join('\n');
  for (const token of world.ledger.tokens) {
    const isThere = written.includes(secretOf(token));
    assertPromise('a copied database opens nothing', !isThere, 'a secret was stored');
  }
}
