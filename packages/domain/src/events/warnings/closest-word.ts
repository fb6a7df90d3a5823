/** Beyond this, words have nothing to do with each other; feeds use names, not sentences. */
const LONGEST = 64;

/**
 * The word that was probably meant: the same letters and digits in other spelling, else the nearest by the number of
 * letters to change, at most a third of them. Undefined when none is near.
 */
export function closestWord(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const answers = remembered.get(known) ?? new Map<string, Answer>();
  remembered.set(known, answers);
  const answer = answers.get(word);
  if (answer) return answer.word;
  const found = lookUp(word, known);
  if (answers.size >= MOST_REMEMBERED) answers.clear();
  answers.set(word, { word: found });
  return found;
}

/** `; did you mean "corner"?`, to end a sentence with; empty when no word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const closest = closestWord(word, known);
  return closest === undefined ? "" : `; did you mean "${closest}"?`;
}

/** A feed that misspells a market does so with every price, and a look-up costs more than all else of the event. */
const remembered = new WeakMap<readonly string[], Map<string, Answer>>();
const MOST_REMEMBERED = 256;

interface Answer {
  readonly word: string | undefined;
}

function lookUp(word: string, known: readonly string[]): string | undefined {
  const given = plain(word);
  const same = known.find((candidate) => plain(candidate) === given);
  if (same !== undefined) return same;
  const near = known
    .map((candidate) => ({ candidate, text: plain(candidate) }))
    .map((each) => ({ ...each, most: Math.min(given.length, each.text.length) / 3 }))
    .filter(({ text, most }) => Math.abs(given.length - text.length) <= most)
    .map(({ candidate, text, most }) => ({ candidate, most, changes: changesBetween(given, text) }))
    .filter(({ changes, most }) => changes <= most)
    .sort((a, b) => a.changes - b.changes);
  return near[0]?.candidate;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Letters to put in, take out or replace until `a` reads `b` (Levenshtein). */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_unused, index) => index);
  for (const [i, letter] of a.split("").entries()) {
    const next = [i + 1];
    for (const [j, other] of b.split("").entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
