import { describe, expect, it } from 'vitest';

import { formatArgon2Hash, parseArgon2Hash } from '../../src/accounts/argon2-hash.js';
import { argon2Hasher } from '../../src/accounts/argon2.js';
import {
  createArgon2Hasher,
  type Argon2HasherOptions,
  type DeriveArgon2id,
  type PasswordHasher,
} from '../../src/accounts/password-hasher.js';

/** The real function, in a hasher that is cheap enough for tests and still above the minima. */
const hasher = argon2Hasher();

/** A hasher on a made-up function that records each call and answers when it is told to. */
function recordingHasher(options: Argon2HasherOptions = {}) {
  const calls: { memory: number; passes: number; salt: string; answer: () => void }[] = [];
  const derive: DeriveArgon2id = (password, salt, cost, hashBytes) =>
    new Promise((resolve) => {
      const answer = () => resolve(new Uint8Array(hashBytes).fill(password[0] ?? 0));
      calls.push({ ...cost, salt: salt.toString(), answer });
    });
  return { calls, hasher: createArgon2Hasher(derive, options) };
}

async function answerAll(calls: readonly { answer: () => void }[], count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    // A call that waited comes into being some microtasks after the one before it was answered.
    for (let turn = 0; calls[i] === undefined && turn < 20; turn += 1) await Promise.resolve();
    calls[i]?.answer();
  }
}

describe('hashing with argon2id', () => {
  it('writes a PHC string at 19456/2/1 with 16 random salt bytes and 32 of hash (G1, G3, G7 test 1)', async () => {
    const first = await hasher.hash('a quiet otter and seven lamps');
    expect(first).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    const parsed = parseArgon2Hash(first);
    expect([parsed?.salt.length, parsed?.hash.length]).toEqual([16, 32]);
    expect(await hasher.hash('a quiet otter and seven lamps')).not.toBe(first);
  });

  it('knows the password again, and no other', async () => {
    const stored = await hasher.hash('a quiet otter and seven lamps');
    expect(await hasher.verify(stored, 'a quiet otter and seven lamps')).toEqual({
      match: true,
      needsRehash: false,
    });
    for (const wrong of ['a quiet otter and seven lamp', 'a quiet otter and seven lamps ', ''])
      expect(await hasher.verify(stored, wrong)).toEqual({ match: false, reason: 'mismatch' });
  });

  it('uses the whole password: a NUL, what follows it, and the last of 1,024 bytes (G7)', async () => {
    const withNul = await hasher.hash('abc\u0000def');
    expect(await hasher.verify(withNul, 'abc\u0000def')).toMatchObject({ match: true });
    expect(await hasher.verify(withNul, 'abc\u0000deg')).toMatchObject({ match: false });
    expect(await hasher.verify(withNul, 'abc')).toMatchObject({ match: false });
    const long = await hasher.hash('x'.repeat(1_023) + 'y');
    expect(await hasher.verify(long, 'x'.repeat(1_023) + 'y')).toMatchObject({ match: true });
    expect(await hasher.verify(long, 'x'.repeat(1_023) + 'z')).toMatchObject({ match: false });
  });

  it('reads what the package wrote by itself, at another cost', async () => {
    const { hashSync } = await import('@node-rs/argon2');
    const stored = hashSync('correct horse', { memoryCost: 8_192, timeCost: 3, parallelism: 2 });
    expect(await hasher.verify(stored, 'correct horse')).toEqual({
      match: true,
      needsRehash: true,
    });
    expect(await hasher.verify(stored, 'correct house')).toMatchObject({ match: false });
  });

  it('is read by the package that made the bare hash', async () => {
    const { verifySync } = await import('@node-rs/argon2');
    expect(verifySync(await hasher.hash('correct horse'), 'correct horse')).toBe(true);
  });
});

