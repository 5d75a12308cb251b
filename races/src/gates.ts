// Gates: named places where request handlers wait until a scenario lets them go on, so that a race is
// held in the order it is meant to have. In the process of the nodes.

import { createDeadline } from './deadline.js';

/** So long a handler waits at most: a product that serves a session's requests one by one goes on. */
const LONGEST_WAIT_MS = 20_000;

interface Gate {
  arrived: number;
  readonly opened: Promise<void>;
  readonly open: () => void;
  readonly watchers: Set<() => void>;
}

export class Gates {
  readonly #gates = new Map<string, Gate>();

  /** Waits at a gate until it is open. */
  async pass(name: string): Promise<void> {
    const gate = this.#gate(name);
    gate.arrived += 1;
    for (const look of gate.watchers) look();
    await within(LONGEST_WAIT_MS, gate.opened);
  }

  /** Comes back when so many have come to the gate, or when no more seem to come. */
  async arrivals(name: string, count: number): Promise<void> {
    const gate = this.#gate(name);
    let look = (): void => undefined;
    const all = new Promise<void>((resolve) => {
      look = () => {
        if (gate.arrived >= count) resolve();
      };
    });
    gate.watchers.add(look);
    look();
    await within(LONGEST_WAIT_MS, all);
    gate.watchers.delete(look);
  }

  /** Lets everybody through, those that come later too. */
  open(name: string): void {
    this.#gate(name).open();
  }

  #gate(name: string): Gate {
    const known = this.#gates.get(name);
    if (known !== undefined) return known;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const gate: Gate = { arrived: 0, opened, open, watchers: new Set() };
    this.#gates.set(name, gate);
    return gate;
  }
}

async function within(ms: number, event: Promise<void>): Promise<void> {
  const deadline = createDeadline(ms);
  await Promise.race([event, deadline.passed]);
  deadline.cancel();
}
