// What the scenarios drive: a product that keeps sessions, started as an application on several nodes.
// The scenarios know nothing else of it, and speak HTTP to the nodes.

import type { Gates } from './gates.js';

/** What a product may lack. A scenario that needs it is not run, and the table says why. */
export type Ability = 'end others' | 'renewal';

export interface Contender {
  readonly name: string;
  /** Why it cannot do these. */
  readonly lacks: Readonly<Partial<Record<Ability, string>>>;
  /** How many nodes can share its sessions. */
  readonly mostNodes: 1 | 3;
  /** For how long after an ending a node may still say yes by its own promise, in milliseconds. */
  readonly bound: number;
  /** A fresh application: no sessions, no connections of an earlier one. */
  start(options: { readonly nodes: 1 | 3 }): Promise<Application>;
}

export interface Application {
  readonly nodes: readonly ApplicationNode[];
  /** Where its handlers wait when a request asks them to. */
  readonly gates: Gates;
  /** Lets this many milliseconds pass for every node; no request may be on its way meanwhile. */
  advance(ms: number): Promise<void>;
  /** Renewals so far, all nodes together. Absent for a product that renews nothing. */
  renewals?(): RenewalCount;
  /** Comes back when all nodes work as they do undisturbed. Absent where nothing disturbs them. */
  settled?(): Promise<void>;
  stop(): Promise<void>;
}

export interface RenewalCount {
  /** Successors stored. */
  readonly offers: number;
  /** Successors that became the current secret. */
  readonly promotions: number;
}

export interface ApplicationNode {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Between this node and its store; absent where nothing lies between. */
  readonly network?: Network;
}

/** Also what a test's TCP proxy offers. */
export interface Network {
  delay(ms: number): void;
  cut(): void;
  blackHole(): void;
  restore(): void;
}
