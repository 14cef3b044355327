/**
 * Speaks to screen readers, sparsely: at most one sentence every five seconds, so that none is cut off by the next. What comes
 * faster waits for its turn, errors first; only of what is progress, an older word gives way to a newer one.
 *
 * @typedef {(text: string, manner?: { kind?: string | null }) => void} Announce  the kind `ERROR` comes before all that waits and is
 *   never dropped; of any other kind only the newest sentence waits; a sentence of no kind waits until it is said
 */

/** The kind of sentences that say what went wrong. */
export const ERROR = "error";
/** So many sentences wait at most, errors apart: whoever hears more would be told of long ago. */
const MOST_WAITING = 8;

/** @typedef {{ text: string, kind: string | null }} Sentence */

/**
 * @param {(text: string) => void} say
 * @param {object} [options]
 * @param {number} [options.everyMs]
 * @param {() => number} [options.now]
 * @param {(callback: () => void, ms: number) => void} [options.later]
 * @returns {Announce}
 */
export function createAnnouncer(say, { everyMs = 5000, now = () => performance.now(), later = (f, ms) => void setTimeout(f, ms) } = {}) {
  let last = -Infinity;
  let planned = false;
  /** In the order in which they will be said. @type {Sentence[]} */
  let waiting = [];

  function sayNext() {
    planned = false;
    const next = waiting.shift();
    if (!next) return;
    last = now();
    say(next.text);
    plan();
  }

  function plan() {
    if (planned || waiting.length === 0) return;
    const wait = last + everyMs - now();
    if (wait <= 0) {
      sayNext();
      return;
    }
    planned = true;
    later(sayNext, wait);
  }

  return (text, { kind = null } = {}) => {
    waiting = lineUp(waiting, { text, kind });
    plan();
  };
}

/**
 * The line of sentences with one more in it.
 *
 * @param {readonly Sentence[]} waiting
 * @param {Sentence} sentence
 */
function lineUp(waiting, sentence) {
  const { text, kind } = sentence;
  if (waiting.some((other) => other.text === text && other.kind === kind)) return [...waiting];
  const errors = waiting.filter((other) => other.kind === ERROR);
  const others = waiting.filter((other) => other.kind !== ERROR);
  if (kind === ERROR) return [...errors, sentence, ...others];
  const older = others.findIndex((other) => kind !== null && other.kind === kind);
  // It takes the older one's place: progress that comes again and again would else never have its turn.
  if (older >= 0) others[older] = sentence;
  else others.push(sentence);
  if (others.length > MOST_WAITING) {
    const passing = others.findIndex((other) => other.kind !== null);
    others.splice(Math.max(0, passing), 1);
  }
  return [...errors, ...others];
}
