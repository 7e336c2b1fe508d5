const SHORTEST = 3;
const LONGEST = 5;
/** Characters of a word that count; a longer one is not a word of any language here. */
const LONGEST_WORD = 48;
/** The word itself, and what of 3 to 5 characters it holds with its two edges. */
const MOST = 1 + 3 * (LONGEST_WORD + 2);

const EDGE = 0x1f;
const WORD = 0x9e3779b9;
const PAIR = 0x85ebca6b;

/**
 * The hashed n-grams of one word in a field (text, payee): the word itself first, then 3 to 5 characters
 * of it. The same word in another field has other n-grams.
 */
export class WordNgrams {
  readonly ids = new Uint32Array(MOST);
  count = 0;
  readonly #units = new Uint16Array(LONGEST_WORD + 2);

  read(word: string, field: number): void {
    const units = this.#units;
    const length = Math.min(word.length, LONGEST_WORD);
    units[0] = EDGE;
    let hash = mix(field, WORD);
    for (let at = 0; at < length; at += 1) {
      const unit = word.charCodeAt(at);
      units[at + 1] = unit;
      hash = mix(hash, unit);
    }
    units[length + 1] = EDGE;
    this.count = 0;
    this.#push(hash);
    this.#readCharacters(length + 2, field);
  }

  #readCharacters(length: number, field: number): void {
    for (let start = 0; start + SHORTEST <= length; start += 1) {
      let hash = field;
      const end = Math.min(length, start + LONGEST);
      for (let at = start; at < end; at += 1) {
        hash = mix(hash, this.#units[at] as number);
        if (at - start + 1 >= SHORTEST) this.#push(hash);
      }
    }
  }

  #push(hash: number): void {
    this.ids[this.count] = asId(hash);
    this.count += 1;
  }
}

/** The n-gram of two neighbouring words, by the ids of the words. */
export const pairId = (first: number, second: number): number => asId(mix(first ^ PAIR, second));

/** Zero marks an empty place of the table of weights. */
const asId = (hash: number): number => hash >>> 0 || 1;

/** Words of a field, which a number names. */
export interface FieldWords {
  readonly field: number;
  readonly words: readonly string[];
}

/** All n-grams of an item, in order; what training learns from. */
export function ngramsOf(fields: readonly FieldWords[]): Uint32Array {
  const ngrams = new WordNgrams();
  const ids: number[] = [];
  for (const { field, words } of fields) {
    let previous = 0;
    for (const word of words) {
      ngrams.read(word, field);
      const id = ngrams.ids[0] as number;
      if (previous !== 0) ids.push(pairId(previous, id));
      for (let at = 0; at < ngrams.count; at += 1) ids.push(ngrams.ids[at] as number);
      previous = id;
    }
  }
  return Uint32Array.from(ids);
}

/** One round of MurmurHash3 (A. Appleby, public domain): the same bits on every machine. */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  k = hash ^ Math.imul(k, 0x1b873593);
  k = (k << 13) | (k >>> 19);
  return (Math.imul(k, 5) + 0xe6546b64) | 0;
}
