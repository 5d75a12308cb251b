// What the measuring process and its servers say to each other over the channel between them.

/** The server listens; each token is that of the user at its position. */
export interface Ready {
  readonly kind: 'ready';
  readonly port: number;
  readonly cookieName: string;
  readonly tokens: readonly string[];
}

/** What the server's process has used since its start, user and system time, in microseconds. */
export interface Usage {
  readonly kind: 'usage';
  readonly microseconds: number;
}

export type FromServer = Ready | Usage;

/** The only question. */
export const ASK_USAGE = 'usage';

/** Between two parts of this benchmark only: who they are is settled by who started whom. */
export function isFromServer(message: unknown): message is FromServer {
  return typeof message === 'object' && message !== null && 'kind' in message;
}
