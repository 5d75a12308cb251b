// An authenticator in software, with a passkey for an account of the door.

import { SoftwareAuthenticator } from '../../../countersign/test/accounts/software-authenticator.js';
import type { Door } from './door.js';
import { visitFlow } from './flow-visit.js';
import { ORIGIN, type Visitor } from './visitor.js';

/** @param visitor who is signed in, and has just shown who they are */
export async function addPasskey(door: Door, visitor: Visitor): Promise<SoftwareAuthenticator> {
  const authenticator = new SoftwareAuthenticator({ origin: ORIGIN });
  const begun = await visitFlow(door, visitor, (visit) => door.flows.passkeys.beginAdd(visit));
  if (!begun.ok) throw new Error(begun.reason);
  const response = authenticator.create(begun.options);
  const added = await visitFlow(door, visitor, (visit) =>
    door.flows.passkeys.add(visit, { response, name: 'Laptop', endOthers: false }),
  );
  if (!added.ok) throw new Error(added.reason);
  return authenticator;
}
