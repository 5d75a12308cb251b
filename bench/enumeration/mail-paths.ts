// Asking for links by mail, and opening links that are made up.

import { randomBytes } from 'node:crypto';

import type { Flows, Visit } from 'countersign/flows';

import { makePeople, PEOPLE, type PersonKind } from './people.js';
import { turn, visit, type Group, type PathMaker } from './path.js';
import { createWorld, type Verb, type World } from './world.js';

type Asking = (flows: Flows, visit: Visit, address: string) => Promise<unknown>;

function requestPath(name: string, ask: Asking): PathMaker {
  return {
    name,
    hashes: false,
    create(store) {
      const world = createWorld(store);
      const of = (kind: PersonKind): Group => ({
        kind,
        async make(tries) {
          const people = await makePeople(world.store, tries, PEOPLE[kind]);
          return (round) => {
            const { address } = turn(people, round);
            return { verb: (given) => ask(world.flows, given, address) };
          };
        },
      });
      const groups = [of('known'), of('unknown'), of('disabled'), of('deleted')] as const;
      return Promise.resolve({
        world,
        groups: [...groups, of('without password'), of('unverified address')],
      });
    },
  };
}

export const resetRequest = requestPath('reset.request', (flows, given, address) =>
  flows.reset.request(given, { address }),
);

export const signInLinkRequest = requestPath('signInLink.request', (flows, given, address) =>
  flows.signInLink.request(given, { address }),
);

export const signUpRequest = requestPath('signUp.request', (flows, given, address) =>
  flows.signUp.request(given, { address }),
);

export const addressLink: PathMaker = {
  name: 'addresses.confirm',
  hashes: false,
  create(store) {
    const world = createWorld(store);
    const confirm = (token: string): Verb => {
      return (given) => world.flows.addresses.confirm(given, { token });
    };
    const of = (kind: string, tokens: (tries: number) => Promise<readonly string[]>): Group => ({
      kind,
      async make(tries) {
        const made = await tokens(tries);
        return (round) => ({ verb: confirm(turn(made, round)) });
      },
    });
    return Promise.resolve({
      world,
      groups: [
        of('made up', (tries) => Promise.resolve(Array.from({ length: tries }, madeUp))),
        of('of a reset', (tries) => resetTokens(world, tries)),
      ],
    });
  },
};

function madeUp(): string {
  return randomBytes(32).toString('base64url');
}

/** Good ones, of another kind. */
async function resetTokens(world: World, tries: number): Promise<readonly string[]> {
  const people = await makePeople(world.store, tries, PEOPLE.known);
  const tokens: string[] = [];
  for (const { address } of people) {
    world.mails.length = 0;
    await visit(world, (given) => world.flows.reset.request(given, { address }));
    await world.settled();
    const token = /\?token=([\w-]+)/.exec(world.mails[0]?.text ?? '')?.[1];
    if (token === undefined) throw new Error('no mail came');
    tokens.push(token);
  }
  return tokens;
}
