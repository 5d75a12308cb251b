// What the person at the terminal can put right: told as one message, without a stack trace.

export type ExitCode = 1 | 2;

/** A wrong command line, a port that is taken, a folder that cannot be used. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
  /** 2 for a wrong command line, 1 for everything else. */
  readonly exitCode: ExitCode;

  /** @param message what is wrong and, on the next line, what to do about it */
  constructor(message: string, options: { readonly exitCode: ExitCode; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode;
  }
}
