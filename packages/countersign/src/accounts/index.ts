// `countersign/accounts`: accounts with passwords. The hasher is in `countersign/accounts/argon2`.

export { createAccounts, type Accounts } from './accounts.js';
export type { AccountsOptions, AddressNames } from './accounts-options.js';
export type {
  AccountAction,
  AccountEvent,
  AccountListener,
  AccountRefusal,
} from './account-events.js';
export {
  MAX_NAME_LENGTH,
  NAME_REFUSALS,
  readAccountName,
  type NameReading,
  type NameRefusal,
} from './account-name.js';
export type { AccountStatus } from './account.js';
export type { AccountRow, AccountStore, ActivityRow } from './account-store.js';
export type { Activity, ListActivityInput } from './activity.js';
export {
  DISPLAY_NAME_REFUSAL,
  MAX_DISPLAY_NAME_LENGTH,
  readDisplayName,
  type DisplayNameReading,
  type DisplayNameRefused,
} from './display-name.js';
export type { Authenticator } from './authenticator.js';
export type { Caller } from './caller.js';
export type { CodeInput } from './code-proof.js';
export { breachCheck, type BreachCheckOptions } from './breach-check.js';
export { commonPasswords, createBlocklist, joinBlocklists, type Blocklist } from './blocklist.js';
export type { PasswordRefused, Throttled } from './counted-attempt.js';
export type { ChangeInput, ChangeResult } from './password-change.js';
export { ONE_TIME_KINDS, type OneTimeKind, type OneTimeKindRule } from './one-time-kinds.js';
export {
  MAX_ONE_TIME_CONTENT_BYTES,
  type OneTimeRecord,
  type OneTimeStore,
} from './one-time-store.js';
export {
  ADDRESS_REFUSALS,
  MAX_ADDRESS_OCTETS,
  MAX_LOCAL_PART_OCTETS,
  readEmailAddress,
  type AddressReading,
  type AddressRefusal,
} from './email-address.js';
export type { Mail, Mailer } from './mailer.js';
export type { PasswordHasher, Verification } from './password-hasher.js';
export {
  createPasswordPolicy,
  PASSWORD_REFUSALS,
  type PasswordCheck,
  type PasswordCircumstances,
  type PasswordPolicy,
  type PasswordPolicyOptions,
  type PasswordRefusal,
} from './password-policy.js';
export type { PasswordScreen, PasswordScreenAnswer } from './password-screen.js';
export {
  MAX_PASSWORD_BYTES,
  MAX_PASSWORD_LENGTH,
  readPassword,
  type PasswordReading,
} from './password-text.js';
export type { VerifyInput } from './password-verification.js';
export type { ProofResult } from './proof-result.js';
export type { ReplaceRecoveryCodesResult } from './recovery-code-replacement.js';
export {
  findRecoveryCode,
  makeRecoveryCodes,
  RECOVERY_CODE_COUNT,
  type RecoveryCodes,
} from './recovery-codes.js';
export type { NameInvalid, RegisterInput, RegisterResult } from './registration.js';
export { openTotpSecret, sealTotpSecret, type OpenedTotpSecret } from './sealed-secret.js';
export {
  hasSecondFactor,
  secondFactorsOf,
  type SecondFactor,
  type SecondFactorRecords,
} from './second-factors.js';
export type { Missing, SetStatusInput, SetStatusResult } from './status-change.js';
export type { AttemptBy, RequestBy } from './throttle-counters.js';
export type { RequestLimit, RequestPurpose, ThrottleOptions } from './throttle-options.js';
export type {
  Count,
  CountedFailure,
  Counter,
  CounterRule,
  ThrottleStore,
} from './throttle-store.js';
export {
  createThrottle,
  type Attempt,
  type RequestDecision,
  type Throttle,
  type ThrottleDecision,
  type ThrottleRefusal,
} from './throttle.js';
export {
  createTotpSecret,
  judgeTotp,
  TOTP_STEP_MS,
  totpUri,
  type TotpJudgement,
  type TotpMoment,
} from './totp.js';
export type { AddTotpInput, AddTotpResult, RemoveTotpResult } from './totp-change.js';
export type { User, UserAddress, UserIdentity, UserPasskey } from './user.js';
