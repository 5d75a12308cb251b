import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';

import { drawModules, Qr } from '../../src/views/qr.js';

/** Paints path data of rectangles, one unit high, on a grid. */
function paint(path: string, size: number): readonly (readonly boolean[])[] {
  const grid = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    grid[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  return grid;
}

describe('a QR code', () => {
  it('draws exactly the dark modules, in every row and at every edge', () => {
    const rows = [
      [true, false, true],
      [false, false, false],
      [true, true, true],
      [false, true, true],
    ];
    expect(drawModules(rows)).toBe('M0 0h1v1h-1zM2 0h1v1h-1zM0 2h3v1h-3zM1 3h2v1h-2z');
    const { data, size } = encode('otpauth://totp/x?secret=JBSWY3DPEHPK3PXP', { border: 4 });
    expect(paint(drawModules(data), size)).toEqual(data);
  });

  it('stands on light ground with four modules around it, and says what it is', async () => {
    const html = (await Qr({ text: 'x', label: 'A code' })).toString();
    expect(html).toContain('role="img" aria-label="A code"');
    const size = Number(/viewBox="0 0 (\d+) /.exec(html)?.[1]);
    const path = /class="qr-dark" d="([^"]+)"/.exec(html)?.[1] ?? '';
    const rows = paint(path, size);
    expect(rows.slice(0, 4).flat()).not.toContain(true);
    expect(rows.flatMap((row) => row.slice(-4))).not.toContain(true);
    expect(rows[4]?.slice(4, 11)).toEqual(Array.from({ length: 7 }, () => true));
  });
});
