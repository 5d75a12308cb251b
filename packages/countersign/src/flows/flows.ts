// `createFlows`: everything between "a person is here" and a session, and back. The one construction that
// joins accounts and sessions; each group of verbs has a file of its own.

import { partsOf, type AccountParts } from '../accounts/account-parts.js';
import type { Accounts } from '../accounts/accounts.js';
import { boundOneTimeStore } from '../accounts/bounded-stores.js';
import type { OidcProvider } from '../accounts/oidc.js';
import { memoryOneTimeStore } from '../accounts/one-time-memory.js';
import { ONE_TIME_KINDS, type OneTimeKind } from '../accounts/one-time-kinds.js';
import type { OneTimeStore } from '../accounts/one-time-store.js';
import { OneTimeTokens } from '../accounts/one-time-tokens.js';
import type { PasskeyCeremonies } from '../accounts/passkeys.js';
import type { SecondFactor } from '../accounts/second-factors.js';
import type { Duration } from '../duration.js';
import { assertOptionNames, misconfigured } from '../errors.js';
import { isFresh, type FreshnessOptions } from '../session/freshness.js';
import { assuranceOf, type AssuranceLevel, type FactorKind } from './assurance.js';
import { createBackground } from './background.js';
import { createDeviceCookie } from './device-cookie.js';
import { createTokenCookie, type TokenCookie } from './flow-cookies.js';
import type { FlowParts, FlowSessions } from './flow-parts.js';
import { createMailFlows, type MailFlows } from './mail-flows.js';
import { assertMailOptions, type MailOptions } from './mail-options.js';
import { createMailSite } from './mails/site.js';
import type { SecondFactorOutcome, SignInOutcome } from './outcome.js';
import { tellWithNotices } from './event-notices.js';
import { createOwnerFlows, type OwnerFlows } from './owner-flows.js';
import { createPasskeyFlows, type PasskeyFlows } from './passkeys.js';
import { createPost } from './post.js';
import { readProviders, type TrustedProvider } from './provider-options.js';
import { createProviderFlows, type ProviderFlows } from './providers.js';
import { endOtherSessions, endSession, type EndOutcome, type EndSessionInput } from './sessions.js';
import {
  abandonSignIn,
  signInWithPassword,
  signInWithRecoveryCode,
  signInWithTotp,
  waitingSignIn,
  type PasswordSignIn,
} from './sign-in.js';
import {
  lookAtProofs,
  requireFresh,
  stepUpWithPassword,
  stepUpWithRecoveryCode,
  stepUpWithTotp,
  type Barred,
  type StepUpOutcome,
  type StepUpCheckInput,
  type WithFactors,
} from './step-up.js';
import type { Visit } from './visit.js';

export interface FlowsOptions {
  /** What `createSessions` gave. */
  readonly sessions: FlowSessions;
  /** What `createAccounts` gave. */
  readonly accounts: Accounts;
  /** What people call the service: in mails and in their authenticator apps. */
  readonly serviceName: string;
  /** Where links, waiting sign-ins and ceremonies are kept. Default: this process's memory. */
  readonly oneTime?: OneTimeStore;
  /** How long a store may take to answer before the request gets a 503. Default `2s`. */
  readonly storeTimeout?: Duration;
  /** Without it nothing is sent, and the flows by mail throw `configuration`. */
  readonly mail?: MailOptions;
  /** What `createPasskeyCeremonies` of `countersign/accounts/passkeys` gave. Default: no passkeys. */
  readonly passkeys?: PasskeyCeremonies;
  /** What `createOidcProvider` of `countersign/accounts/oidc` gave, and what each is trusted with. */
  readonly providers?: readonly (OidcProvider | TrustedProvider)[];
}

