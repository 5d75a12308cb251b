// Recovery codes: how many are left, and the offer to make new ones, which ends the old.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { EndOthers } from './end-others.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';
import { Moment } from './moment.js';

export interface RecoveryCodesPageProps {
  readonly frame: Frame;
  readonly now: number;
  /** `null` when none were ever made. */
  readonly codes: { readonly left: number; readonly madeAt: number } | null;
}

export function RecoveryCodesPage({ frame, now, codes }: RecoveryCodesPageProps): JSX.Element {
  return (
    <Hall frame={frame} title="Recovery codes" place="/security" inside>
      <h1>Recovery codes</h1>
      <p class="lede">
        For the day when you have neither your phone nor your passkey. Each code stands in for them
        once, after your password.
      </p>
      <section class="card" aria-labelledby="new-title">
        <h2 id="new-title">{codes === null ? 'You have none' : leftInWords(codes.left)}</h2>
        {codes === null ? null : (
          <p class="faint">
            Made <Moment at={codes.madeAt} now={now} />
          </p>
        )}
        <form class="inline-form" method="post" action="/security/recovery-codes">
          {codes === null || codes.left === 0 ? null : (
            <p>New codes make the old ones worthless. Throw those away then.</p>
          )}
          <EndOthers checked={false} />
          <div class="row">
            <button class="button button-main" type="submit">
              {codes === null ? 'Make recovery codes' : 'Make new codes'}
            </button>
            <a class="button button-quiet" href="/security">
              Cancel
            </a>
          </div>
        </form>
      </section>
    </Hall>
  );
}

function leftInWords(left: number): string {
  if (left === 0) return 'None are left';
  return left === 1 ? 'One code is left' : `${left} codes are left`;
}
