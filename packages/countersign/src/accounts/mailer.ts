// The mailer port: how mail leaves. What the mails say is in flows/mails/, drivers are in mail/. One
// recipient each: nobody learns of another.

/** One mail to one person. */
export interface Mail {
  /** The recipient: an address that `readEmailAddress` accepts, without a display name. */
  readonly to: string;
  /** One line, at most 200 characters. */
  readonly subject: string;
  /** The whole message as plain text. Lines end with `\n`. */
  readonly text: string;
  /** The same as HTML, for mail programs that prefer it. */
  readonly html?: string;
  /** What it is, such as `reset`: for counting, and for developers who look for it. */
  readonly kind: string;
}

export interface Mailer {
  /**
   * Hands a mail over. Call it after the answer to the request is written: how long it takes must not
   * tell whether an address has an account (G60). The flows take one that has not answered within 10
   * minutes for one that has failed.
   * @throws CountersignError `mail-invalid` for a mail that cannot be one, `mail-unavailable`
   */
  send(mail: Mail): Promise<void>;
}