/** Every verb may throw `store-unavailable`, `hasher-busy`, `update-contended` and `response-started`. */
export interface Flows extends MailFlows, OwnerFlows {
  readonly signIn: {
    /**
     * Signs in, or answers `second-factor`: then the browser carries a cookie for the second step.
     * Unknown, known, disabled and locked names have one answer, for equal work (G10, G48).
     */
    withPassword(visit: Visit, input: PasswordSignIn): Promise<SignInOutcome>;
    /** The sign-in that waits on this browser for a second factor, and which ones may be given. */
    waiting(visit: Visit): Promise<{ readonly factors: readonly SecondFactor[] } | undefined>;
    withTotp(visit: Visit, input: { readonly code: string }): Promise<SecondFactorOutcome>;
    withRecoveryCode(visit: Visit, input: { readonly code: string }): Promise<SecondFactorOutcome>;
    /** Forgets the sign-in that waits. */
    abandon(visit: Visit): Promise<void>;
  };
  readonly stepUp: {
    /** Whether who is signed in may go on without another proof, or which are wanted. */
    check(visit: Visit, input: StepUpCheckInput): Promise<{ readonly ok: true } | Barred>;
    withPassword(visit: Visit, input: { readonly password: string }): Promise<StepUpOutcome>;
    withTotp(visit: Visit, input: { readonly code: string }): Promise<StepUpOutcome>;
    withRecoveryCode(visit: Visit, input: { readonly code: string }): Promise<StepUpOutcome>;
  };
  readonly passkeys: PasskeyFlows;
  readonly providers: ProviderFlows;
  readonly sessions: {
    /** Ends one of the user's sessions, after a fresh proof; 0 ended when there is no such one. */
    end(visit: Visit, input: EndSessionInput): Promise<EndOutcome>;
    /** Ends all but this one, after a fresh proof. */
    endOthers(visit: Visit): Promise<EndOutcome>;
  };
  /** Whether a proof was given recently enough. */
  isFresh(session: WithFactors, options?: FreshnessOptions<FactorKind>): boolean;
  /** @throws CountersignError `step-up-required` (401) when it was not */
  requireFresh(session: WithFactors, options?: FreshnessOptions<FactorKind>): void;
  /** How sure a session is of who its user is. */
  levelOf(session: WithFactors): AssuranceLevel;
  /** Resolves when what goes on after answers, such as sending mail, is done. Before the process ends. */
  settled(): Promise<void>;
}

const OPTION_NAMES: readonly (keyof FlowsOptions)[] = [
  'sessions',
  'accounts',
  'serviceName',
  'oneTime',
  'storeTimeout',
  'mail',
  'passkeys',
  'providers',
];

/**
 * Joins accounts and sessions.
 * @throws CountersignError `configuration` for an option that is missing, unknown or something else
 */
export function createFlows(options: FlowsOptions): Flows {
  const parts = createParts(options);
  const { clock } = parts.accounts;
  return {
    signIn: {
      withPassword: (visit, input) => signInWithPassword(parts, visit, input),
      waiting: (visit) => waitingSignIn(parts, visit),
      withTotp: (visit, input) => signInWithTotp(parts, visit, input),
      withRecoveryCode: (visit, input) => signInWithRecoveryCode(parts, visit, input),
      abandon: (visit) => abandonSignIn(parts, visit),
    },
    stepUp: {
      async check(visit, input) {
        const cleared = await lookAtProofs(parts, visit, input);
        return cleared.ok ? { ok: true } : cleared;
      },
      withPassword: (visit, input) => stepUpWithPassword(parts, visit, input),
      withTotp: (visit, input) => stepUpWithTotp(parts, visit, input),
      withRecoveryCode: (visit, input) => stepUpWithRecoveryCode(parts, visit, input),
    },
    passkeys: createPasskeyFlows(parts),
    providers: createProviderFlows(parts),
    ...createOwnerFlows(parts),
    ...createMailFlows(parts),
    sessions: {
      end: (visit, input) => endSession(parts, visit, input),
      endOthers: (visit) => endOtherSessions(parts, visit),
    },
    isFresh: ({ factors }, freshness = {}) => isFresh(factors, freshness, parts.sessions),
    requireFresh: (session, freshness) => requireFresh(parts, session, freshness),
    levelOf: ({ factors }) => assuranceOf(factors, { now: clock.now() }),
    async settled() {
      await parts.background.settled();
      await parts.notices.settled();
      await parts.accounts.activity.settled();
    },
  };
}

