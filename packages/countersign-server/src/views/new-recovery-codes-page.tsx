// Recovery codes, the one time that they are shown: to be written down, kept as a file, or printed. The
// file is in the link itself, so the server does not see the codes again.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { momentInWords } from '../web/time-words.js';
import type { Frame } from './frame.js';
import { Hall } from './hall.js';

export interface NewRecoveryCodesPageProps {
  readonly frame: Frame;
  /** As they are typed. */
  readonly codes: readonly string[];
  /** Epoch milliseconds. */
  readonly madeAt: number;
  /** Where it goes on from here. Default: the security page. */
  readonly next?: string;
}

export function NewRecoveryCodesPage(props: NewRecoveryCodesPageProps): JSX.Element {
  const { frame, codes, madeAt, next = '/security' } = props;
  const text = recoveryCodesText(frame.userName ?? '', codes, madeAt);
  return (
    <Hall
      frame={frame}
      title="Your recovery codes"
      place="/security"
      inside
      scripts={['keepCodes']}
    >
      <h1>Your recovery codes</h1>
      <p class="lede">
        They are shown this once. Keep them where you find them without your phone: on paper, or in
        a password manager.
      </p>
      <section class="card codes-card" aria-label="Recovery codes">
        <p class="codes-for">
          For {frame.userName}, made {momentInWords(madeAt)}
        </p>
        <ol class="codes">
          {codes.map((code) => (
            <li>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <div class="row codes-keep">
          <a
            class="button button-quiet"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
            download="countersign-recovery-codes.txt"
          >
            Download
          </a>
          <button class="button button-quiet" type="button" data-print hidden>
            Print
          </button>
          <button class="button button-quiet" type="button" data-copy={codes.join('\n')} hidden>
            Copy
          </button>
        </div>
      </section>
      <p class="codes-done">
        <a class="button button-main" href={next}>
          I have kept them
        </a>
      </p>
    </Hall>
  );
}

/** What the file says. */
export function recoveryCodesText(
  userName: string,
  codes: readonly string[],
  madeAt: number,
): string {
  return [
    `Countersign recovery codes for ${userName}`,
    `Made ${momentInWords(madeAt)}. Each works once. New ones make these worthless.`,
    '',
    ...codes,
    '',
  ].join('\r\n');
}
