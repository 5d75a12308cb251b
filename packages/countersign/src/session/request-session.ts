// The session of one request: what the check found, what the handler did with it, and what the
// response has to carry. Implements `Session` for handlers; `commit` is for whoever sends the response.
// One long class, as its verbs share one private state; what they do is in files of their own.

import { CountersignError } from '../errors.js';
import type { Awaitable } from '../waiting.js';
import { createAnonymous } from './anonymous.js';
import { attemptExpiry, sealAttempt } from './attempt.js';
import type { Commit } from './commit.js';
import type { SessionContext } from './context.js';
import { announceEnded, endLineage } from './ending.js';
import { explain, type Explanation, type Outcome } from './explanation.js';
import type { Found } from './found.js';
import { isFresh, type FreshnessOptions } from './freshness.js';
import { endOne, listSessions } from './listing.js';
import type { Client, Factor, SessionId, SessionRecord } from './record.js';
import { OutgoingCookies } from './outgoing-cookies.js';
import { offerSuccessor } from './renewal.js';
import type {
  DeepReadonly,
  ReauthenticationOptions,
  Session,
  SessionData,
  SessionSummary,
  SignInOptions,
  SignInRefusal,
  SignInResult,
  SignOutOptions,
} from './session.js';
import { assertSignInOptions } from './sign-in-options.js';
import { assertUserId, performSignIn, type SignIn } from './sign-in.js';
import { StagedData } from './staged-data.js';
import { updateData } from './update.js';
import { endedByTime, isRenewalDue } from './verdict.js';
import { VerbsUnderWay } from './verbs-under-way.js';

const NOTHING: Commit = { ok: true, cookies: [], clearSiteData: false };
const EMPTY_DATA = '{}';

export class RequestSession<Data> implements Session<Data> {
  readonly #context: SessionContext;
  readonly #client: Client;
  #outcome: Outcome;
  #token: string | null;
  #record: SessionRecord | null;
  #renewalDue: boolean;
  #data: StagedData<Data> | undefined;
  #cookies: OutgoingCookies | undefined;
  #underWay: VerbsUnderWay | undefined;
  #clearSiteData = false;
  #frozen = false;
  #wasRead = false;

  constructor(context: SessionContext, found: Found, client: Client, now: number) {
    this.#context = context;
    this.#client = client;
    this.#outcome = found.outcome;
    this.#token = found.token;
    this.#record = found.record;
    this.#renewalDue =
      found.record !== null &&
      found.outcome === 'live' &&
      isRenewalDue(found.record, context.policy, now);
  }

  get id(): SessionId | null {
    return this.#read()?.id ?? null;
  }
  get userId(): string | null {
    return this.#read()?.userId ?? null;
  }
  get data(): SessionData<Data> {
    this.#wasRead = true;
    return this.#staged().view;
  }
  get factors(): readonly Factor[] {
    return this.#read()?.factors ?? [];
  }
  get createdAt(): number | null {
    return this.#read()?.createdAt ?? null;
  }
  get authenticatedAt(): number | null {
    return this.#read()?.authenticatedAt ?? null;
  }
  get expiresAt(): number | null {
    return this.#read()?.expiresAt ?? null;
  }
  get remembered(): boolean {
    return this.#read()?.remembered ?? false;
  }
  get client(): Client {
    return this.#client;
  }
  get signal(): AbortSignal {
    return this.#record === null
      ? AbortSignal.abort(new DOMException('There is no session', 'AbortError'))
      : this.#context.watch.signal(this.#record.id);
  }

  set<Key extends keyof Data & string>(key: Key, value: Data[Key]): void {
    this.#assertOpen('set');
    this.#staged().set(key, value);
  }

