// What can be guessed at. Each has a count of its own (G40).

/** `totp-setup`: the first code of an app, whose failures must not close the one that is in use. */
export type Authenticator =
  | 'password'
  | 'totp'
  | 'totp-setup'
  | 'recovery-code'
  | 'passkey'
  | 'provider'
  | 'link';
