// Signing in with a wrong password: by the verb of the accounts alone, through the flows, and while the
// throttle says to wait.

import { makePeople, PEOPLE, type Person, type PersonKind } from './people.js';
import { nextNetwork, turn, type Group, type PathMaker } from './path.js';
import { createWorld, type Verb, type World } from './world.js';

const WRONG = 'seven lamps and a quiet otter';

/** Past the free ones: there are minutes to wait, and the clock stands still. */
const FAILURES_BEFORE = 12;

const addressed: readonly PersonKind[] = ['unverified address'];

function typedOf(kind: PersonKind): (person: Person) => string {
  return ({ name, address }) => (addressed.includes(kind) ? address : name);
}

/** A try of each kind; `verb` for what was typed. */
function groupOf(world: World, kind: PersonKind, verb: (typed: string) => Verb): Group {
  const typed = typedOf(kind);
  return {
    kind,
    async make(tries) {
      const people = await makePeople(world.store, tries, PEOPLE[kind]);
      return (round) => ({ verb: verb(typed(turn(people, round))) });
    },
  };
}

function groupsOf(world: World, verb: (typed: string) => Verb): readonly [Group, ...Group[]] {
  const of = (kind: PersonKind): Group => groupOf(world, kind, verb);
  return [
    of('known'),
    of('unknown'),
    of('disabled'),
    of('deleted'),
    of('closed'),
    of('without password'),
    of('unverified address'),
    {
      kind: 'no name at all',
      make: () => Promise.resolve((round) => ({ verb: verb(`no name ${round}`) })),
    },
  ];
}

export const verifyPassword: PathMaker = {
  name: 'accounts.verifyPassword',
  hashes: true,
  isPart: true,
  create(store) {
    const world = createWorld(store);
    const verb = (name: string): Verb => {
      const input = { name, password: WRONG, address: nextNetwork() };
      return () => world.accounts.verifyPassword(input);
    };
    return Promise.resolve({ world, groups: groupsOf(world, verb) });
  },
};

export const signIn: PathMaker = {
  name: 'signIn.withPassword',
  hashes: true,
  create(store) {
    const world = createWorld(store);
    return Promise.resolve({ world, groups: groupsOf(world, withPassword(world)) });
  },
};

export const signInWaiting: PathMaker = {
  name: 'signIn.withPassword, has to wait',
  hashes: false,
  create(store) {
    const world = createWorld(store, { limits: 'strict' });
    const of = (kind: PersonKind): Group => ({
      kind,
      async make(tries) {
        const people = await makePeople(world.store, tries, PEOPLE[kind]);
        await failOften(world, kind, people);
        return (round) => ({ verb: withPassword(world)(turn(people, round).name) });
      },
    });
    const groups = [of('known'), of('unknown'), of('disabled'), of('deleted')] as const;
    return Promise.resolve({ world, groups: [...groups, of('closed'), of('without password')] });
  },
};

function withPassword({ flows }: World): (typed: string) => Verb {
  return (name) => (visit) => flows.signIn.withPassword(visit, { name, password: WRONG });
}

/** Counts failures as the accounts do, without the hashes and without waiting in between. */
async function failOften(
  { generousThrottle }: World,
  kind: PersonKind,
  people: readonly Person[],
): Promise<void> {
  for (const { userId, name } of people) {
    const account = kind === 'unknown' ? `name ${name}` : `user ${userId}`;
    for (let times = 0; times < FAILURES_BEFORE; times += 1)
      await generousThrottle.begin({ account, authenticator: 'password' });
  }
}
