import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { parseForm, readForm } from '../../src/web/form.js';

const FORM = 'application/x-www-form-urlencoded';

function post(body: BodyInit, type: string = FORM): Request {
  return new Request('http://localhost/', {
    method: 'POST',
    body,
    headers: { 'content-type': type },
  });
}

function postStream(body: ReadableStream<Uint8Array>): Request {
  const init = { method: 'POST', body, headers: { 'content-type': FORM }, duplex: 'half' };
  return new Request('http://localhost/', init);
}

async function statusOf(request: Request): Promise<number> {
  const form = await readForm(request);
  return form.ok ? 200 : form.status;
}

describe('a posted form', () => {
  it('gives its fields as they were typed', async () => {
    const typed = { name: 'ada@example.org', password: 'a+b & c=d, é 🔑' };
    const form = await readForm(post(new URLSearchParams(typed).toString()));
    expect(form.ok && Object.fromEntries(form.fields)).toEqual(typed);
  });

  it('reads back whatever URLSearchParams writes', () => {
    const entries = fc.uniqueArray(
      fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
      { selector: ([name]) => name, maxLength: 8 },
    );
    fc.assert(
      fc.property(entries, (fields) => {
        const form = parseForm(new URLSearchParams(fields).toString());
        expect(form.ok && [...form.fields]).toEqual(fields);
      }),
    );
  });

  it('knows __proto__ as an ordinary name', async () => {
    const form = await readForm(post('__proto__=x'));
    expect(form.ok && form.fields.get('__proto__')).toBe('x');
    expect(form.ok && form.fields.get('constructor')).toBeUndefined();
  });

  it.each([
    ['JSON', 'application/json'],
    ['plain text', 'text/plain'],
    ['a form with files', 'multipart/form-data; boundary=x'],
    ['a type that begins like a form', `${FORM}x`],
    ['no type', ''],
  ])('is refused with 415 as %s', async (_name, type) => {
    expect(await statusOf(post('a=b', type))).toBe(415);
  });

  it.each([[`${FORM}; charset=utf-8`], [FORM.toUpperCase()], [`${FORM} ; x=y`]])(
    'is taken as %s',
    async (type) => {
      expect(await statusOf(post('a=b', type))).toBe(200);
    },
  );

  it.each([
    ['an escape that is cut off', 'a=%2'],
    ['an escape that is none', 'a=%zz'],
    ['an escape that is no UTF-8', 'a=%FF'],
    ['a field that comes twice', 'password=a&password=b'],
    ['more fields than any form here has', 'a=1&'.repeat(40)],
  ])('is refused with 400 for %s', async (_name, body) => {
    expect(await statusOf(post(body))).toBe(400);
  });

  it('is refused with 413 from 64 KiB on, whether or not it says how long it is', async () => {
    const most = 64 * 1024;
    expect(await statusOf(post(`a=${'x'.repeat(most - 2)}`))).toBe(200);
    expect(await statusOf(post(`a=${'x'.repeat(most - 1)}`))).toBe(413);
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(8_192).fill(97));
      },
    });
    const request = postStream(stream);
    expect(await statusOf(request)).toBe(413);
  });

  it('is refused with 400 when its transfer breaks', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('gone'));
      },
    });
    const request = postStream(stream);
    expect(await statusOf(request)).toBe(400);
  });
});
