// How names and local parts of addresses are compared, and which characters may be in them. Shared by
// account-name.ts and email-address.ts: an address and the name typed at sign-in have to agree.

/** Letters, marks, digits and signs: no spaces, controls, lone surrogates, private or unassigned ones. */
const VISIBLE = /^[\p{L}\p{N}\p{P}\p{S}][\p{L}\p{M}\p{N}\p{P}\p{S}]*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** The form to compare: NFKC and lower case. Either can undo the other, so both run until nothing changes. */
export function foldName(name: string): string {
  let form = name;
  for (let round = 0; round < 4; round += 1) {
    const next = form.normalize('NFKC').toLowerCase().normalize('NFKC');
    if (next === form) break;
    form = next;
  }
  return form;
}

/** Whether every character of the text can be seen, and the first of them alone. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text) && !INVISIBLE.test(text);
}