describe('bounds', () => {
  it.each([
    [{ memory: 7_168, passes: 5 }, /memory: is 7168 KiB with 5 passes.*at least 12288/],
    [{ memory: 9_216, passes: 4 }, /at least 12288/],
    [{ memory: 19_455 }, /at least 19456/],
    [{ memory: 47_103, passes: 1 }, /at least 47104/],
    [{ memory: 0 }, /cannot be used/],
    [{ memory: 19_456.5 }, /cannot be used/],
    [{ memory: 262_145 }, /cannot be used.*262144/],
    [{ passes: 0 }, /cannot be used/],
    [{ lanes: 17 }, /cannot be used/],
    [{ concurrency: 0 }, /concurrency/],
    [{ queue: -1 }, /queue/],
  ] as const)('refuses %j at construction (G2, G7 test 2)', (options, message) => {
    expect(() => argon2Hasher(options)).toThrow(message);
  });

  it('takes each row of ASVS Appendix C', () => {
    const rows = [
      { memory: 47_104, passes: 1 },
      { memory: 19_456, passes: 2 },
      { memory: 12_288, passes: 3 },
      { memory: 65_536, passes: 3, lanes: 4 },
    ];
    for (const row of rows) expect(() => recordingHasher(row)).not.toThrow();
  });

  it('refuses 100,000 bytes without a hash run (G8, G7 test 6)', async () => {
    const { calls, hasher: recording } = recordingHasher();
    const huge = 'x'.repeat(100_000);
    expect(await recording.verify(undefined, huge)).toEqual({ match: false, reason: 'too-long' });
    await expect(recording.hash(huge)).rejects.toThrow(RangeError);
    // 1,000 UTF-16 units are 3,000 bytes here: the bound is on bytes.
    expect(await recording.verify(undefined, '漢'.repeat(1_000))).toMatchObject({
      reason: 'too-long',
    });
    expect(calls).toHaveLength(0);
  });

  const salt = 'AAAAAAAAAAAAAAAAAAAAAA';
  const hash = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

  it.each([
    ['four gigabytes', `$argon2id$v=19$m=4194304,t=2,p=1$${salt}$${hash}`],
    ['a million passes', `$argon2id$v=19$m=19456,t=1000000,p=1$${salt}$${hash}`],
    ['255 lanes', `$argon2id$v=19$m=19456,t=2,p=255$${salt}$${hash}`],
    ['too little memory for its lanes', `$argon2id$v=19$m=8,t=2,p=2$${salt}$${hash}`],
    ['a short salt', `$argon2id$v=19$m=19456,t=2,p=1$AAAAAAA$${hash}`],
    ['a short hash, which a collision would find', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$AAAA`],
    ['a hash of 65 bytes', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${'A'.repeat(87)}`],
    ['the older version', `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${hash}`],
    ['argon2i', `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${hash}`],
    ['padding', `$argon2id$v=19$m=19456,t=2,p=1$${salt}==$${hash}`],
    ['bits left over', `$argon2id$v=19$m=19456,t=2,p=1$${salt.slice(0, -1)}B$${hash}`],
    ['base64url letters', `$argon2id$v=19$m=19456,t=2,p=1$-${salt.slice(1)}$${hash}`],
    ['another order', `$argon2id$v=19$t=2,m=19456,p=1$${salt}$${hash}`],
    ['a line break', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${hash}\n`],
    ['bcrypt', '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'],
    ['nothing', ''],
  ])(
    'does not run a stored hash with %s, and does the usual work instead (G5, G10)',
    async (_, stored) => {
      expect(parseArgon2Hash(stored)).toBeUndefined();
      const { calls, hasher: recording } = recordingHasher();
      const verification = recording.verify(stored, 'A password');
      await answerAll(calls, 1);
      expect(await verification).toEqual({ match: false, reason: 'unreadable' });
      expect(calls).toMatchObject([{ memory: 19_456, passes: 2 }]);
    },
  );

  it('reads back exactly what it writes', () => {
    const parts = {
      memory: 65_536,
      passes: 3,
      lanes: 4,
      salt: Uint8Array.from({ length: 16 }, (_, i) => 255 - i),
      hash: Uint8Array.from({ length: 32 }, (_, i) => i * 8),
    };
    const read = parseArgon2Hash(formatArgon2Hash(parts));
    expect(read).toMatchObject({ memory: 65_536, passes: 3, lanes: 4 });
    expect([...(read?.salt ?? [])]).toEqual([...parts.salt]);
    expect([...(read?.hash ?? [])]).toEqual([...parts.hash]);
  });
});

describe('rehashing (G4)', () => {
  it.each([
    ['less memory', { memory: 12_288, passes: 3 }],
    ['more memory', { memory: 65_536 }],
    ['more passes', { passes: 3 }],
    ['more lanes', { lanes: 2 }],
  ])('is wanted for a hash with %s than today', async (_, options) => {
    const stored = await argon2Hasher(options).hash('a quiet otter');
    expect(await hasher.verify(stored, 'a quiet otter')).toEqual({
      match: true,
      needsRehash: true,
    });
  });

  it('is wanted for a shorter salt', async () => {
    const { hashSync } = await import('@node-rs/argon2');
    const stored = hashSync('a quiet otter', { salt: new Uint8Array(8).fill(7) });
    expect(await hasher.verify(stored, 'a quiet otter')).toEqual({
      match: true,
      needsRehash: true,
    });
  });
});

describe('equal work (G10)', () => {
  it('costs one hash with current parameters for a user who does not exist', async () => {
    const { calls, hasher: recording } = recordingHasher({ memory: 47_104, passes: 1 });
    const nobody = recording.verify(undefined, 'A password');
    await answerAll(calls, 1);
    expect(await nobody).toEqual({ match: false, reason: 'no-hash' });
    expect(calls).toMatchObject([{ memory: 47_104, passes: 1 }]);
  });
});

describe('the queue (G9)', () => {
  it('runs two at once, lets some wait in order, and refuses the rest with a 503', async () => {
    const { calls, hasher: recording } = recordingHasher({ concurrency: 2, queue: 3 });
    const order: number[] = [];
    const five = [0, 1, 2, 3, 4].map((i) =>
      recording.verify(undefined, 'p').then(() => order.push(i)),
    );
    await expect(recording.verify(undefined, 'p')).rejects.toMatchObject({
      code: 'hasher-busy',
      status: 503,
    });
    await expect(recording.hash('p')).rejects.toMatchObject({ code: 'hasher-busy' });
    expect(calls).toHaveLength(2);
    await answerAll(calls, 5);
    await Promise.all(five);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    // The places are free again.
    const later = recording.verify(undefined, 'p');
    await answerAll(calls.slice(5), 1);
    expect(await later).toMatchObject({ match: false });
  });

  it('gives its place back when hashing fails', async () => {
    let fail = true;
    const derive: DeriveArgon2id = (_password, _salt, _cost, hashBytes) =>
      fail
        ? Promise.reject(new Error('out of memory'))
        : Promise.resolve(new Uint8Array(hashBytes));
    const single: PasswordHasher = createArgon2Hasher(derive, { concurrency: 1, queue: 0 });
    await expect(single.hash('p')).rejects.toThrow('out of memory');
    fail = false;
    await expect(single.hash('p')).resolves.toContain('$argon2id$');
  });
});
