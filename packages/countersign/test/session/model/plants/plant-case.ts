// One fault that an implementer could make, and which promises it may break.

import type { SubjectName } from '../arbitraries.js';
import type { PromiseName } from '../violation.js';
import type { Plant } from '../world.js';

export interface PlantCase {
  readonly fault: string;
  /** The promises, one of which has to be found broken. */
  readonly breaks: readonly PromiseName[];
  /** Whether it takes verbs that race to see it. Default no. */
  readonly racing?: true;
  /** The subject that runs have to be about for it to show soon. Default any. */
  readonly subject?: SubjectName;
  readonly plant: () => Plant | Promise<Plant>;
}

export const ENDED: PromiseName = 'signed out means signed out';
export const WRITES: PromiseName = 'no write is lost';
export const STAYS: PromiseName = 'renewal signs nobody out';
export const COPIES: PromiseName = 'a copied cookie dies';
export const LIMITS: PromiseName = 'limits hold';
export const SECRETS: PromiseName = 'a copied database opens nothing';
