// Buttons for recovery codes that only a script can have: print the page, and copy the codes.

for (const button of document.querySelectorAll('[data-print]')) {
  button.addEventListener('click', () => window.print());
  button.removeAttribute('hidden');
}

for (const button of document.querySelectorAll('[data-copy]')) {
  // Without a secure context there is no clipboard.
  if (!('clipboard' in navigator)) continue;
  const text = button.getAttribute('data-copy') ?? '';
  button.addEventListener('click', () => void copy(button, text));
  button.removeAttribute('hidden');
}

/**
 * @param {Element} button
 * @param {string} text
 */
async function copy(button, text) {
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not allowed';
  }
  setTimeout(() => (button.textContent = words), 2_000);
}
