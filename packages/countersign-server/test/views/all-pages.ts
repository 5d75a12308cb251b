// Every page, with hostile text wherever text comes from people, and with errors where there can be
// some: for tests of what holds for all of them.

import type { JSX } from 'hono/jsx/jsx-runtime';

import { ActivityPage } from '../../src/views/activity-page.js';
import { AskAddressPage } from '../../src/views/ask-address-page.js';
import { AuthenticatorPage } from '../../src/views/authenticator-page.js';
import { ChoosePasswordPage } from '../../src/views/choose-password-page.js';
import { ConfirmPage } from '../../src/views/confirm-page.js';
import { DeleteAccountPage } from '../../src/views/delete-account-page.js';
import { DeparturePage } from '../../src/views/departure-page.js';
import type { Frame } from '../../src/views/frame.js';
import { HomePage } from '../../src/views/home-page.js';
import { LinkProblemPage } from '../../src/views/link-problem-page.js';
import { MailLinkPage } from '../../src/views/mail-link-page.js';
import { MailSentPage } from '../../src/views/mail-sent-page.js';
import { NewRecoveryCodesPage } from '../../src/views/new-recovery-codes-page.js';
import { MailPage, OutboxPage } from '../../src/views/outbox-page.js';
import { PasskeysPage } from '../../src/views/passkeys-page.js';
import { PasswordPage } from '../../src/views/password-page.js';
import { ProfilePage } from '../../src/views/profile-page.js';
import { ProviderProblemPage } from '../../src/views/provider-problem-page.js';
import { ProvidersPage } from '../../src/views/providers-page.js';
import { RecoveryCodesPage } from '../../src/views/recovery-codes-page.js';
import { SecondStepPage } from '../../src/views/second-step-page.js';
import { SecurityPage } from '../../src/views/security-page.js';
import type { SecurityState } from '../../src/views/security-state.js';
import { SignInPage } from '../../src/views/sign-in-page.js';
import { SurePage } from '../../src/views/sure-page.js';

export const HOSTILE = `"><img src=x onerror=y()>'&amp;`;
export const NOW = Date.UTC(2026, 10, 23, 5);

/** The frame of a user who means well. */
export const FRAME: Frame = {
  assets: {
    stylesheet: '/assets/style.css',
    mark: '/assets/mark.svg',
    scripts: {
      passkey: '/assets/passkey.js',
      passwordMeter: '/assets/password-meter.js',
      revealPassword: '/assets/reveal-password.js',
      keepCodes: '/assets/keep-codes.js',
    },
    passwordJudge: '/assets/password-judge.js',
  },
  userName: 'ada@example.org',
};

const GUEST: Frame = { ...FRAME, userName: null, notice: { tone: 'bad', text: HOSTILE } };

const USER: Frame = { ...GUEST, userName: HOSTILE, displayName: HOSTILE };

export const SECURE: SecurityState = {
  password: { changedAt: NOW, closedTo: null },
  authenticator: { addedAt: NOW, isClosed: false },
  passkeys: { count: 2, doubtful: 0 },
  recoveryCodes: { left: 8, madeAt: NOW },
  providers: [HOSTILE],
  verifiedAddresses: 1,
};

const PASSKEY = {
  id: HOSTILE,
  name: HOSTILE,
  addedAt: NOW,
  lastUsedAt: NOW,
  backedUp: true,
  doubtful: false,
};

const CHOICE = { name: HOSTILE, label: HOSTILE };

const GATE: readonly (readonly [name: string, page: () => JSX.Element])[] = [
  [
    'sign in',
    () =>
      SignInPage({
        frame: GUEST,
        returnTo: '/?x="><i>',
        rememberFor: 1,
        offers: { passkey: true, mailLink: true, reset: true, providers: [CHOICE] },
        name: HOSTILE,
        errors: { name: HOSTILE, password: HOSTILE, passkey: HOSTILE },
      }),
  ],
  [
    'second step',
    () =>
      SecondStepPage({
        frame: GUEST,
        factors: ['totp', 'passkey', 'recovery-code'],
        chosen: 'totp',
        error: HOSTILE,
      }),
  ],
  [
    'second step with a passkey',
    () => SecondStepPage({ frame: GUEST, factors: ['passkey'], chosen: 'passkey', error: HOSTILE }),
  ],
  [
    'ask for an address',
    () =>
      AskAddressPage({
        frame: GUEST,
        purpose: 'sign-up',
        returnTo: '/?"><i>',
        address: HOSTILE,
        error: HOSTILE,
      }),
  ],
  [
    'mail sent',
    () => MailSentPage({ frame: GUEST, purpose: 'reset', address: HOSTILE, lasts: 60_000 }),
  ],
  [
    'link of a mail',
    () => MailLinkPage({ frame: GUEST, purpose: 'verify-address', address: HOSTILE }),
  ],
  ['dead link', () => LinkProblemPage({ frame: GUEST, purpose: 'reset' })],
  [
    'link of another browser',
    () => LinkProblemPage({ frame: GUEST, purpose: 'sign-in', problem: 'other-browser' }),
  ],
  [
    'choose a password',
    () =>
      ChoosePasswordPage({
        frame: GUEST,
        purpose: 'reset',
        address: HOSTILE,
        guidance: HOSTILE,
        errors: { password: HOSTILE, repeated: HOSTILE },
      }),
  ],
  [
    'provider problem',
    () => ProviderProblemPage({ frame: GUEST, label: HOSTILE, problem: 'address-taken' }),
  ],
  [
    'departure',
    () =>
      DeparturePage({ frame: GUEST, label: HOSTILE, url: `https://id.example.org/?${HOSTILE}` }),
  ],
  ['outbox', () => OutboxPage({ frame: GUEST, now: NOW, mails: [MAIL] })],
  ['mail', () => MailPage({ frame: GUEST, now: NOW, mail: MAIL })],
];

