// docs/reference/sessions.md has whatever the entry `countersign` exports, and each name that its types
// know: options, methods, outcomes, events and reasons.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createFakeClock } from 'countersign/testing';
import { memoryStore } from 'countersign/stores/memory';
import { describe, expect, test } from 'vitest';

import { createSessions } from '../../packages/countersign/src/index.js';
import { EXPLANATIONS } from '../../packages/countersign/src/session/explanation.js';
import { tableIn } from './markdown.js';
import { ROOT } from './pages.js';

function source(path: string): string {
  return readFileSync(join(ROOT, 'packages', 'countersign', 'src', path), 'utf8');
}

const page = readFileSync(join(ROOT, 'docs', 'reference', 'sessions.md'), 'utf8');

/** What stands in code on the page: whole spans, and the words in them. */
const named = new Set(
  [...page.matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => [span, ...span.split(/[^\w-]+/)]),
);

/** The members of an interface, by the lines on which they are declared. */
function membersOf(path: string, name: string): readonly string[] {
  const [, body = ''] =
    new RegExp(`interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source(path)) ?? [];
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?(<:]/gm)].flatMap(
    ([, member]) => member ?? [],
  );
}

/** The words of a union of strings. */
function wordsOf(path: string, type: string): readonly string[] {
  const [, body = ''] = new RegExp(`type ${type} =([^;]+);`).exec(source(path)) ?? [];
  return [...body.matchAll(/'([^']+)'/g)].flatMap(([, word]) => word ?? []);
}

const exported = [...source('index.ts').matchAll(/^export (?:type )?\{([^}]+)\}/gm)]
  .flatMap(([, list = '']) => list.split(','))
  .map((name) => name.trim())
  .filter((name) => name !== '');

describe('the page of countersign names', () => {
  test.each([
    ['what is exported', exported],
    ['options of createSessions', membersOf('session/sessions.ts', 'SessionsOptions')],
    ['members of Sessions', membersOf('session/sessions.ts', 'Sessions')],
    ['options of the cookie', membersOf('session/session-cookie.ts', 'SessionCookieOptions')],
    ['members of a session', membersOf('session/session.ts', 'Session')],
    ['options of a sign-in', membersOf('session/session.ts', 'SignInOptions')],
    ['members of a summary', membersOf('session/session.ts', 'SessionSummary')],
    ['refusals of a sign-in', wordsOf('session/session.ts', 'SignInRefusal')],
    ['listeners', membersOf('session/events.ts', 'SessionListener')],
    ['reasons of an ending', wordsOf('session/events.ts', 'EndReason')],
  ])('all %s', (_, names) => {
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !named.has(name))).toEqual([]);
  });

  test('every outcome with the sentence that explain() gives', () => {
    const rows = tableIn(page, ['`Outcome`', 'message']);
    expect(rows.map((row) => [row['`Outcome`'], row['message']])).toEqual(
      Object.entries(EXPLANATIONS).map(([outcome, message]) => [`\`${outcome}\``, message]),
    );
  });
});

test('the defaults of the cookie are those in force', () => {
  const clock = createFakeClock();
  const key = 'an-example-key-of-more-than-32-bytes-0123456789';
  const { cookies } = createSessions({ store: memoryStore({ clock }), keys: [key], clock });
  expect(page).toMatch(new RegExp(`\`name\` +\\| \`${cookies.name}\``));
  expect(page).toMatch(new RegExp(`\`anonymousName\` +\\| \`${cookies.anonymousName}\``));
  expect(page).toMatch(new RegExp(`\`sameSite\` +\\| \`'${cookies.attributes.sameSite}'\``));
  expect(page).toMatch(new RegExp(`\`path\` +\\| \`'${cookies.attributes.path}'\``));
});
