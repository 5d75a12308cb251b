import { createFakeClock } from 'countersign/testing';
import { describe, expect, it } from 'vitest';

import { createLog, errorFields } from '../src/log.js';

function setUp() {
  const lines: string[] = [];
  const log = createLog(createFakeClock(), (line) => lines.push(line));
  return { log, lines };
}

describe('the log', () => {
  it('writes one line of JSON for each event', () => {
    const { log, lines } = setUp();
    log.warning('refused', { user: null, address: '192.0.2.7' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warning',
      event: 'refused',
      user: null,
      address: '192.0.2.7',
    });
  });

  it('lets nobody begin a line of their own (ASVS 16.4.1)', () => {
    const { log, lines } = setUp();
    log.info('signed-in', { address: 'x\n{"event":"forged"}\r\u2028' });
    expect(lines.join('').match(/[\n\r]/g)).toEqual(['\n']);
    expect(lines[0]?.endsWith('\n')).toBe(true);
  });

  it('tells an error with its code and cause', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'E' });
    expect(errorFields(error)).toMatchObject({ message: 'outer', code: 'E', cause: 'inner' });
    expect(errorFields('text')).toEqual({ message: 'text' });
  });
});
