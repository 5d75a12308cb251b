// Passkeys. Shows the forms that wait for a browser which knows them; asks the server for the options,
// lets the browser ask the person, and sends the form with the credential in it, as JSON text. What
// comes back, good or bad, is an ordinary page. Web Authentication Level 3.

/**
 * @typedef {PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON} Options
 * @typedef {Options | { message: string }} Answer
 */

const CANCELLED = 'No passkey was used. Try again, or choose another way.';
const KNOWN_ALREADY = 'This device has a passkey for your account already.';
const NO_ANSWER = 'The server does not answer. Try again in a moment.';

/** How long before the end of its options an offer in the autofill is made anew. */
const SLACK_MS = 30_000;

/** The offer in the autofill: a browser lets one request wait at a time. */
let offer = new AbortController();

/** The server keeps one ceremony for a browser, the last that was begun: one after the other, then. */
let begun = Promise.resolve();

const forms = [...document.querySelectorAll('form[data-passkey]')].filter(
  (form) => form instanceof HTMLFormElement,
);

if ('PublicKeyCredential' in window) {
  for (const note of document.querySelectorAll('[data-without-passkeys]')) note.remove();
  for (const part of document.querySelectorAll('[data-with-passkeys]'))
    part.removeAttribute('hidden');
  for (const form of forms) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void useButton(form);
    });
    if (form.dataset['autofill'] === 'yes') void offerInAutofill(form);
  }
}

/**
 * @param {HTMLFormElement} form
 */
async function useButton(form) {
  offer.abort();
  const button = form.querySelector('button[type="submit"]');
  tell(form, '');
  button?.setAttribute('disabled', '');
  try {
    const options = await begin(form);
    const credential =
      'user' in options
        ? await navigator.credentials.create({ publicKey: readCreation(options) })
        : await navigator.credentials.get({ publicKey: readRequest(options) });
    send(form, credential);
  } catch (error) {
    tell(form, wordsFor(error));
    if (form.dataset['autofill'] === 'yes') void offerInAutofill(form);
  } finally {
    button?.removeAttribute('disabled');
  }
}

/**
 * Lets the browser list passkeys where the name is typed, until one is chosen or a button is pressed.
 * @param {HTMLFormElement} form
 */
async function offerInAutofill(form) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  offer = new AbortController();
  const { signal } = offer;
  try {
    const options = await begin(form);
    if (signal.aborted) return;
    const lasts = Math.max(SLACK_MS, (options.timeout ?? 300_000) - SLACK_MS);
    const timer = setTimeout(() => void renew(form, signal), lasts);
    signal.addEventListener('abort', () => clearTimeout(timer));
    // The browser shall not end it: it is made anew above.
    const { timeout: _, ...publicKey } = readRequest(options);
    send(form, await navigator.credentials.get({ publicKey, signal, mediation: 'conditional' }));
  } catch {
    // Nobody has asked for it, so nobody is told. The button remains.
  }
}

/**
 * The server forgets the options after a while. In a tab that nobody looks at, nothing is asked for.
 * @param {HTMLFormElement} form
 * @param {AbortSignal} signal of the offer that is out of date
 */
async function renew(form, signal) {
  if (document.hidden) {
    document.addEventListener('visibilitychange', () => void renew(form, signal), { once: true });
    return;
  }
  if (signal.aborted) return;
  offer.abort();
  await offerInAutofill(form);
}

/**
 * Asks for the options of a ceremony.
 * @param {HTMLFormElement} form
 */
function begin(form) {
  const answer = begun.then(() => ask(form.dataset['begin'] ?? ''));
  begun = answer.then(
    () => undefined,
    () => undefined,
  );
  return answer;
}

/**
 * The browser says where this comes from, so it needs no token.
 * @param {string} path
 */
