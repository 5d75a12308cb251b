// The path of a page, with where to go when it is done.

/** @param returnTo a path that was read strictly (web/return-to.ts); `/` is not worth saying */
export function withReturn(path: string, returnTo: string): string {
  return returnTo === '/' ? path : `${path}?return_to=${encodeURIComponent(returnTo)}`;
}
