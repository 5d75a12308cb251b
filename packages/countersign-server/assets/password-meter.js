// Advises on a new password while it is typed (G30). It never keeps a form from being sent: the server
// decides. What judges runs in a worker of its own, and is fetched when somebody begins to type.

/** @typedef {{ id: number, score: 0 | 1 | 2 | 3 | 4, advice: string }} Judgement */

const WORDS = /** @type {const} */ ([
  'Very easy to guess',
  'Easy to guess',
  'Could be guessed',
  'Hard to guess',
  'Very hard to guess',
]);

/** Long enough to type the next letter. */
const PAUSE_MS = 150;

for (const input of document.querySelectorAll('input[data-judge]')) {
  if (!(input instanceof HTMLInputElement)) continue;
  input.addEventListener('focus', () => advise(input), { once: true });
  if (document.activeElement === input) input.dispatchEvent(new FocusEvent('focus'));
}

/** @param {HTMLInputElement} input */
function advise(input) {
  const { meter, bar, text } = makeMeter(input);
  const worker = new Worker(input.dataset['judge'] ?? '');
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const least = Number(input.dataset['least'] ?? 0);
  const ask = () => {
    asked += 1;
    meter.hidden = input.value === '';
    const missing = least - Array.from(input.value.normalize('NFC')).length;
    if (!meter.hidden && missing > 0) {
      bar.dataset['score'] = '0';
      text.textContent = `Too short: ${missing} more ${missing === 1 ? 'character' : 'characters'}.`;
      return;
    }
    if (!meter.hidden)
      worker.postMessage({ id: asked, password: input.value, about: known(input) });
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  worker.addEventListener('message', ({ data }) => {
    const { id, score, advice } = /** @type {Judgement} */ (data);
    if (id !== asked) return;
    bar.dataset['score'] = String(score);
    text.textContent = advice === '' ? `${WORDS[score]}.` : `${WORDS[score]}. ${advice}`;
  });
  // Nobody needs the meter: without it there is the guidance above the field.
  worker.addEventListener('error', () => meter.remove());
  ask();
}

/** @param {HTMLInputElement} input */
function makeMeter(input) {
  const meter = document.createElement('div');
  meter.className = 'meter';
  meter.hidden = true;
  const bar = document.createElement('div');
  bar.className = 'meter-bar';
  for (let step = 0; step < 4; step += 1) bar.append(document.createElement('span'));
  const text = document.createElement('p');
  text.className = 'hint';
  text.setAttribute('role', 'status');
  meter.append(bar, text);
  input.closest('.field')?.append(meter);
  return { meter, bar, text };
}

/**
 * What others know of this person, and would try.
 * @param {HTMLInputElement} input
 */
function known(input) {
  const names = input.form?.querySelectorAll('input[autocomplete="username"]') ?? [];
  return [...names].map((name) => (name instanceof HTMLInputElement ? name.value : ''));
}
