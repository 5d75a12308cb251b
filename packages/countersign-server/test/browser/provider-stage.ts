// A stage with a real OpenID provider beside the doorkeeper, which people of the tests sign in at by a
// form.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll } from 'vitest';

import { freePort } from '../../../countersign/test/services/free-port.js';
import {
  startOpenIdProvider,
  type OpenIdProvider,
} from '../../../countersign/test/services/openid-provider.js';
import { setStage, type Stage } from './stage.js';

/** What its button says. */
export const LABEL = 'Example ID';

export interface ProviderStage extends Stage {
  readonly issuer: string;
}

/** Somebody with its word gets an account. */
export function setProviderStage(): ProviderStage {
  let provider: OpenIdProvider | undefined;
  afterAll(async () => provider?.stop());
  const stage = setStage({
    async args(folder) {
      const port = await freePort();
      provider = await startOpenIdProvider({
        pages: 'form',
        redirectUris: [`http://localhost:${port}/sign-in/provider/callback/example-id`],
      });
      const { issuer, clientId, clientSecret } = provider;
      const entry = { name: 'example-id', label: LABEL, issuer, createsAccounts: true };
      const file = join(folder, 'providers.json');
      writeFileSync(file, JSON.stringify([{ ...entry, clientId, clientSecret }]), { mode: 0o600 });
      return ['--port', String(port), '--providers', file];
    },
  });
  return {
    get url() {
      return stage.url;
    },
    get issuer() {
      return provider?.issuer ?? '';
    },
    open: (options) => stage.open(options),
    linkTo: (path, address) => stage.linkTo(path, address),
    logged: (event) => stage.logged(event),
    mailTo: (address, words) => stage.mailTo(address, words),
  };
}
