import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { systemClock } from 'countersign';
import { describe, expect, it } from 'vitest';

import { parseSmtpUrl } from '../../src/cli/smtp-url.js';
import { Mistake } from '../../src/mistake.js';
import { openMail } from '../../src/setup/mail.js';
import { makeFolder } from './folder.js';

function open(passwordFile: string, folder: string): ReturnType<typeof openMail> {
  const smtp = parseSmtpUrl({ text: 'smtps://ada@mail.example', name: '--smtp' }, passwordFile);
  return openMail({ smtp, from: 'a@a.example', dataFolder: folder, clock: systemClock });
}

describe('the password of a mail server in a file', () => {
  it.each([
    ['is not there', undefined, 0o600],
    ['is empty', '', 0o600],
    ['is empty', '\n', 0o600],
    ['has more than one line of text', 'hunter2\nhunter3\n', 0o600],
    ['has more than one line of text', 'hunter2\0', 0o600],
    ['is empty', '\uFEFF', 0o600],
    ['is not written in UTF-8', Buffer.from('hunt\u00E9r2\n', 'latin1'), 0o600],
    ['can be read or changed by other users', 'hunter2\n', 0o640],
  ])(
    'that %s is told of with its name and without what is in it: %j',
    async (problem, text, mode) => {
      const folder = makeFolder();
      const file = join(folder, 'password');
      if (text !== undefined) writeFileSync(file, text, { mode });
      const failure = await open(file, folder).catch((cause: unknown) => cause);
      if (!(failure instanceof Mistake)) throw new Error('It was taken');
      expect(failure.exitCode).toBe(1);
      expect(failure.message).toContain(`${file} ${problem}`);
      expect(failure.message).toMatch(/mode 600|chmod 600/);
      expect(failure.message).not.toContain('hunter');
    },
  );
});
