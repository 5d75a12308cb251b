// Who somebody is at an OpenID provider: what a sign-in there proves, and the key that an account keeps
// of it. Knows no protocol and no package. OpenID Connect Core 1.0, section 5.7.

/** What names one person at one provider for ever. Nothing else does: addresses and names change hands. */
export interface ProviderSubject {
  /** The provider's issuer identifier, exactly as it gives it: an URL without white space. */
  readonly issuer: string;
  /** The person's `sub` there. */
  readonly subject: string;
}

/** What a provider said of a person, after everything about it was checked. */
export interface ProviderIdentity extends ProviderSubject {
  /** As the provider wrote it, at most 254 characters. `null` when it told none, or none of that form. */
  readonly email: string | null;
  /** Whether the provider says that it has verified the address. A claim of the provider's, no proof of yours. */
  readonly emailVerified: boolean;
  /** For showing, at most 256 characters. */
  readonly name: string | null;
  /** How strongly the person signed in there (`acr`). `null` when not told: count it as the weakest (ASVS 6.8.4). */
  readonly acr: string | null;
  /** By which means (`amr`, RFC 8176). Empty when not told. */
  readonly amr: readonly string[];
  /** When the person last signed in there, in epoch milliseconds. `null` when not told: count it as long ago. */
  readonly authTime: number | null;
}

/**
 * The unique key of an account for an identity: issuer and subject together, never one of them and
 * never an address (ASVS 6.8.1). An issuer has no space, so two identities never share a key.
 */
export function providerKey({ issuer, subject }: ProviderSubject): string {
  return `provider:${issuer} ${subject}`;
}
