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
  -h, --help                 show this
  -v, --version              show the version

The server runs until Ctrl+C or SIGTERM, lets requests finish, and ends with 0.
It ends with 2 for a wrong command line, and with 1 when it could not start.
`;
