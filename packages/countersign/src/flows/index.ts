// `countersign/flows`: from "a person is here" to a session, with no way around the second factor.

export type { AccountFlows, DisplayNameOutcome, RemoveAccountOutcome } from './account.js';
export type { ConfirmAddressOutcome } from './address-link.js';
export type {
  AddAddressOutcome,
  AddressInput,
  PrimaryAddressOutcome,
  RemoveAddressOutcome,
  ResendAddressOutcome,
  UnknownAddress,
} from './addresses.js';
export type { AssuranceLevel, FactorKind } from './assurance.js';
export type { FlowSessions } from './flow-parts.js';
export { createFlows, type Flows, type FlowsOptions } from './flows.js';
export type { AddressInvalid, LinkRequestOutcome } from './link-request.js';
export type { AddressLook, LinkInput } from './link-token.js';
export type { MailFlows } from './mail-flows.js';
export type { MailOptions } from './mail-options.js';
export type { MailPage } from './mails/site.js';
export type {
  ChangedMeanwhile,
  Ended,
  Expired,
  Malformed,
  NotSignedIn,
  Proof,
  Refused,
  SecondFactorNeeded,
  SecondFactorOutcome,
  SignedIn,
  SignInOutcome,
  StepUpNeeded,
  TooManySessions,
} from './outcome.js';
export type { OwnerFlows } from './owner-flows.js';
export type {
  AddPasskeyInput,
  AddPasskeyOutcome,
  BeginAddOutcome,
  PasskeyNameInvalid,
} from './passkey-addition.js';
export type {
  RemovePasskeyOutcome,
  RenamePasskeyOutcome,
  UnknownPasskey,
} from './passkey-changes.js';
export type {
  NoPasskey,
  PasskeyBegun,
  PasskeyResponse,
  PasskeySignIn,
  PasskeySignInOutcome,
} from './passkey-sign-in.js';
export type { PasskeyFlows } from './passkeys.js';
export type {
  PasswordChangeInput,
  PasswordChangeOutcome,
  PasswordFlows,
  PasswordSetOutcome,
} from './password.js';
export type { ProviderFinishOutcome } from './provider-arrival.js';
export type { ProviderBeginInput, ProviderBeginOutcome } from './provider-begin.js';
export type { ProviderFinishInput } from './provider-finish.js';
export type { UnlinkInput, UnlinkOutcome } from './provider-identities.js';
export type { TrustedProvider, TwoFactorValues } from './provider-options.js';
export type { ProviderPurpose } from './provider-trip.js';
export type { ProviderFlows } from './providers.js';
export type { RecoveryCodeFlows, RecoveryCodesOutcome } from './recovery-codes.js';
export type { ResetInput, ResetLook, ResetOutcome } from './reset.js';
export { createSessionReference } from './session-reference.js';
export type { EndOutcome, EndSessionInput } from './sessions.js';
export type { PasswordSignIn } from './sign-in.js';
export type {
  LinkSignIn,
  LinkSignInOutcome,
  OtherBrowser,
  SignInLinkLook,
} from './sign-in-link.js';
export type { SignUpInput, SignUpOutcome } from './sign-up.js';
export type {
  Barred,
  StepUpCheckInput,
  StepUpOutcome,
  StepUpPurpose,
  WithFactors,
} from './step-up.js';
export type {
  TotpBeginOutcome,
  TotpConfirmInput,
  TotpConfirmOutcome,
  TotpFlows,
  TotpRemoveOutcome,
  TotpResumeOutcome,
  TotpSecret,
} from './totp.js';
export type { StartResetOutcome, UserFlows } from './users.js';
export type { Visit, VisitSession } from './visit.js';
