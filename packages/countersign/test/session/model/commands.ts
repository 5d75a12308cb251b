// What can happen in a run, one command each. Commands that follow without a wait between them
// happen at the same moment: at once in turn, or racing at every verb of the store.

import type { AsyncCommand } from 'fast-check';

import type { UserId } from './attempt.js';
import { ANONYMOUS_COOKIE, Browser, COOKIE, type Holder } from './browser.js';
import { CookieJar } from './cookie-jar.js';
import { lineageEnding, userEnding } from './ending.js';
import type { Errand } from './errand.js';
import { exchange, leave } from './exchange.js';
import { forge, type Forgery } from './forgery.js';
import { unlessUnavailable, type Planted, type Trip } from './request.js';
import { assertStoreInvariants } from './store-invariants.js';
import type { KnownSession } from './known-session.js';
import type { Ledger } from './ledger.js';
import type { World } from './world.js';

export type Command = AsyncCommand<Ledger, World>;

/** A command from what it does; `text` is what a counterexample shows. */
function command(text: string, act: (world: World) => void | Promise<void>): Command {
  return {
    check: () => true,
    async run(_, world) {
      await act(world);
      if (world.gate.isRacing) world.rethrow();
      else await world.settle();
    },
    toString: () => text,
  };
}

export interface VisitOptions {
  readonly browser: number;
  readonly errand: Errand;
  readonly trip: Trip;
  readonly planted: Planted;
  readonly overdue: boolean;
}

/** A browser sends a request. Its trip keeps to the bounds of promise 3, unless it is overdue. */
export function visit(options: VisitOptions): Command {
  const { browser, errand, trip, planted, overdue } = options;
  return command(`visit(${JSON.stringify(options)})`, (world) => {
    const sender = world.browser(browser);
    const request = leave(world, sender, { ...plantedBeside(world, sender, planted), trip });
    if (overdue) expose(world, sender);
    world.start(() => exchange(world, request, sensible(sender, errand)));
  });
}

/** An owner who was shown the sign-in page fills it in, rather than reading on. */
function sensible(sender: Browser, errand: Errand): Errand {
  const isWasted = errand.kind === 'read' || errand.kind === 'count';
  if (!sender.isHonest || !sender.isAskedToSignIn || !isWasted) return errand;
  return { kind: 'sign in', userId: 'ann', remember: false, ticket: true, set: [] };
}

/** Somebody presents a token that was never made here. */
export function forgedVisit(which: number, kind: Forgery, trip: Trip): Command {
  return command(`forgedVisit(${which}, '${kind}', ${JSON.stringify(trip)})`, (world) => {
    const target = knownSession(world, which);
    const [genuine] = target?.tokens ?? [];
    if (target === undefined || genuine === undefined) return;
    const token = forge(kind, genuine, world.stored(target.id));
    const forger = new Browser(
      'forger',
      'polling thief',
      new CookieJar([[COOKIE, session(token)]]),
    );
    const request = leave(world, forger, { planted: undefined, isAmbiguous: false, trip });
    world.start(() => exchange(world, request, { kind: 'read', assets: false }));
  });
}

/** Somebody copies all cookies of a browser as they are now. */
export function steal(browser: number, holder: Exclude<Holder, 'owner'>): Command {
  return command(`steal(${browser}, '${holder}')`, (world) => {
    const victim = world.browser(browser);
    expose(world, victim);
    world.steal(victim, holder);
  });
}

/** Time passes. A slow store leaves its verbs waiting for a while; over two seconds is too slow. */
export function wait(ms: number, slow: number): Command {
  return command(`wait(${ms}, ${slow})`, async (world) => {
    const isSlow = world.gate.isRacing && slow > 0;
    await world.wait(ms, isSlow ? slow : 0);
    if (!isSlow) assertStoreInvariants(world);
  });
}

/** Lets so many store verbs happen, where they race. */
export function proceed(verbs: number): Command {
  return command(`proceed(${verbs})`, (world) => world.gate.proceed(verbs));
}

