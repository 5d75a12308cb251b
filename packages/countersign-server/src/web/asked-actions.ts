// Everything that the doorkeeper asks a fresh proof for: what the page that asks says of it, and what is
// done when it was given. Nobody types anything again but passwords and codes.

import type { User } from 'countersign/accounts';
import type { StepUpPurpose } from 'countersign/flows';

import { PASSWORD_PATH } from './change-password.js';
import { describeUserAgent } from './describe-user-agent.js';
import { DEVICES_PATH, endDevice, endOtherDevices, findDevice } from './devices.js';
import type { Asked, Doorkeeper, PageContext } from './doorkeeper.js';
import { seeOtherWith } from './reply.js';

/** One field of what was asked for; empty when there is none of this name. */
export type AskedFields = (name: string) => string;

export interface AskedAction {
  readonly needs: StepUpPurpose;
  /** What comes after "to" in a sentence; `undefined` when there is nothing left to do. */
  readonly purpose: (
    c: PageContext,
    field: AskedFields,
  ) => string | undefined | Promise<string | undefined>;
  /** The page that it was asked for on, or that it leads to. */
  readonly place: string;
  /** Where who does not want to goes. Default: the place. */
  readonly cancel?: string;
  /** Does it, and answers. Default: the person does it on the page. */
  readonly go?: (
    door: Doorkeeper,
    c: PageContext,
    user: User,
    field: AskedFields,
  ) => Response | Promise<Response>;
}

const ACTIONS: ReadonlyMap<string, AskedAction> = new Map<string, AskedAction>([
  [
    'end-device',
    {
      needs: 'sessions',
      place: DEVICES_PATH,
      async purpose(c, field) {
        const device = await findDevice(c, field('id'));
        if (device === undefined) return undefined;
        return `sign out ${describeUserAgent(device.client.userAgent).words}`;
      },
      go: (door, c, _user, field) => endDevice(door, c, field('id')),
    },
  ],
  [
    'end-other-devices',
    {
      needs: 'sessions',
      place: DEVICES_PATH,
      purpose: () => 'sign out all your other devices',
      go: (door, c) => endOtherDevices(door, c),
    },
  ],
  [
    'change-password',
    {
      needs: 'credentials',
      place: PASSWORD_PATH,
      cancel: '/security',
      purpose: () => 'choose a password',
    },
  ],
]);

/** The action of what was asked for. */
export function actionOf({ action }: Asked): AskedAction | undefined {
  return ACTIONS.get(action);
}

export function fieldsOf({ fields }: Asked): AskedFields {
  return (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? '';
}

/** Goes to where it is done, and says that nothing stands in the way any more. */
export function goToPlace(c: PageContext, { place }: AskedAction): Response {
  return seeOtherWith(c, place, { tone: 'good', text: 'Thank you, it is you. Now go on.' });
}
