import { expect, it, onTestFinished } from 'vitest';

import { closeDoor } from '../src/open-door.js';
import { NAME, openTestDoor, signUp, type Door } from './web/door.js';
import { Visitor } from './web/visitor.js';

it('closes while the database is down, and says that "last seen" is lost', async () => {
  const door = await openTestDoor();
  const visitor = await signUp(door);
  door.clock.advance(120_000);
  await visitor.get('/security');
  await door.database.close();
  await closeDoor(door);
  expect(door.entries.at(-1)).toMatchObject({ level: 'warning', event: 'last-seen-lost' });
});

/** Begins to create an account, whose mail goes out in the background. */
async function askForMail(door: Door): Promise<void> {
  const page = await new Visitor(door.app).post('/sign-up', { address: NAME });
  expect(page.status).toBe(303);
}

/** The turn of mail is after that of answers. */
function isUnderWay(door: Door): Promise<void> {
  return expect.poll(() => door.mails).toHaveLength(1);
}

it('closes when the mail under way is out', async () => {
  let send = (): void => undefined;
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  const door = await openTestDoor({ send: () => sent });
  await askForMail(door);
  await isUnderWay(door);
  let isClosed = false;
  const closing = closeDoor(door).then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  send();
  await closing;
  expect(door.entries.map(({ event }) => event)).not.toContain('mails-cut-off');
});

it('waits ten seconds for a mail server that hangs, and says what is lost', async () => {
  let giveUp = (): void => undefined;
  const sent = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  // Last to be registered, first to be run: the door is closed once more after the test.
  const door = await openTestDoor({ send: () => sent });
  onTestFinished(() => giveUp());
  await askForMail(door);
  await isUnderWay(door);
  const closing = closeDoor(door);
  door.clock.advance(10_000);
  await closing;
  expect(door.entries).toContainEqual(
    expect.objectContaining({ level: 'warning', event: 'mails-cut-off' }),
  );
});
