// Why a request is, or is not, signed in: for developers. Never shown to the client.

/** What became of the cookie that came with a request. */
export type Outcome =
  | 'no-cookie'
  | 'malformed'
  | 'forged'
  | 'not-found'
  | 'duplicate-cookie'
  | 'wrong-kind'
  | 'idle'
  | 'absolute'
  | 'replaced'
  | 'reuse'
  | 'device-proof-missing'
  | 'live'
  | 'live-previous-secret'
  | 'signed-in-now'
  | 'signed-out-now';

export interface Explanation {
  readonly outcome: Outcome;
  /** One sentence for a developer. */
  readonly message: string;
}

export const EXPLANATIONS: Readonly<Record<Outcome, string>> = {
  'no-cookie':
    'The request carried no session cookie. If one was set, the browser may have dropped it: check Secure over plain HTTP, the prefix rules and SameSite.',
  malformed: 'The session cookie does not have the shape of a token.',
  forged:
    'The token was not made with the keys and namespace in use. A removed key or another application on this host does that.',
  'not-found': 'The token was made here, and its session has ended or its record has expired.',
  'duplicate-cookie':
    'The session cookie came several times, and not exactly one of them was valid.',
  'wrong-kind': 'An anonymous token came in the cookie for signed-in sessions, or the reverse.',
  idle: 'The session ended: no request for `policy.idle`.',
  absolute: 'The session ended: its absolute lifetime is over.',
  replaced: 'The session ended: a newer authentication has replaced it.',
  reuse: 'The session ended: a superseded secret was presented, so a copy of the cookie is about.',
  'device-proof-missing':
    'The session is bound to a device key, and this request did not prove it.',
  live: 'The session is live.',
  'live-previous-secret': 'The session is live, by its previous secret within the overlap.',
  'signed-in-now': 'This request signed in.',
  'signed-out-now': 'This request signed out.',
};

export function explain(outcome: Outcome): Explanation {
  return { outcome, message: EXPLANATIONS[outcome] };
}
