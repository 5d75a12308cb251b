// The example of providers in docs/reference/flows.md runs. Its text is compared in passkey-reference.

import { expect, test } from 'vitest';

import { comeBack, goTo } from './provider-reference-example.js';
import { createProviderWorld, identityOf, startSite } from './provider-world.js';

test('the example of providers signs in', async () => {
  const site = await startSite('first');
  try {
    const world = createProviderWorld([site]);
    const { userId } = await world.addAccount({ identities: [identityOf(site, 'ada')] });
    const visitor = world.visitor();
    const unknown = await visitor.visit((visit) => goTo(world.flows, visit, 'other'));
    expect(unknown).toEqual({ status: 303, location: '/sign-in?unknown-provider' });
    const { location } = await visitor.visit((visit) => goTo(world.flows, visit, 'first'));
    site.server.signInAs('ada');
    const url = await site.server.visit(location);
    const back = await visitor.visit((visit) =>
      comeBack(world.flows, visit, { provider: 'first', url }),
    );
    expect(back).toEqual({ status: 303, location: '/account' });
    expect(await visitor.userId()).toBe(userId);
    const again = await visitor.visit((visit) =>
      comeBack(world.flows, visit, { provider: 'first', url }),
    );
    expect(again).toEqual({ status: 303, location: '/sign-in?expired' });
  } finally {
    await site.server.stop();
  }
});
