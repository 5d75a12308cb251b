// Replies of a server as values of a known kind. Anything else is an error: no guess is safe here.

export function textsOf(reply: unknown): readonly string[] {
  if (Array.isArray(reply) && reply.every((each) => typeof each === 'string')) return reply;
  throw unexpected();
}

/** One of these words. */
export function wordOf<const Word extends string>(reply: unknown, words: readonly Word[]): Word {
  const word = words.find((each) => each === reply);
  if (word === undefined) throw unexpected();
  return word;
}

export function textOf(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  throw unexpected();
}

/** A number, which some clients give as text. */
export function numberOf(reply: unknown): number {
  const number = Number(reply);
  if (Number.isSafeInteger(number)) return number;
  throw unexpected();
}

function unexpected(): TypeError {
  return new TypeError('Redis answered something that redisStore does not expect');
}
