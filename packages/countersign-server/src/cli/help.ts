// The text of `countersign --help`.

export const HELP = `countersign: sign-in, sessions and device lists, self-hosted

Usage
  countersign serve [options]

Options
  -p, --port <number>        where to listen; 0 lets the system choose     [4180]
      --host <address>       who can connect; 0.0.0.0 is everyone          [127.0.0.1]
      --data <folder>        database and keys; made if it is not there    [./data]
      --origin <url>         where browsers reach this server, such as
                             https://id.example.org; may be repeated       [from host and port]
      --trust-proxy <who>    believe X-Forwarded-* from these proxies:
                             their number, or addresses and ranges with
                             commas, or loopback, private                  [nobody]
      --tls-self-signed      speak HTTPS with a certificate of our own,
                             for browsers that want it even on localhost
      --name <name>          what people call this service: in mails, in
                             passkeys and in authenticator apps            [Countersign]

Mail, and signing in elsewhere
      --smtp <url>           the mail server, such as
                             smtps://user@mail.example.org                 [mails are files in --data]
      --smtp-password-file <file>
                             the password of that user, in a file that
                             nobody else can read; or write it into the
                             URL, as in smtps://user:password@host
      --mail-from <sender>   whom mails are from, such as
                             'Example Shop <no-reply@example.org>'         [needed with --smtp]
      --providers <file>     OpenID providers to sign in at, in JSON       [none]
      --no-sign-in-links     let no link by mail sign in; passwords can
                             still be set anew by mail
      --breach-check         look new passwords up among those of known
                             breaches, at api.pwnedpasswords.com, which
                             is told five of forty digits of their hash

Where accounts and sessions are kept
      --database <url>       PostgreSQL, such as
                             postgres://user@db.example.org/countersign    [SQLite in --data]
      --sessions <url>       Redis or Valkey for what is short-lived:
                             sessions, links and counters, such as
                             redis://cache.example.org:6379                [in the database]
      --max-staleness <time> how long at most an ending on another
                             doorkeeper may go unnoticed; 0 asks the
                             server at every request                       [2s]
      --wait <time>          how long to wait at start for a server that
                             does not answer                               [30s]
      --keys <file>          the keys; the same for all doorkeepers that
                             share their sessions                          [keys.json in --data]

Those with a value, from --name on, can come from the environment: COUNTERSIGN_NAME,
COUNTERSIGN_SMTP, COUNTERSIGN_SMTP_PASSWORD_FILE, COUNTERSIGN_MAIL_FROM,
COUNTERSIGN_PROVIDERS, COUNTERSIGN_DATABASE, COUNTERSIGN_SESSIONS,
COUNTERSIGN_MAX_STALENESS, COUNTERSIGN_WAIT, COUNTERSIGN_KEYS. URLs with a password belong
there: a command line is seen by every user of the machine.

  -h, --help                 show this
  -v, --version              show the version

The server runs until Ctrl+C or SIGTERM, lets requests finish, and ends with 0.
It ends with 2 for a wrong command line, and with 1 when it could not start.
`;
