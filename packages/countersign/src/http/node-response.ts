// The few members of a node response that are used here, as `node:http` and the compatibility side of
// `node:http2` share them. Typed by shape: nothing of either is imported.

/** Headers as `writeHead` takes them: an object, name and value in turn, or pairs. */
export type HeadHeaders = object | readonly unknown[] | null | undefined;

/** A response of `node:http`, or of the compatibility side of `node:http2`. */
export interface NodeResponse {
  statusCode: number;
  readonly headersSent: boolean;
  getHeader(name: string): number | string | readonly string[] | undefined;
  getHeaderNames(): string[];
  setHeader(name: string, value: unknown): unknown;
  appendHeader(name: string, value: unknown): unknown;
  removeHeader(name: string): void;
  writeHead(status: number, reason?: unknown, headers?: unknown): unknown;
  write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean;
  end(chunk?: unknown, encoding?: unknown, callback?: unknown): unknown;
  /** Missing from the types of `node:http2`, not from its responses. */
  flushHeaders?(): void;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  once(event: string, listener: (...values: unknown[]) => void): unknown;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
  emit(event: string, ...values: unknown[]): boolean;
  rawListeners(event: string): readonly unknown[];
  destroy(error?: Error): unknown;
}

/**
 * Whether it is a request or response of `node:http2`. There `statusMessage` may not even be read, and
 * the socket belongs to other requests too.
 */
export function isHttp2(message: object): boolean {
  return 'stream' in message;
}
