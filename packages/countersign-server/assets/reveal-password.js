// Puts a button beside each password that shows what was typed (G31). A form is sent with its
// passwords hidden again, so that browsers offer to keep them, and keep nothing as plain text.

for (const input of document.querySelectorAll('input[type="password"]')) {
  if (input instanceof HTMLInputElement) addButton(input);
}

/** @param {HTMLInputElement} input */
function addButton(input) {
  const label = input.labels?.[0]?.textContent ?? 'password';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'reveal';
  button.setAttribute('aria-controls', input.id);
  /** @param {boolean} isShown */
  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password';
    button.textContent = isShown ? 'Hide' : 'Show';
    button.setAttribute('aria-label', `${isShown ? 'Hide' : 'Show'}: ${label}`);
  };
  show(false);
  button.addEventListener('click', () => show(input.type === 'password'));
  input.form?.addEventListener('submit', () => show(false));
  input.autocapitalize = 'none';
  input.spellcheck = false;
  input.after(button);
}
