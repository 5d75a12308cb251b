// The published entry `countersign/csrf`.

export type { CsrfBypass } from './bypass.js';
export { createCsrfCheck, type CsrfCheck, type CsrfVerdict } from './check.js';
export type { CsrfOptions, CsrfRefusal } from './options.js';
export type { CsrfPlace, CsrfRequest, HeaderGetter, HeaderRecord, HeaderValue } from './request.js';
export { CSRF_RULES, type CsrfRule } from './rule.js';
export { createCsrfTokens, type CsrfTokenOptions, type CsrfTokens } from './tokens.js';
