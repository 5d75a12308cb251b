// Random bytes from the operating system's generator, drawn in blocks because a call per token
// costs twenty times as much. Bytes handed out are copied and wiped from the block.

import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';

const BLOCK_BYTES = 8192;
const block = Buffer.alloc(BLOCK_BYTES);
let used = BLOCK_BYTES;

/** `count` fresh random bytes (at most 8,192), never handed out before. */
export function randomBytes(count: number): Buffer {
  if (!Number.isInteger(count) || count < 0 || count > BLOCK_BYTES) {
    throw new RangeError(`randomBytes takes a whole number from 0 to ${BLOCK_BYTES}`);
  }
  if (used + count > BLOCK_BYTES) {
    randomFillSync(block);
    used = 0;
  }
  const bytes = Buffer.from(block.subarray(used, used + count));
  block.fill(0, used, used + count);
  used += count;
  return bytes;
}
