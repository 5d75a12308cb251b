// Why a server cannot be used, in words, and whether waiting may help. What PostgreSQL and Redis have
// in common: the way to them. Never a text that could hold a password.

export interface Trouble {
  readonly reason: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether it may be over by itself, as when the server is starting. */
  readonly isPassing: boolean;
}

/** What a driver's error, or any of its causes, says by which it can be told. */
export interface Symptom {
  /** Such as `ECONNREFUSED` or `28P01`; empty where there is none. */
  readonly code: string;
  readonly message: string;
}

/** The error, and then what caused it. */
export function symptomsOf(error: unknown): readonly Symptom[] {
  if (!(error instanceof Error)) return [{ code: '', message: String(error) }];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const causes: readonly unknown[] = [
    // Of several addresses of one host, one stands for all.
    ...(error instanceof AggregateError
      ? error.errors.slice(0, 1).map((each: unknown) => each)
      : []),
    ...(error.cause === undefined ? [] : [error.cause]),
  ];
  return [{ code, message: error.message }, ...causes.flatMap((cause) => symptomsOf(cause))];
}

export interface TroubleKind extends Trouble {
  readonly codes?: readonly string[];
  readonly message?: RegExp;
}

/**
 * The first kind of the table that one of the symptoms is.
 * @param name how the operator gave the URL, such as `--database`: put where a remedy has `{name}`
 */
export function findTrouble(
  error: unknown,
  kinds: readonly TroubleKind[],
  name: string,
): Trouble | undefined {
  const symptoms = symptomsOf(error);
  const found = kinds.find(({ codes, message }) =>
    symptoms.some(
      (symptom) =>
        codes?.includes(symptom.code) === true || message?.test(symptom.message) === true,
    ),
  );
  return found && { ...found, remedy: found.remedy.replaceAll('{name}', name) };
}

/** The way to a server, whatever it is. */
export const NETWORK_TROUBLES: readonly TroubleKind[] = [
  {
    codes: ['ECONNREFUSED'],
    reason: 'nothing listens there',
    remedy: 'Start the server, or put host and port in {name} right.',
    isPassing: true,
  },
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    reason: 'the host name is not known',
    remedy: 'Put the host in {name} right.',
    isPassing: true,
  },
  {
    message: /^connect ENOENT/,
    reason: 'there is no socket of that name',
    remedy: 'Start the server, or put the host in {name} right.',
    isPassing: true,
  },
  {
    codes: ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'EPIPE'],
    message: /timed? ?out|timeout|connection terminated|socket closed/i,
    reason: 'it does not answer',
    remedy:
      'Look whether the server is well and a firewall lets this machine through, and that {name} is right.',
    isPassing: true,
  },
  {
    codes: [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    reason: 'its TLS certificate is not trusted here, not for this host, or has expired',
    remedy:
      'Name the certificate authority in the environment variable NODE_EXTRA_CA_CERTS, and give the host name that the certificate is for.',
    isPassing: false,
  },
];
