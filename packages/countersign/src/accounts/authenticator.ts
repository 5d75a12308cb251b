// What can be guessed at. Each has a count of its own (G40).

export type Authenticator = 'password' | 'totp' | 'recovery-code' | 'passkey';
