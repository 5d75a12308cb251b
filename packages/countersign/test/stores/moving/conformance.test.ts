// The suite that every store passes, on a store that is two: before and after the switch, and with
// every record in the store that new sessions do not go into.

import { describe, test } from 'vitest';

import type { SessionRecord } from '../../../src/session/record.js';
import type { InsertGuard, InsertResult, SessionStore } from '../../../src/session/store.js';
import { MovingStore } from '../../../src/stores/moving/moving-store.js';
import { describeSessionStore } from '../../../src/testing/session-store-suite.js';
import { twoStores, type TwoStores } from './two-stores.js';

/** A node that leaves every insert to a node of the other kind. */
class InsertsElsewhere extends MovingStore {
  readonly #inserter: MovingStore;

  constructor({ from, to, early, late }: TwoStores, insertInto: 'from' | 'to') {
    super({ from, to, insertInto });
    this.#inserter = insertInto === 'from' ? late : early;
  }

  override insert(record: SessionRecord, guard: InsertGuard): Promise<InsertResult> {
    return this.#inserter.insert(record, guard);
  }
}

/** `open` makes a node of a move; asked again, another node like it. */
function describeMoving(name: string, open: (stores: TwoStores) => MovingStore): void {
  const moves = new WeakMap<SessionStore, TwoStores>();
  const openIn = (stores: TwoStores): SessionStore => {
    const store = open(stores);
    moves.set(store, stores);
    return store;
  };
  describeSessionStore(
    name,
    {
      create: (clock) => openIn(twoStores({ clock })),
      createPeer: (store, clock) => openIn(moves.get(store) ?? twoStores({ clock })),
    },
    { describe, test },
  );
}

describeMoving(
  'movingStore before the switch',
  ({ from, to }) => new MovingStore({ from, to, insertInto: 'from' }),
);

describeMoving(
  'movingStore after the switch',
  ({ from, to }) => new MovingStore({ from, to, insertInto: 'to' }),
);

describeMoving(
  'movingStore after the switch, with every session in the old store',
  (stores) => new InsertsElsewhere(stores, 'to'),
);

describeMoving(
  'movingStore before the switch, with every session in the new store already',
  (stores) => new InsertsElsewhere(stores, 'from'),
);
