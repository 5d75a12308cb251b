// What the rivals have in common: nodes of this process, and hours that pass by moving `Date`.

import type { RequestListener, ServerResponse } from 'node:http';

import { Gates, startServer, type Application, type Contender } from 'countersign-races';

import { restoreDate, shiftDate } from './shifted-date.js';

export interface RivalNodes {
  /** One for each node. */
  readonly listeners: readonly RequestListener[];
  readonly stop?: () => Promise<void>;
}

export interface RivalOptions extends Pick<Contender, 'name' | 'lacks' | 'mostNodes'> {
  readonly open: (gates: Gates, nodes: number) => Promise<RivalNodes>;
}

/** None of them replaces the secret of a session while it is in use. */
export const NO_RENEWAL = 'never renews';

export function createRival({ name, lacks, mostNodes, open }: RivalOptions): Contender {
  return {
    name,
    lacks,
    mostNodes,
    bound: 0,
    start: async ({ nodes }): Promise<Application> => {
      const gates = new Gates();
      const { listeners, stop } = await open(gates, nodes);
      const servers = await Promise.all(listeners.map(startServer));
      return {
        nodes: servers,
        gates,
        advance: async (ms) => shiftDate(ms),
        stop: async () => {
          restoreDate();
          for (const server of servers) await server.stop();
          await stop?.();
        },
      };
    },
  };
}

/** The answer where a product throws: with its status, if it has one. */
export function fail(response: ServerResponse, error: unknown): void {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  if (!response.headersSent) response.writeHead(typeof status === 'number' ? status : 500);
  response.end();
}
