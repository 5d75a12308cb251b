// Judges passwords for password-meter.js, in a worker. It is served behind two files of zxcvbn-ts,
// which leave `zxcvbnts` for it (src/web/assets.ts).

{
  const { core, 'language-common': common } = /** @type {{ zxcvbnts: Zxcvbn }} */ (
    /** @type {unknown} */ (globalThis)
  ).zxcvbnts;
  const judge = new core.ZxcvbnFactory({
    dictionary: common.dictionary,
    graphs: common.adjacencyGraphs,
  });

  /** The time that judging takes grows with the length; what is longer is good anyway. */
  const LONGEST = 100;

  /** @type {Readonly<Record<string, string>>} */
  const ADVICE = {
    straightRow: 'Rows of keys are tried early.',
    keyPattern: 'Patterns of keys are tried early.',
    simpleRepeat: 'Repeating a letter adds little.',
    extendedRepeat: 'Repeating a part adds little.',
    sequences: 'Sequences like abc or 6543 are tried early.',
    recentYears: 'Years are tried early.',
    dates: 'Dates are tried early.',
    topTen: 'Very many people use this one.',
    topHundred: 'Many people use this one.',
    common: 'Others use this one too.',
    similarToCommon: 'This is close to one that many people use.',
    wordByItself: 'A word by itself is tried early.',
    namesByThemselves: 'Names by themselves are tried early.',
    commonNames: 'Common names are tried early.',
    userInputs: 'It has your own name in it.',
    pwned: 'It is on lists of stolen passwords.',
  };

  globalThis.addEventListener('message', ({ data }) => {
    const { id, password, about } = /** @type {Question} */ (data);
    const { score, feedback } = judge.check(password.slice(0, LONGEST), about);
    const advice = ADVICE[feedback.warning ?? ''] ?? (score < 3 ? 'Add another word or two.' : '');
    globalThis.postMessage({ id, score, advice });
  });
}

/** @typedef {{ id: number, password: string, about: readonly string[] }} Question */

/**
 * @typedef {{
 *   core: { ZxcvbnFactory: new (options: object) => {
 *     check(password: string, about: readonly string[]): {
 *       score: 0 | 1 | 2 | 3 | 4, feedback: { warning: string | null }
 *     }
 *   } },
 *   'language-common': { dictionary: object, adjacencyGraphs: object }
 * }} Zxcvbn
 */
