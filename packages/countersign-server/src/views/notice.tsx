// A sentence at the top of a page: what has just happened, or what is wrong.

import type { JSX } from 'hono/jsx/jsx-runtime';

import type { Notice } from './frame.js';
import { Icon, type IconName } from './icon.js';

const ICONS: Readonly<Record<Notice['tone'], IconName>> = {
  good: 'check',
  plain: 'unknown',
  bad: 'alert',
};

export function NoticeBox({ notice }: { readonly notice: Notice | undefined }): JSX.Element {
  if (notice === undefined) return <></>;
  return (
    <p class={`notice notice-${notice.tone}`} role={notice.tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={ICONS[notice.tone]} />
      <span>{notice.text}</span>
    </p>
  );
}