const MAIL = {
  id: HOSTILE,
  to: HOSTILE,
  subject: HOSTILE,
  sentAt: NOW,
  text: `${HOSTILE} http://localhost/${HOSTILE}`,
};

const HALL: readonly (readonly [name: string, page: () => JSX.Element])[] = [
  [
    'overview',
    () =>
      HomePage({
        frame: USER,
        now: NOW,
        userAgent: HOSTILE,
        authenticatedAt: NOW,
        expiresAt: NOW,
        idle: 1,
        others: 1,
        proved: HOSTILE,
      }),
  ],
  ['security', () => SecurityPage({ frame: USER, now: NOW, state: SECURE, hasProviders: true })],
  [
    'profile',
    () =>
      ProfilePage({
        frame: USER,
        signInName: HOSTILE,
        addresses: [
          { address: HOSTILE, state: 'primary' },
          { address: `2${HOSTILE}`, state: 'verified' },
          { address: `3${HOSTILE}`, state: 'pending' },
        ],
        typed: { address: HOSTILE, displayName: HOSTILE },
        errors: { displayName: HOSTILE, address: HOSTILE },
      }),
  ],
  [
    'password',
    () =>
      PasswordPage({
        frame: USER,
        guidance: HOSTILE,
        endOthers: true,
        errors: { current: HOSTILE, password: HOSTILE, repeated: HOSTILE },
      }),
  ],
  [
    'passkeys',
    () =>
      PasskeysPage({
        frame: USER,
        now: NOW,
        passkeys: [PASSKEY, { ...PASSKEY, id: 'other', doubtful: true }],
        suggestedName: HOSTILE,
        errors: { rename: { id: 'other', text: HOSTILE } },
      }),
  ],
  [
    'authenticator',
    () => AuthenticatorPage({ frame: USER, uri: HOSTILE, secret: HOSTILE, error: HOSTILE }),
  ],
  [
    'are you sure',
    () =>
      SurePage({
        frame: USER,
        place: '/security',
        title: HOSTILE,
        consequences: [HOSTILE],
        action: '/x',
        fields: { id: HOSTILE },
        button: HOSTILE,
        cancel: '/security',
      }),
  ],
  [
    'recovery codes',
    () => RecoveryCodesPage({ frame: USER, now: NOW, codes: { left: 1, madeAt: NOW } }),
  ],
  [
    'new recovery codes',
    () => NewRecoveryCodesPage({ frame: USER, codes: [HOSTILE], madeAt: NOW }),
  ],
  [
    'providers',
    () =>
      ProvidersPage({
        frame: USER,
        now: NOW,
        linked: [{ id: HOSTILE, label: HOSTILE, linkedAt: NOW }],
        linkable: [CHOICE],
      }),
  ],
  ['delete', () => DeleteAccountPage({ frame: USER, expected: HOSTILE, error: HOSTILE })],
  [
    'activity',
    () =>
      ActivityPage({
        frame: USER,
        now: NOW,
        entries: [
          {
            at: NOW,
            words: HOSTILE,
            about: HOSTILE,
            outcome: 'refused',
            userAgent: HOSTILE,
            address: HOSTILE,
          },
        ],
      }),
  ],
  [
    'confirm',
    () =>
      ConfirmPage({
        frame: USER,
        purpose: HOSTILE,
        hidden: { id: HOSTILE },
        proofs: ['totp', 'passkey', 'recovery-code', 'password'],
        given: ['password'],
        error: HOSTILE,
      }),
  ],
  [
    'confirm by a provider alone',
    () =>
      ConfirmPage({
        frame: USER,
        purpose: HOSTILE,
        hidden: { id: HOSTILE },
        proofs: [],
        providers: [CHOICE],
      }),
  ],
];

export const ALL_PAGES = [...GATE, ...HALL];
