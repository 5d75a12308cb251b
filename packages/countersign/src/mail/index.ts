// `countersign/mail`: mailers. One over nodemailer, one that writes files for development.

export type { Mail, Mailer } from '../accounts/mailer.js';
export {
  folderMailer,
  type FolderMail,
  type FolderMailContent,
  type FolderMailer,
  type FolderMailerOptions,
} from './folder-mailer.js';
export type { MessageContent, MessageHead } from './stored-message.js';
export {
  transportMailer,
  type MailTransport,
  type TransportMailer,
  type TransportMailerOptions,
  type TransportMessage,
} from './transport-mailer.js';
