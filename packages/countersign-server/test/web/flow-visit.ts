// Runs a flow for a visitor without a page, to get an account into the state that a test begins with.

import { withSession } from 'countersign/adapters/fetch';
import type { Visit } from 'countersign/flows';

import type { Door } from './door.js';
import { ORIGIN, Visitor } from './visitor.js';

/** The cookies of the visitor are read, and written. */
export async function visitFlow<Result>(
  door: Door,
  visitor: Visitor,
  verb: (visit: Visit) => Promise<Result>,
): Promise<Result> {
  const results: Result[] = [];
  const app = withSession(
    door.sessions,
    { origins: [ORIGIN], address: () => '192.0.2.1' },
    async (request, { session }) => {
      const response = new Headers();
      results.push(await verb({ session, request, response }));
      return new Response(null, { headers: response });
    },
  );
  const stand = new Visitor(app);
  for (const [name, value] of visitor.jar) stand.jar.set(name, value);
  await stand.post('/');
  visitor.jar.clear();
  for (const [name, value] of stand.jar) visitor.jar.set(name, value);
  const [result] = results;
  if (result === undefined) throw new Error('The flow did not run');
  return result;
}
