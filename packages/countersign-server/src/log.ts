// The log: one line of JSON for each thing that happened, so that what a client sent cannot start a
// line of its own (ASVS 16.4.1). Never a password, a token or a name that was typed (16.2.5).

import type { Clock } from 'countersign';

export type LogLevel = 'info' | 'warning' | 'error';

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  warning(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** @param write takes one line with its line end */
export function createLog(clock: Clock, write: (line: string) => void): Log {
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      const time = new Date(clock.now()).toISOString();
      write(`${JSON.stringify({ time, level, event, ...fields })}\n`);
    };
  return { info: at('info'), warning: at('warning'), error: at('error') };
}

/** An error as fields: its code and message, and those of its cause. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}
