// The Cluster slot of a key: CRC-16 (XMODEM) of its hash tag, modulo 16,384 (Redis Cluster
// specification, "Key distribution model").

const SLOTS = 16_384;
const POLYNOMIAL = 0x1021;

/** By hash tag. The store's keys have 1,024 of these. */
const known = new Map<string, number>();

/** The slot of one of this store's keys, whose tag is the first text in braces. */
export function slotOf(key: string): number {
  const from = key.indexOf('{') + 1;
  const till = key.indexOf('}', from);
  const tag = from > 0 && till > from ? key.slice(from, till) : key;
  let slot = known.get(tag);
  if (slot === undefined) {
    slot = crc16(tag) % SLOTS;
    if (from > 0) known.set(tag, slot);
  }
  return slot;
}

/** Of ASCII text. */
function crc16(text: string): number {
  let crc = 0;
  for (let i = 0; i < text.length; i += 1) {
    crc ^= text.charCodeAt(i) << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ POLYNOMIAL;
    }
    crc &= 0xffff;
  }
  return crc;
}