  delete(key: keyof Data & string): void {
    this.#assertOpen('delete');
    // A visitor has nothing stored, so there is nothing to make a session for.
    if (this.#record !== null || Object.hasOwn(this.data, key)) this.#staged().delete(key);
  }

  take<Key extends keyof Data & string>(key: Key): DeepReadonly<Data[Key]> | undefined {
    const value = this.data[key];
    if (value !== undefined) this.delete(key);
    return value;
  }

  async update(
    change: (data: SessionData<Data>) => Awaitable<SessionData<Data>>,
  ): Promise<SessionData<Data>> {
    const record = this.#record;
    if (record === null) {
      if (this.#outcome === 'signed-out-now') throw endedError();
      return this.#context.updates.run(this, async () => this.#updateStaged(change));
    }
    const stored = await updateData(this.#context, record, change);
    // Unless this request signed in or out meanwhile.
    if (this.#record?.id === stored.id) {
      this.#record = stored;
      this.#staged().rebase(stored.data);
    }
    return this.data;
  }

  async beginSignIn(userId: string): Promise<string> {
    assertUserId(userId);
    const { store, mint, policy, clock } = this.#context;
    const expiresAt = attemptExpiry(policy, clock.now());
    return sealAttempt(mint, { userId, epoch: await store.epoch(userId), expiresAt });
  }

  async signIn(userId: string, options: SignInOptions<Data> = {}): Promise<SignInResult> {
    this.#assertOpen('signIn');
    assertSignInOptions(options);
    return this.#enter({
      userId,
      attempt: options.attempt,
      factors: options.factors ?? [],
      earlier: [],
      remember: options.remember === true,
      carry: options.carry ?? [],
    });
  }

  async reauthenticate(options: ReauthenticationOptions): Promise<SignInResult> {
    this.#assertOpen('reauthenticate');
    assertSignInOptions(options);
    const record = this.#record;
    if (record === null || record.userId === null) {
      throw new CountersignError('session-ended', 'Nobody is signed in; use signIn instead');
    }
    return this.#enter({
      userId: record.userId,
      attempt: options.attempt,
      factors: options.factors,
      earlier: record.factors,
      remember: record.remembered,
      carry: [],
    });
  }

  isFresh(options: FreshnessOptions = {}): boolean {
    return isFresh(this.factors, options, this.#context);
  }

  async signOut(options: SignOutOptions = {}): Promise<void> {
    const isTooLate = this.#frozen;
    await this.#awaited().run(async () => {
      if (this.#record !== null) await endLineage(this.#context, this.#record, 'signed-out');
      this.#forget('signed-out-now');
      this.#clearSiteData = options.clearSiteData === true;
      if (isTooLate) return;
      this.#outgoing().clear(this.#context.cookieName);
      this.#outgoing().clear(this.#context.anonymousCookieName);
    });
  }

  async list(): Promise<readonly SessionSummary[]> {
    return this.userId === null ? [] : listSessions(this.#context, this.userId, this.id);
  }

  async end(id: SessionId): Promise<boolean> {
    const record = await this.#authority();
    return record === null ? false : endOne(this.#context, id, { owner: record.userId });
  }

  async endOthers(): Promise<number> {
    const record = await this.#authority();
    if (record === null) return 0;
    const { id, userId } = record;
    const ended = await this.#context.store.endUser(userId, { except: id });
    announceEnded(this.#context, ended, userId, 'ended-by-user');
    return ended.length;
  }

  explain(): Explanation {
    this.#wasRead = true;
    return explain(this.#outcome);
  }

  /** Whether the response has to wait for `commit`. False for a session that was only read. */
  get needsCommit(): boolean {
    return (
      this.#renewalDue ||
      this.#cookies?.isEmpty === false ||
      this.#data?.isEmpty === false ||
      this.#underWay?.isEmpty === false
    );
  }

  /** Whether the handler looked at who asks or what is stored: then the response varies by cookie. */
  get wasRead(): boolean {
    return this.#wasRead;
  }

  /** From here on the response's head is settled: `set`, `delete`, `take` and sign-in throw. */
  freeze(): void {
    this.#frozen = true;
  }

  /**
   * Stores what was staged and gives the cookies for the response. Call it once, before the head goes out.
   * @param response with a status of 500 or more, staged data is dropped; cookies are still sent
   * @throws CountersignError `store-unavailable`
   */
  commit(response: { readonly status: number }): Awaitable<Commit> {
    this.#frozen = true;
    return this.needsCommit ? this.#commit(response.status) : NOTHING;
  }

  async #commit(status: number): Promise<Commit> {
    await this.#underWay?.settled();
    if (status >= 500) this.#data?.discard();
    if (this.#data?.isEmpty === false && !(await this.#store(this.#data))) {
      return { ok: false, reason: 'session-ended', cookies: this.#cookies?.take() ?? [] };
    }
    if (this.#renewalDue) await this.#offer();
    return { ok: true, cookies: this.#cookies?.take() ?? [], clearSiteData: this.#clearSiteData };
  }

  /** Stores staged data; false when the session has ended meanwhile. */
  async #store(data: StagedData<Data>): Promise<boolean> {
    const record = this.#record;
    if (record === null) {
      const made = await createAnonymous(this.#context, data.text, this.#client);
      this.#adopt(made.token, made.record, this.#context.anonymousCookieName);
      return true;
    }
    const outcome = await this.#context.store.patch(record.id, data.change, {});
    if (outcome !== 'ok') return false;
    data.rebase(data.text);
    data.discard();
    return true;
  }

  async #offer(): Promise<void> {
    const token = this.#token;
    const record = this.#record;
    this.#renewalDue = false;
    if (token === null || record === null) return;
    // A store that fails here fails nobody: the current secret stays good, and a later response offers.
    const offer = await offerSuccessor(this.#context, token, record).catch(() => undefined);
    if (offer !== undefined) this.#sendToken(offer.token, offer.record, this.#context.cookieName);
  }

  /** A visitor's update: of what this request has staged, as there is no record. */
  async #updateStaged(
    change: (data: SessionData<Data>) => Awaitable<SessionData<Data>>,
  ): Promise<SessionData<Data>> {
    if (this.#record !== null) return this.update(change);
    this.#assertOpen('update');
    const staged = this.#staged();
    const before = this.#stagedOver(staged.text);
    const next = await change(before.view);
    this.#assertOpen('update');
    if (this.#staged() !== staged) throw endedError();
    staged.stage(before.changeTo(next));
    return this.data;
  }

  async #enter(entry: Omit<SignIn, 'staged' | 'client' | 'current'>): Promise<SignInResult> {
    const current = this.#record;
    const staged = this.#data?.change;
    return this.#awaited().run(async () => {
      const signIn = { ...entry, staged, client: this.#client, current };
      const result = await performSignIn(this.#context, signIn);
      if (!result.ok) {
        if (endsOther(current, signIn.userId, result.reason)) this.#forget('not-found');
        return result;
      }
      this.#adopt(result.token, result.record, this.#context.cookieName);
      this.#outcome = 'signed-in-now';
      if (current !== null && current.userId === null) {
        const ended = await this.#context.store.end([current.id]);
        announceEnded(this.#context, ended, null, 'signed-in');
      }
      return { ok: true, id: result.record.id };
    });
  }

  /** The signed-in session as it is by now: one that has ended meanwhile ends no others. */
  async #authority(): Promise<{ readonly id: SessionId; readonly userId: string } | null> {
    const { id, userId } = this;
    if (id === null || userId === null) return null;
    const { store, policy, clock } = this.#context;
    const fresh = await store.read(id, { fresh: true });
    if (fresh === null || endedByTime(fresh, policy, clock.now()) !== undefined) throw endedError();
    return { id, userId };
  }

  #adopt(token: string, record: SessionRecord, cookieName: string): void {
    this.#token = token;
    this.#record = record;
    this.#data = undefined;
    this.#renewalDue = false;
    this.#clearSiteData = false;
    this.#sendToken(token, record, cookieName);
  }

  #sendToken(token: string, record: SessionRecord, name: string): void {
    this.#outgoing().send(name, token, record, this.#context.clock.now());
  }

  #forget(outcome: Outcome): void {
    this.#record = null;
    this.#token = null;
    this.#data = undefined;
    this.#renewalDue = false;
    this.#outcome = outcome;
  }

  // Methods, not getters: V8 reads a private getter by a call into its runtime, on the way of every request.
  #read(): SessionRecord | null {
    this.#wasRead = true;
    return this.#record;
  }

  #awaited(): VerbsUnderWay {
    this.#underWay ??= new VerbsUnderWay();
    return this.#underWay;
  }

  #outgoing(): OutgoingCookies {
    this.#cookies ??= new OutgoingCookies();
    return this.#cookies;
  }

  #staged(): StagedData<Data> {
    this.#data ??= this.#stagedOver(this.#record?.data ?? EMPTY_DATA);
    return this.#data;
  }

  #stagedOver(stored: string): StagedData<Data> {
    const { policy, schema } = this.#context;
    return new StagedData<Data>(stored, { maxDataBytes: policy.maxDataBytes, schema });
  }

  #assertOpen(verb: string): void {
    if (!this.#frozen) return;
    throw new CountersignError(
      'response-started',
      `session.${verb} came after the response had begun, too late for its cookie or changes. Call it before the first byte, or use session.update for data`,
    );
  }
}

function endedError(): CountersignError {
  return new CountersignError('session-ended', 'The session has ended');
}

/** Whether a refused sign-in has ended the session of another user that the request came with. */
function endsOther(current: SessionRecord | null, userId: string, reason: SignInRefusal): boolean {
  if (current === null || current.userId === null || current.userId === userId) return false;
  return !reason.startsWith('attempt-');
}
