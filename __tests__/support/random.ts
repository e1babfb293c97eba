/** Numbers from 0 to 1 that look random and are the same for the same seed: mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** From one to three words of one letter each. */
export function randomWords(random: () => number, atLeast = 1): string[] {
  return Array.from({ length: atLeast + Math.floor(random() * 3) }, () => randomWord(random));
}

/** The same list with one word replaced, added or removed at a random place, so that it is another list. */
export function randomlyChanged(words: readonly string[], random: () => number): string[] {
  const changed = [...words];
  const place = Math.floor(random() * (words.length + 1));
  const added = random() < 0.7 || place === words.length ? [randomWord(random, words[place])] : [];
  changed.splice(place, random() < 0.5 || added.length === 0 ? 1 : 0, ...added);
  return changed;
}

function randomWord(random: () => number, except?: string): string {
  const word = "abcdefgh"[Math.floor(random() * 8)] ?? "a";
  return word === except ? `${word}${word}` : word;
}
