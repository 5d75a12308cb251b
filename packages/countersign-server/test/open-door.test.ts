import { expect, it } from 'vitest';

import { closeDoor } from '../src/open-door.js';
import { openTestDoor, signUp } from './web/door.js';

it('closes while the database is down, and says that "last seen" is lost', async () => {
  const door = await openTestDoor();
  const visitor = await signUp(door);
  door.clock.advance(120_000);
  await visitor.get('/password');
  await door.database.close();
  await closeDoor(door);
  expect(door.entries.at(-1)).toMatchObject({ level: 'warning', event: 'last-seen-lost' });
});
