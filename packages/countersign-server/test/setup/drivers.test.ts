import { expect, it } from 'vitest';

import { readModules } from '../../../countersign/test/architecture/packages.js';
import { loadedBy } from '../../../countersign/test/architecture/rules.js';

it('loads drivers of servers, and what makes certificates, only where they are asked for', () => {
  const modules = readModules('countersign-server');
  const serving = loadedBy(modules, 'serve.ts');
  expect([...serving.outside]).toContain('countersign/stores/sqlite');
  for (const driver of ['pg', '@redis/client', 'nodemailer', 'selfsigned'])
    expect([...serving.outside], driver).not.toContain(driver);
  expect([...loadedBy(modules, 'setup/postgres.ts').outside]).toContain('pg');
  expect([...loadedBy(modules, 'setup/redis.ts').outside]).toContain('@redis/client');
  expect([...loadedBy(modules, 'setup/smtp.ts').outside]).toContain('nodemailer');
});
