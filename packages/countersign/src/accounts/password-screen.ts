// A second look at a new password, by somebody who is asked over a network: the port and how it is
// asked. Never in the way: where there is no answer, the local lists have been asked already (G31).

/**
 * `known`: the password was in a breach. `unknown`: it was in none that is known there. `unavailable`:
 * nobody answered in time or in a way that can be read.
 */
export type PasswordScreenAnswer = 'known' | 'unknown' | 'unavailable';

/** Takes the password in NFC, as the policy gives it. */
export type PasswordScreen = (password: string) => Promise<PasswordScreenAnswer>;

/** Asks a screen that may be anybody's: one that throws or rejects is unavailable, no more. */
export async function askScreen(
  screen: PasswordScreen,
  password: string,
): Promise<PasswordScreenAnswer> {
  try {
    return await screen(password);
  } catch {
    return 'unavailable';
  }
}
