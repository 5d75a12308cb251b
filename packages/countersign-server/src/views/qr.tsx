// A QR code as one path: no style and no script, so that the policy of the page needs no exception.
// ISO/IEC 18004; the modules are worked out by uqr.

import type { JSX } from 'hono/jsx/jsx-runtime';
import { encode } from 'uqr';

/** Four modules of quiet ground on each side (ISO/IEC 18004, 9.1). */
const BORDER = 4;

export interface QrProps {
  readonly text: string;
  /** What it is, for who does not see it. */
  readonly label: string;
}

export function Qr({ text, label }: QrProps): JSX.Element {
  const { data, size } = encode(text, { ecc: 'M', border: BORDER });
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path class="qr-ground" d={`M0 0h${size}v${size}H0z`} />
      <path class="qr-dark" d={drawModules(data)} />
    </svg>
  );
}

/** The dark modules as path data: each run of them in a row is a rectangle. */
export function drawModules(rows: readonly (readonly boolean[])[]): string {
  return rows.flatMap((row, y) => drawRow(row, y)).join('');
}

function drawRow(row: readonly boolean[], y: number): readonly string[] {
  const runs: string[] = [];
  let start: number | undefined;
  for (let x = 0; x <= row.length; x += 1) {
    const isDark = row[x] === true;
    if (isDark) start ??= x;
    else if (start !== undefined) {
      runs.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
      start = undefined;
    }
  }
  return runs;
}
