// What a visitor can have a mail for.

export type MailPurpose = 'sign-up' | 'sign-in' | 'reset';
