// Gives a handler the fields of a posted form, or answers for it when there is none.

import type { PageContext } from './doorkeeper.js';
import { readForm } from './form.js';
import type { Problems } from './problems.js';

/** The value of a field; empty when the form has none of this name. */
export type Fields = (name: string) => string;

export async function withForm(
  c: PageContext,
  problems: Problems,
  handle: (field: Fields) => Response | Promise<Response>,
): Promise<Response> {
  const form = await readForm(c.req.raw);
  if (!form.ok) return c.html(problems.page(form.status), form.status);
  return handle((name) => form.fields.get(name) ?? '');
}

/** Whether a box was ticked. */
export function isTicked(field: Fields, name: string): boolean {
  return field(name) === 'yes';
}
