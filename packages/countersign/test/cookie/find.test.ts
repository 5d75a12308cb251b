// findCookie: one cookie by its exact name, at every boundary that a search by text can get wrong.

import { describe, expect, test } from 'vitest';

import { findCookie } from '../../src/cookie/find.js';
import { parseCookies } from '../../src/cookie/parse.js';

describe('findCookie', () => {
  test.each<[string, string | undefined]>([
    ['id=1', '1'],
    ['a=2; id=1', '1'],
    ['id=1; a=2', '1'],
    ['a=2;id=1;b=3', '1'],
    ['a=2;\t id \t= \t1\t ;b=3', '1'],
    [' id=1', '1'],
    ['id=', ''],
    ['id= ;a=1', ''],
    ['id=1=2', '1=2'],
    ['id="x y"', '"x y"'],
    ['id=%41', '%41'],
    ['', undefined],
    ['id', undefined],
    ['id;a=1', undefined],
    ['=id', undefined],
    ['=id=1', undefined],
    ['xid=1', undefined],
    ['x id=1', undefined],
    ['idx=1', undefined],
    ['id x=1', undefined],
    ['ID=1', undefined],
    ['a=id=1', undefined],
    ['a= id=1', undefined],
    ['a=x id=1', undefined],
    ['a=id; b=id', undefined],
    ['\nid=1', undefined],
    ['xid=2; idx=3; a=id=4; id=1', '1'],
    ['id; id=1', '1'],
    ['id; xid=2;id=1; id', '1'],
    ['idid=2; id=1', '1'],
  ])('in %j', (header, value) => {
    expect(findCookie(header, 'id')).toBe(value);
  });

  test('in no header', () => {
    expect(findCookie(undefined, 'id')).toBeUndefined();
  });

  test('gives all values when the cookie came more than once (R7)', () => {
    expect(findCookie('id=1; a=x; id = 2 ;id=1', 'id')).toEqual(['1', '2', '1']);
    expect(findCookie('id=;id=', 'id')).toEqual(['', '']);
  });

  test('a name that repeats itself', () => {
    expect(findCookie('aaa=1; aa=2', 'aa')).toBe('2');
    expect(findCookie('aaaa=1', 'aa')).toBeUndefined();
  });

  test('regular expressions mean nothing', () => {
    expect(findCookie('axb=1; a.b=2', 'a.b')).toBe('2');
    expect(findCookie('$&=1', '$&')).toBe('1');
  });

  test.each(['', ' ', '\t', ' id', 'id\t', 'a=b', 'a;b', '=', ';', 'id='])(
    'a name that no cookie can have is not found: %j',
    (name) => {
      const header = `a=b=c; a;b=1; ${name}=2; id=3;  id=4; =5`;
      expect(findCookie(header, name)).toBeUndefined();
      expect(parseCookies(header).has(name)).toBe(false);
    },
  );

  test('asks for different names one after the other', () => {
    for (const name of ['a', '', 'a=', 'b', 'a=', 'a', 'b', ' ', 'b']) {
      const expected = { a: '=1', b: '2' }[name];
      expect(findCookie('a==1; b=2', name)).toBe(expected);
    }
  });
});

describe('the bounds (R10) are those of parseCookies', () => {
  const bare = (count: number): string => 'b;'.repeat(count);

  test.each([
    ['the last piece that is read', `${bare(1023)}id=1`, '1'],
    ['the first one that is not', `${bare(1024)}id=1`, undefined],
    ['one far behind', `${bare(5000)}id=1`, undefined],
    ['one within and one beyond', `${bare(1023)}id=1;id=2`, '1'],
    ['two within', `${bare(1022)}id=1;id=2;id=3`, ['1', '2']],
    ['few pieces and many characters', `a=${'x'.repeat(5000)};id=1`, '1'],
    ['the last character', `a=${'x'.repeat(65_528)};id=123`.slice(0, 65_536), '12'],
    ['a piece that is cut', `a=${'x'.repeat(65_528)};id=123`, undefined],
    ['a second one beyond the bound', `id=1;a=${'x'.repeat(65_536)};id=2`, '1'],
  ])('%s', (_, header, expected) => {
    expect(findCookie(header, 'id')).toEqual(expected);
    const all = parseCookies(header).getAll('id');
    expect([findCookie(header, 'id') ?? []].flat()).toEqual(all);
  });
});
