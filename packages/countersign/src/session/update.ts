// An atomic read-modify-write of session data: queued per session within the process, and by
// compare-and-swap on the revision against other processes. It never creates a record.

import { CountersignError } from '../errors.js';
import type { Awaitable } from '../waiting.js';
import type { SessionContext } from './context.js';
import type { SessionRecord } from './record.js';
import type { SessionData } from './session.js';
import { StagedData } from './staged-data.js';
import { endedByTime } from './verdict.js';

/** Lost races against other processes before giving up. Each loss is another writer's success. */
const MOST_TRIES = 64;

/**
 * Applies `change` to what is stored.
 * @returns the record as it is now stored
 * @throws CountersignError `session-ended`, `update-contended`, and those of the data
 */
export async function updateData<Data>(
  context: SessionContext,
  record: SessionRecord,
  change: (data: SessionData<Data>) => Awaitable<SessionData<Data>>,
): Promise<SessionRecord> {
  return context.updates.run(record.id, async () => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const fresh = await context.store.read(record.id, { fresh: true });
      if (fresh === null || endedByTime(fresh, context.policy, context.clock.now()) !== undefined) {
        throw new CountersignError('session-ended', 'The session has ended');
      }
      const data = new StagedData<Data>(fresh.data, {
        maxDataBytes: context.policy.maxDataBytes,
        schema: context.schema,
      });
      data.stage(data.changeTo(await change(data.view)));
      if (data.isEmpty) return fresh;
      const outcome = await context.store.patch(fresh.id, data.change, {
        ifRevision: fresh.revision,
      });
      if (outcome === 'ok') return { ...fresh, data: data.text, revision: fresh.revision + 1 };
      if (outcome === 'missing') break;
      if (tries === MOST_TRIES - 1) {
        throw new CountersignError(
          'update-contended',
          `Lost against other writers ${MOST_TRIES} times. An update inside an update of the same session always loses`,
        );
      }
    }
    throw new CountersignError('session-ended', 'The session has ended');
  });
}
