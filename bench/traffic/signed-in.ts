// Signs users in through the library's own door and gives the cookies their browsers would have.

import type { Sessions } from 'countersign';

export interface SignedIn {
  readonly userId: string;
  readonly token: string;
}

/** All names have one length, so that all responses have. */
export function userName(position: number): string {
  return `user-${String(position).padStart(6, '0')}`;
}

/** Signs in `count` users, each on a browser of their own. */
export async function signInUsers(
  sessions: Sessions<object>,
  count: number,
): Promise<readonly SignedIn[]> {
  const signedIn: SignedIn[] = [];
  for (let position = 0; position < count; position += 1) {
    const userId = userName(position);
    const session = await sessions.check(undefined);
    const result = await session.signIn(userId);
    const commit = await session.commit({ status: 200 });
    const token = commit.cookies.find((cookie) => cookie.name === sessions.cookies.name)?.value;
    if (!result.ok || typeof token !== 'string') throw new Error(`${userId} could not sign in`);
    signedIn.push({ userId, token });
  }
  return signedIn;
}
