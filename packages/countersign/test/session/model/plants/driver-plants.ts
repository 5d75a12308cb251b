// Faults of an application or its adapter, which use a sound session layer wrongly.

import { COPIES, ENDED, STAYS, type PlantCase } from './plant-case.js';

export const DRIVER_PLANTS: readonly PlantCase[] = [
  {
    fault: 'an offer at request start',
    breaks: [STAYS],
    subject: 'lateness',
    plant: () => ({ driver: 'offer at start' }),
  },
  {
    fault: 'a cookie cleared on refusal',
    breaks: [STAYS, COPIES],
    plant: () => ({ driver: 'cleared on refusal' }),
  },
  {
    fault: 'an epoch read after the credential check',
    breaks: [ENDED],
    plant: () => ({ driver: 'ticket after credential' }),
  },
];
