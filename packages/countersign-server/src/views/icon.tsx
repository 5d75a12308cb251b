// Small line drawings beside words that say the same, so they are hidden from screen readers.

import type { JSX } from 'hono/jsx/jsx-runtime';

/** Path data on a grid of 24. */
const DRAWINGS = {
  computer: 'M4 5h16v11H4zM2 19h20',
  phone:
    'M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2',
  tablet:
    'M6 2.5h12A1.5 1.5 0 0 1 19.5 4v16a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 20V4A1.5 1.5 0 0 1 6 2.5zM10.5 18.5h3',
  program: 'M3 4.5h18v15H3zM7 9.5l3 2.5-3 2.5M12.5 15H17',
  unknown:
    'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.6v.1',
  key: 'M8 11a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM11 12l8.5-8.5M16 7l3 3',
  alert: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7.5v5.5M12 16.4v.1',
  check: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8 12.3l2.8 2.7L16 9.5',
  passkey:
    'M9.5 3.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM3 20v-1.5a5 5 0 0 1 5-5h3.5M17.5 10a3 3 0 0 1 1.2 5.75V20l-1.2 1.2-1.2-1.2v-4.25A3 3 0 0 1 17.5 10z',
  shield:
    'M12 3l7.5 2.7v5.6c0 4.6-3 8.1-7.5 9.7-4.5-1.6-7.5-5.1-7.5-9.7V5.7zM8.8 11.9l2.3 2.3 4.2-4.4',
  codes: 'M5 3.5h14v17H5zM8.5 8h3M8.5 12h3M8.5 16h3M14.5 8h1M14.5 12h1M14.5 16h1',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1',
  mail: 'M3.5 5.5h17v13h-17zM4 6l8 7 8-7',
  person: 'M12 3.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20.5v-1a5 5 0 0 1 5-5h5a5 5 0 0 1 5 5v1',
  clock: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5.2l3.4 2',
  back: 'M14.5 5.5L8 12l6.5 6.5',
} as const;

export type IconName = keyof typeof DRAWINGS;

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={DRAWINGS[name]} />
    </svg>
  );
}
