// Who comes how often: a sample of all users, evenly taken over the ranks of a Zipf law whose head is cut
// at what one person can send (Mandelbrot's offset), each with the sessions of their devices.

export interface UserOptions {
  readonly sessions: number;
  readonly checksPerSecond: number;
  /** Users with 1, 2, 3, … sessions, as shares of all. */
  readonly devices: readonly number[];
  readonly zipf: number;
  readonly busiest: number;
  /** One of so many users is in the sample. */
  readonly oneIn: number;
}

export interface SampledUsers {
  /** Checks a second that each user sends. */
  readonly rates: Float64Array;
  /** The first session of each user; those of user u are numbered up to that of user u + 1. */
  readonly firstSession: Int32Array;
  readonly sessions: number;
}

/** Users ranked 1, 1 + `oneIn`, … of all, shifted by half a step, with the rates they have among all. */
export function sampleUsers(options: UserOptions): SampledUsers {
  const { devices, oneIn, zipf } = options;
  const meanDevices = devices.reduce((sum, share, i) => sum + share * (i + 1), 0);
  const users = options.sessions / meanDevices;
  const count = Math.round(users / oneIn);
  const offset = findOffset(options, users);
  const rates = new Float64Array(count);
  const total = sumOfWeights(users, offset, zipf);
  for (let i = 0; i < count; i += 1) {
    // Each stands for `oneIn` users around it: the mean of their rates, by the integral.
    const weight =
      (integral((i + 1) * oneIn, offset, zipf) - integral(i * oneIn, offset, zipf)) / oneIn;
    rates[i] = (options.checksPerSecond * weight) / total;
  }
  const firstSession = new Int32Array(count + 1);
  for (let i = 0; i < count; i += 1) {
    firstSession[i + 1] = (firstSession[i] ?? 0) + devicesAt(devices, i);
  }
  return { rates, firstSession, sessions: firstSession[count] ?? 0 };
}

/** The offset with which the first rank sends no more than the busiest may; found by halving. */
function findOffset(options: UserOptions, users: number): number {
  let low = 1e-9;
  let high = users * 1_000;
  for (let step = 0; step < 200; step += 1) {
    const offset = Math.sqrt(low * high);
    const share = offset ** -options.zipf / sumOfWeights(users, offset, options.zipf);
    if (share * options.checksPerSecond > options.busiest) low = offset;
    else high = offset;
  }
  return high;
}

function sumOfWeights(users: number, offset: number, zipf: number): number {
  return integral(users, offset, zipf) - integral(0, offset, zipf);
}

/** Of 1 / (rank + offset) ** exponent, without its constant. */
function integral(rank: number, offset: number, zipf: number): number {
  if (zipf === 1) return Math.log(rank + offset);
  return (rank + offset) ** (1 - zipf) / (1 - zipf);
}

/** Spread evenly over the ranks, so that the busy have as many devices as the others. */
function devicesAt(devices: readonly number[], position: number): number {
  // Multiples of the golden section fall evenly on every part of the way from 0 to 1.
  let left = (position * 0.618_033_988_749_895) % 1;
  for (const [i, share] of devices.entries()) {
    left -= share;
    if (left < 0) return i + 1;
  }
  return devices.length;
}
