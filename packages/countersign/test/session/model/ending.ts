// An ending as the model knows it: whom it is to end, from when to when it ran.

import type { UserId } from './attempt.js';
import { isBefore, type Instant, type Span } from './instant.js';
import type { KnownSession } from './known-session.js';

export interface Ending extends Span {
  readonly cause: string;
  /** Whether a session is among those that may not be accepted once this has returned. */
  readonly covers: (session: KnownSession) => boolean;
  /** Whether it may have ended this session, too. */
  readonly mayCover: (session: KnownSession) => boolean;
}

type Plan = Omit<Ending, 'start' | 'end'>;

/** One session by its id, with its chain of re-authentications. */
export function lineageEnding(lineage: string, cause: string): Plan {
  const covers = (session: KnownSession): boolean => session.lineage === lineage;
  return { cause, covers, mayCover: covers };
}

/** A single session, such as the anonymous one that a sign-in ends. */
export function singleEnding(id: string, cause: string): Plan {
  const covers = (session: KnownSession): boolean => session.id === id;
  return { cause, covers, mayCover: covers };
}

/**
 * All sessions of a user, or of everyone: surely those whose credential was being checked before the
 * ending began, perhaps those whose attempt began before it had returned.
 */
export function userEnding(user: UserId | 'everyone', start: Instant, except?: KnownSession): Plan {
  const isMeant = (session: KnownSession): boolean =>
    (user === 'everyone' || session.userId === user) && session.id !== except?.id;
  return {
    cause: `ending of ${user}`,
    covers: (session) => {
      // What the spared session is about to turn into may be spared, too.
      const isHeir = session.lineage === except?.lineage;
      return isMeant(session) && isBefore(isHeir ? session.bornBy : session.attempt.to, start);
    },
    mayCover: isMeant,
  };
}