/** The owner closes the browser. */
export function quit(browser: number): Command {
  return command(`quit(${browser})`, (world) => world.browser(browser).quit(world.clock.now()));
}

/** The application ends all sessions of a user, as a change of password does. */
export function endUser(node: number, user: UserId | 'everyone'): Command {
  return command(`endUser(${node}, '${user}')`, (world) => {
    const { sessions } = world.node(node);
    world.start(async () => {
      const start = world.ledger.now();
      const ending = world.ledger.begin(userEnding(user, start), start);
      const done = await unlessUnavailable(async () => {
        await (user === 'everyone' ? sessions.endEveryone() : sessions.endUser(user));
        return true;
      });
      if (done !== undefined) ending.end = world.ledger.now();
    });
  });
}

/** An administrator ends one session by its id. */
export function endById(node: number, which: number): Command {
  return command(`endById(${node}, ${which})`, (world) => {
    const { sessions } = world.node(node);
    const target = knownSession(world, which);
    if (target === undefined) return;
    world.start(async () => {
      const plan = lineageEnding(target.lineage, 'ending by an administrator');
      const ending = world.ledger.begin(plan, world.ledger.now());
      const ended = await unlessUnavailable(() => sessions.end(target.id));
      if (ended === true) ending.end = world.ledger.now();
      if (ended === false) world.ledger.withdraw(ending);
    });
  });
}

/** A server process is replaced: it dies with its requests, or lets them run out. */
export function restart(node: number, crash: boolean): Command {
  return command(`restart(${node}, ${crash})`, (world) => world.restart(node, { crash }));
}

/** A new key is put in front. */
export function rotateKeys(): Command {
  return command('rotateKeys()', (world) => world.rotateKeys());
}

/** The documented emergency lever: the newest key is taken away before its time. */
export function removeNewestKey(): Command {
  return command('removeNewestKey()', (world) => world.removeNewestKey());
}

function knownSession(world: World, which: number): KnownSession | undefined {
  const all = [...world.ledger.sessions];
  return all[which % Math.max(all.length, 1)];
}

/** From here on the owner may be made to fall behind: the cookies are in other hands, or overdue. */
function expose(world: World, browser: Browser): void {
  const now = world.clock.now();
  for (const name of [COOKIE, ANONYMOUS_COOKIE]) {
    const token = browser.jar.value(name, now);
    const owner = token === undefined ? undefined : world.ledger.owner(token);
    if (owner !== undefined) owner.session.mayFallBehind = true;
  }
}

function plantedBeside(
  world: World,
  sender: Browser,
  planted: Planted,
): { readonly planted: string | undefined; readonly isAmbiguous: boolean } {
  const token = sender.jar.value(COOKIE, world.clock.now());
  if (planted === 'nothing' || token === undefined)
    return { planted: undefined, isAmbiguous: false };
  if (planted === 'a forged token') {
    return { planted: forge('changed tag', token, null), isAmbiguous: false };
  }
  if (planted === 'an older token') return olderBeside(world, token);
  const other = world.browsers.find((one) => one !== sender);
  const own = other?.jar.value(COOKIE, world.clock.now());
  if (other === undefined || own?.slice(0, 24) === token.slice(0, 24)) {
    return { planted: undefined, isAmbiguous: false };
  }
  expose(world, other);
  return { planted: own, isAmbiguous: true };
}

/** Where both still open the session, neither is taken: nobody can say which was planted. */
function olderBeside(world: World, token: string): ReturnType<typeof plantedBeside> {
  const owner = world.ledger.owner(token);
  const [older] = owner?.session.tokens ?? [];
  if (owner === undefined || older === undefined || older === token) {
    return { planted: undefined, isAmbiguous: false };
  }
  return { planted: older, isAmbiguous: !owner.session.isStale(0, world.ledger.now()) };
}

function session(value: string): { readonly value: string; readonly expiresAt: undefined } {
  return { value, expiresAt: undefined };
}