async function ask(path) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    redirect: 'manual',
  }).catch(() => {
    throw new Trouble(NO_ANSWER);
  });
  if (response.type === 'opaqueredirect') {
    // To the sign-in page: the session, or the sign-in, is over.
    location.reload();
    throw new Trouble('');
  }
  const answer = /** @type {Answer} */ (await response.json().catch(() => ({})));
  if (response.ok && 'challenge' in answer) return answer;
  throw new Trouble('message' in answer ? answer.message : NO_ANSWER);
}

/**
 * @param {HTMLFormElement} form
 * @param {Credential | null} credential
 */
function send(form, credential) {
  if (!(credential instanceof PublicKeyCredential)) throw new Trouble(CANCELLED);
  setField(form, 'credential', JSON.stringify(writeCredential(credential)));
  const remember = document.querySelector('input[type="checkbox"][name="remember"]');
  const isTicked = remember instanceof HTMLInputElement && remember.checked;
  setField(form, 'remember', isTicked ? 'yes' : '');
  form.submit();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function setField(form, name, value) {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

/** Something to say to the person. */
class Trouble extends Error {}

/** @param {unknown} error */
function wordsFor(error) {
  if (error instanceof Trouble) return error.message;
  return error instanceof DOMException && error.name === 'InvalidStateError'
    ? KNOWN_ALREADY
    : CANCELLED;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} words
 */
function tell(form, words) {
  const place = form.querySelector('[data-trouble]');
  if (!(place instanceof HTMLElement)) return;
  place.hidden = words === '';
  place.textContent = words;
}

// JSON has no bytes: they are base64url there. Browsers of before 2025 do not translate by themselves.

/** @param {PublicKeyCredentialRequestOptionsJSON} options */
function readRequest(options) {
  return /** @type {PublicKeyCredentialRequestOptions} */ ({
    ...options,
    challenge: fromBase64Url(options.challenge),
    allowCredentials: options.allowCredentials?.map(readDescriptor),
    extensions: readExtensions(options.extensions),
  });
}

/** @param {PublicKeyCredentialCreationOptionsJSON} options */
function readCreation(options) {
  return /** @type {PublicKeyCredentialCreationOptions} */ ({
    ...options,
    challenge: fromBase64Url(options.challenge),
    user: { ...options.user, id: fromBase64Url(options.user.id) },
    excludeCredentials: options.excludeCredentials?.map(readDescriptor),
    extensions: readExtensions(options.extensions),
  });
}

/**
 * None of those that the server asks for has bytes in it.
 * @param {AuthenticationExtensionsClientInputsJSON | undefined} extensions
 * @returns {AuthenticationExtensionsClientInputs | undefined}
 */
function readExtensions(extensions) {
  return /** @type {AuthenticationExtensionsClientInputs | undefined} */ (
    /** @type {unknown} */ (extensions)
  );
}

/** @param {PublicKeyCredentialDescriptorJSON} descriptor */
function readDescriptor(descriptor) {
  return { ...descriptor, id: fromBase64Url(descriptor.id) };
}

/** @param {PublicKeyCredential} credential */
function writeCredential(credential) {
  const { id, rawId, type, response } = credential;
  return {
    id,
    rawId: toBase64Url(rawId),
    type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: toBase64Url(response.clientDataJSON),
      ...(response instanceof AuthenticatorAttestationResponse
        ? writeAttestation(response)
        : writeAssertion(/** @type {AuthenticatorAssertionResponse} */ (response))),
    },
  };
}

/** @param {AuthenticatorAttestationResponse} response */
function writeAttestation(response) {
  return {
    attestationObject: toBase64Url(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  };
}

/** @param {AuthenticatorAssertionResponse} response */
function writeAssertion({ authenticatorData, signature, userHandle }) {
  return {
    authenticatorData: toBase64Url(authenticatorData),
    signature: toBase64Url(signature),
    userHandle: userHandle === null ? undefined : toBase64Url(userHandle),
  };
}

/** @param {ArrayBuffer} buffer */
function toBase64Url(buffer) {
  const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @param {string} text */
function fromBase64Url(text) {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
}