function createParts(options: FlowsOptions): FlowParts {
  assertOptionNames('', options ?? null, OPTION_NAMES);
  const { sessions, oneTime = memoryOneTimeStore(), mail, serviceName } = options;
  const { passkeys, providers = [], storeTimeout } = options;
  assertMailOptions(mail);
  if (typeof oneTime?.take !== 'function')
    throw misconfigured('oneTime', 'is not a one-time store', 'Pass such as sqliteOneTimeStore()');
  if (passkeys !== undefined && typeof passkeys?.finishAuthentication !== 'function')
    throw misconfigured('passkeys', 'are no ceremonies', 'Pass createPasskeyCeremonies({ … })');
  const accounts = requireParts(options);
  const { clock, keys } = accounts;
  const onFailure = (cause: unknown): void =>
    accounts.tell({ action: 'background', outcome: 'failed', userId: null, cause }, {});
  const notices = createBackground(onFailure);
  const site = mail === undefined ? undefined : createMailSite({ serviceName, ...mail });
  const secure = sessions.cookies.attributes.secure !== false;
  const post = createPost({
    mailer: mail?.mailer,
    site,
    accounts,
    notices,
    deviceWords: mail?.deviceWords ?? ((userAgent) => userAgent),
  });
  return {
    accounts: { ...accounts, tell: tellWithNotices(accounts, post, notices) },
    sessions,
    tokens: new OneTimeTokens(boundOneTimeStore(oneTime, { clock, storeTimeout }), clock),
    device: createDeviceCookie({ keys, secure, clock }),
    background: createBackground(onFailure),
    notices,
    passkeys,
    providers: readProviders(providers),
    post,
    serviceName,
    cookies: createCookies(secure),
  };
}

/** What carries the ticket of a sign-in lives as long: with a shorter ticket it would fail at its end. */
const LONGEST_SIGN_IN_MS = Math.max(
  ONE_TIME_KINDS['second-factor'].lifetimeMs,
  ONE_TIME_KINDS['sign-in-link'].lifetimeMs,
  ONE_TIME_KINDS.provider.lifetimeMs,
);

/** Each lives as long as what its token names. */
function createCookies(secure: boolean): FlowParts['cookies'] {
  const cookie = (name: string, kind: OneTimeKind): TokenCookie => {
    const maxAge = ONE_TIME_KINDS[kind].lifetimeMs / 1_000;
    return createTokenCookie({ name, maxAge, secure });
  };
  return {
    secondFactor: cookie('second-factor', 'second-factor'),
    passkey: cookie('passkey', 'passkey'),
    provider: cookie('provider', 'provider'),
    linkRequest: cookie('link-request', 'sign-in-link'),
  };
}

function requireParts({ accounts, sessions, serviceName }: FlowsOptions): AccountParts {
  if (typeof sessions?.refuseEarlierSignIns !== 'function')
    throw misconfigured('sessions', 'is not what createSessions gives', 'Pass that');
  if (sessions.policy.attempt < LONGEST_SIGN_IN_MS)
    throw misconfigured(
      'sessions.policy.attempt',
      'is shorter than a sign-in may take',
      `Write ${LONGEST_SIGN_IN_MS / 60_000}m or more, or leave it out`,
    );
  const parts = typeof accounts === 'object' && accounts !== null ? partsOf(accounts) : undefined;
  if (parts === undefined)
    throw misconfigured('accounts', 'is not what createAccounts gives', 'Pass that');
  if (typeof serviceName !== 'string' || serviceName.trim() === '')
    throw misconfigured('serviceName', 'is empty', 'Write what people call your service');
  return parts;
}
