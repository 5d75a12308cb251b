// Makes a mail of paragraphs, links and facts: once as plain text and once as HTML. The only place where
// markup is written, and everything that goes into it is escaped here.

import type { Mail } from '../../accounts/mailer.js';
import { MAIL_KINDS, type MailKind } from './kinds.js';
import type { MailSite } from './site.js';

/** A paragraph, a link on a line of its own, or a list of facts. */
export type Block =
  | string
  | { readonly href: string; readonly words: string }
  | { readonly facts: readonly (readonly [name: string, value: string])[] };

export interface Letter {
  readonly kind: MailKind;
  readonly to: string;
  readonly blocks: readonly Block[];
}

/** The mail. Its subject is the service's name and that of the kind. */
export function writeLetter(site: MailSite, { kind, to, blocks }: Letter): Mail {
  const { serviceName } = site;
  const subject = `${serviceName}: ${MAIL_KINDS[kind].subject}`;
  const all = [...blocks.filter((block) => !isEmpty(block)), serviceName];
  return {
    to,
    subject,
    text: `${all.map(blockAsText).join('\n\n')}\n`,
    html: documentOf(subject, all.map(blockAsHtml)),
    kind,
  };
}

function isEmpty(block: Block): boolean {
  return typeof block === 'object' && 'facts' in block && block.facts.length === 0;
}

function blockAsText(block: Block): string {
  if (typeof block === 'string') return block;
  if ('href' in block) return `${block.words}:\n${block.href}`;
  return block.facts.map(([name, value]) => `${name}: ${value}`).join('\n');
}

function blockAsHtml(block: Block): string {
  if (typeof block === 'string') return `<p>${escapeHtml(block)}</p>`;
  if ('href' in block) {
    const href = escapeHtml(block.href);
    return `<p>${escapeHtml(block.words)}:<br><a href="${href}">${href}</a></p>`;
  }
  const rows = block.facts.map(
    ([name, value]) => `<li>${escapeHtml(name)}: ${escapeHtml(value)}</li>`,
  );
  return `<ul>\n${rows.join('\n')}\n</ul>`;
}

function documentOf(title: string, blocks: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="font: 16px/1.5 sans-serif; max-width: 36em; margin: 1em">',
    ...blocks,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
