// What somebody changes about their account behind the gate: name, addresses, password, and its end.

import { describe, expect, it } from 'vitest';

import { fill, PASSWORD, placeOf, press, says, sessionCookie, signIn, signUp } from './chromium.js';
import { setStage } from './stage.js';

const NEXT = 'seven kettles under a bridge';

const stage = setStage();

describe.each([true, false])('with JavaScript: %s', (javaScriptEnabled) => {
  const options = { javaScriptEnabled };
  const name = (who: string): string => `${who}.${javaScriptEnabled}@example.org`;

  it('adds an address, confirms it, makes it the primary one, and removes the other', async () => {
    const [old, fresh] = [name('ada'), name('ada.lovelace')];
    const page = await stage.open(options);
    await signUp(page, stage, old);
    await press(page, 'Profile');
    await fill(page, { display_name: 'Ada' });
    await press(page, 'Save');
    await says(page, 'Your name is kept.');
    expect(await page.textContent('.who')).toBe('Ada');
    await fill(page, { address: fresh });
    await press(page, 'Send the link');
    await says(page, `A mail is on its way to ${fresh}.`);
    await says(page, 'Not confirmed');

    await page.goto(await stage.linkTo('/profile/addresses/verify', fresh));
    await press(page, 'Confirm the address');
    expect(placeOf(page)).toBe('/profile');
    await stage.mailTo(old, fresh);
    await press(page, `Make primary ${fresh}`);
    await says(page, `Mails go to ${fresh} from now on.`);
    await press(page, `Remove ${old}`);
    await says(page, `${old} is removed.`);
    // Mails have to go somewhere.
    expect(await page.getByRole('button', { name: 'Remove' }).count()).toBe(0);
    await says(page, 'To remove it, add another one first.');

    await press(page, 'Sign out');
    await signIn(page, stage.url, { name: old });
    expect(placeOf(page)).toBe('/sign-in');
    await signIn(page, stage.url, { name: fresh });
    await says(page, 'Welcome, Ada');
  });

  it('changes the password, which ends the other devices, and signs in with the new one', async () => {
    const address = name('grace');
    const laptop = await stage.open(options);
    const other = await stage.open(options);
    await signUp(laptop, stage, address);
    await signIn(other, stage.url, { name: address });
    const before = await sessionCookie(laptop.context(), stage.url);
    await press(laptop, 'Security');
    await press(laptop, 'Change your password');
    expect(await laptop.locator('.meter').count()).toBe(0);
    await fill(laptop, { current: PASSWORD, password: NEXT, repeated: NEXT });
    if (javaScriptEnabled) {
      await says(laptop, 'Very hard to guess.');
      await fill(laptop, { password: 'fourteen 14 15' });
      await says(laptop, 'Too short: 1 more character.');
      await fill(laptop, { password: NEXT });
    }
    expect(await laptop.isChecked('#end_others')).toBe(true);
    await press(laptop, 'Change password');
    await says(laptop, 'all other devices are signed out');
    const after = await sessionCookie(laptop.context(), stage.url);
    expect(after?.value.slice(0, 24)).not.toBe(before?.value.slice(0, 24));
    await other.goto(`${stage.url}/devices`);
    expect(placeOf(other)).toBe('/sign-in');
    await press(laptop, 'Sign out');
    await signIn(laptop, stage.url, { name: address });
    await says(laptop, 'Name and password do not go together.');
    await signIn(laptop, stage.url, { name: address, password: NEXT });
    await press(laptop, 'Activity');
    await says(laptop, 'Password changed');
  });

  it('is deleted by who types its address, and nothing of it is left', async () => {
    const address = name('joan');
    const page = await stage.open(options);
    const other = await stage.open(options);
    await signUp(page, stage, address);
    await signIn(other, stage.url, { name: address });
    await press(page, 'Profile');
    await press(page, 'Delete account');
    await fill(page, { confirmation: 'something else' });
    await press(page, 'Delete my account');
    await says(page, 'This is something else.');
    await fill(page, { confirmation: address });
    await press(page, 'Delete my account');
    await says(page, 'Your account is deleted, and you are signed out everywhere.');
    expect(await sessionCookie(page.context(), stage.url)).toBeUndefined();
    await other.goto(`${stage.url}/`);
    expect(placeOf(other)).toBe('/sign-in');
    await signIn(page, stage.url, { name: address });
    await says(page, 'Name and password do not go together.');
  });
});
