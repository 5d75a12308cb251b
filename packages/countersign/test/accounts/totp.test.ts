import { describe, expect, it } from 'vitest';

import { decodeBase32, encodeBase32 } from '../../src/accounts/base32.js';
import {
  createTotpSecret,
  judgeTotp,
  TOTP_STEP_MS,
  totpUri,
  type TotpJudgement,
} from '../../src/accounts/totp.js';

/** The secret of RFC 4226 Appendix D and RFC 6238 Appendix B. */
const SECRET = encodeBase32(Buffer.from('12345678901234567890'));

/** RFC 4226 Appendix D: the codes of the first ten steps. */
const CODES = [
  '755224',
  '287082',
  '359152',
  '969429',
  '338314',
  '254676',
  '287922',
  '162583',
  '399871',
  '520489',
] as const;

function judgeAtStep(step: number, typed: string, lastStep = -1): TotpJudgement {
  return judgeTotp(SECRET, typed, { now: step * TOTP_STEP_MS, lastStep });
}

describe('the code of a step', () => {
  it.each(CODES.map((code, step) => ({ code, step })))('$step is $code (RFC 4226)', (vector) => {
    expect(judgeAtStep(vector.step, vector.code)).toEqual({ ok: true, step: vector.step });
  });

  // RFC 6238 Appendix B, SHA-1: the last six of the eight digits there.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at second %d is %s (RFC 6238)', (second, code) => {
    const judged = judgeTotp(SECRET, code, { now: second * 1000, lastStep: -1 });
    expect(judged).toEqual({ ok: true, step: Math.floor(second / 30) });
  });

  it('lasts 30 seconds, to the millisecond (ASVS 6.5.5)', () => {
    const judge = (now: number): TotpJudgement =>
      judgeTotp(SECRET, CODES[5], { now, lastStep: -1 });
    // One step before and one after are let in too.
    expect(judge(4 * TOTP_STEP_MS - 1)).toEqual({ ok: false, reason: 'wrong' });
    expect(judge(4 * TOTP_STEP_MS)).toEqual({ ok: true, step: 5 });
    expect(judge(7 * TOTP_STEP_MS - 1)).toEqual({ ok: true, step: 5 });
    expect(judge(7 * TOTP_STEP_MS)).toEqual({ ok: false, reason: 'wrong' });
  });
});

describe('a code', () => {
  it('is accepted once, however often it is shown (ASVS 6.5.1)', () => {
    const first = judgeAtStep(5, CODES[5]);
    expect(first).toEqual({ ok: true, step: 5 });
    for (const step of [4, 5, 6])
      expect(judgeAtStep(step, CODES[5], 5)).toEqual({ ok: false, reason: 'used' });
  });

  it('of an earlier step than the last used one is never accepted (ASVS 6.5.1)', () => {
    expect(judgeAtStep(5, CODES[4], 5)).toEqual({ ok: false, reason: 'used' });
    expect(judgeAtStep(5, CODES[6], 5)).toEqual({ ok: true, step: 6 });
    expect(judgeAtStep(5, CODES[5], 1_000)).toEqual({ ok: false, reason: 'used' });
  });

  it('that two steps share is used up for both', () => {
    // Of this secret, the first two neighbours with one code, found by trying.
    const step = 910_737;
    expect(judgeAtStep(step, '911617')).toEqual({ ok: true, step: step + 1 });
    expect(judgeAtStep(step - 1, '911617')).toEqual({ ok: true, step });
  });

  it('may have spaces', () => {
    for (const typed of ['755 224', ' 755224\n', '7 5 5 2 2 4', '755\u00a0224'])
      expect(judgeAtStep(0, typed)).toEqual({ ok: true, step: 0 });
  });

  it.each([
    '',
    '75522',
    '7552240',
    '75522a',
    '-55224',
    '７５５２２４',
    '755224\u0000',
    '0x7552',
    ' '.repeat(1_000_000),
  ])('that is not six digits is not judged (case %#)', (typed) => {
    expect(judgeAtStep(0, typed)).toEqual({ ok: false, reason: 'malformed' });
  });

  it('of another secret is wrong', () => {
    const other = encodeBase32(Buffer.from('12345678901234567891'));
    expect(judgeTotp(other, CODES[0], { now: 0, lastStep: -1 })).toEqual({
      ok: false,
      reason: 'wrong',
    });
  });

  it('is not judged against a secret that is no base32', () => {
    expect(() => judgeTotp('12345678', '755224', { now: 0, lastStep: -1 })).toThrow(TypeError);
  });
});

describe('a new secret', () => {
  it('has 160 random bits (ASVS 6.5.3)', () => {
    const secrets = Array.from({ length: 50 }, () => createTotpSecret());
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) expect(decodeBase32(secret)).toHaveLength(20);
  });
});

describe('the URI for authenticator apps', () => {
  it('has every part, encoded as apps decode it', () => {
    expect(totpUri({ secret: SECRET, issuer: 'Example Shop', account: 'ada+1@example.org' })).toBe(
      'otpauth://totp/Example%20Shop:ada%2B1%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Shop&algorithm=SHA1&digits=6&period=30',
    );
  });

  it('reads back whatever the names are', () => {
    const account = 'ä/?#&:%41 🦊\ud800';
    const uri = new URL(totpUri({ secret: SECRET, issuer: 'A&B=C?', account }));
    expect(decodeURIComponent(uri.pathname)).toBe(`/A&B=C?:${account.toWellFormed()}`);
    expect(uri.searchParams.get('issuer')).toBe('A&B=C?');
    expect([...uri.searchParams.keys()]).toHaveLength(5);
    expect(uri.hash).toBe('');
  });

  it.each(['', '  ', 'Shop: East'])('refuses %j as the issuer', (issuer) => {
    expect(() => totpUri({ secret: SECRET, issuer, account: 'ada' })).toThrow(
      expect.objectContaining({ code: 'configuration' }),
    );
  });
});
