// docs/design/architecture.md shows the floors that are enforced.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { FLOORS } from '../../packages/countersign/test/architecture/house.js';
import { tableIn } from './markdown.js';
import { ROOT } from './pages.js';

test('the page of the architecture has every room with its floor, in the order of the table', () => {
  const page = readFileSync(join(ROOT, 'docs', 'design', 'architecture.md'), 'utf8');
  const written = tableIn(page, ['room', 'floor', 'what it is']).map(({ room, floor }) => [
    room,
    floor,
  ]);
  expect(written).toEqual(
    Object.entries(FLOORS).map(([room, floor]) => [`\`${room}\``, `${floor}`]),
  );
});
