// The data of a PostgreSQL server that has never run, made once before the tests of a project begin and removed
// after them: making them takes most of a second, and copying them next to nothing.

import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { initialize, unprivileged } from './postgres-data.js';
import { ServerProcess } from './server-process.js';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = new ServerProcess('postgres-template', unprivileged());
  const data = join(home.folder, 'data');
  try {
    await initialize(home, data);
  } catch (error) {
    await home.stop();
    throw error;
  }
  project.provide('postgresTemplate', data);
  return () => home.stop();
}
