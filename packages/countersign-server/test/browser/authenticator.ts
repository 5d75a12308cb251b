// A passkey's device that Chromium pretends to have, as its developer tools offer it.

import type { Page } from 'playwright-core';

export interface VirtualAuthenticator {
  /** Whether it answers at once, as if somebody touched it. It does at first. */
  setPresence(enabled: boolean): Promise<void>;
  /** Whether it knows whose finger it is. It does at first. */
  setVerified(isVerified: boolean): Promise<void>;
}

/** For this page and those that it goes to. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const device = await page.context().newCDPSession(page);
  await device.send('WebAuthn.enable');
  const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    setPresence: async (enabled) => {
      await device.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    },
    setVerified: async (isUserVerified) => {
      await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
}
