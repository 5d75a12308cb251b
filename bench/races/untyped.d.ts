// What is used of express-session, which comes without types.

declare module 'express-session' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface SessionData {
    user?: string | null;
    [key: string]: unknown;
  }

  type Callback = (error?: unknown) => void;

  export interface Session extends SessionData {
    regenerate(callback: Callback): void;
    save(callback: Callback): void;
  }

  export class Store {
    get(id: string, callback: Callback): unknown;
  }

  export interface SessionOptions {
    readonly secret: string;
    readonly resave: boolean;
    readonly saveUninitialized: boolean;
    readonly store?: Store;
    readonly proxy?: boolean;
    readonly cookie?: { readonly secure: boolean; readonly sameSite: 'lax' };
  }

  export default function session(
    options: SessionOptions,
  ): (
    request: IncomingMessage & { session?: Session },
    response: ServerResponse,
    next: Callback,
  ) => void;
}
