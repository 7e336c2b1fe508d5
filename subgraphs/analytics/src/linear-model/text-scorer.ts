import { softmax } from "./linear-model.ts";
import type { LinearModel } from "./linear-model.ts";
import { pairId, WordNgrams } from "./ngrams.ts";
import type { FieldWords } from "./ngrams.ts";

/** The weights of a word, added up over its n-grams. */
interface WordSum {
  readonly id: number;
  /** For each class, in steps of the model. */
  readonly sums: Int32Array;
  readonly count: number;
  /** How many of its n-grams the model has learned. */
  readonly learned: number;
}

/** The probabilities of a text, and what each of its words adds to them. */
export interface Scored {
  readonly probabilities: Float64Array;
  /** The most probable class and the one after it. */
  readonly best: number;
  readonly second: number;
  /** Share of the n-grams that the model has learned, 0 to 1. */
  readonly learned: number;
  /** Log-odds that a word, by its place among all words, adds to a class over the average class. */
  readonly wordWeight: (word: number, k: number) => number;
}

const MOST_WORDS = 20_000;

/** Scores texts by a model; the sums of words met before are kept, because texts repeat their words. */
export class TextScorer {
  readonly model: LinearModel;
  readonly #ngrams = new WordNgrams();
  readonly #kept = new Map<number, Map<string, WordSum>>();
  readonly #width: number;

  constructor(model: LinearModel) {
    this.model = model;
    this.#width = model.header.classes.length;
  }

  /**
   * Adds up the weights of a text for each class: n-grams scaled by the root of their number, so that a
   * long text does not count more than a short one, fixed features as they are.
   */
  score(fields: readonly FieldWords[], fixed: readonly string[]): Scored {
    const found: WordSum[] = [];
    const totals = new Int32Array(this.#width);
    let count = 0;
    let learned = 0;
    for (const { field, words } of fields) {
      let previous: WordSum | undefined;
      for (const word of words) {
        const sum = this.#sumOf(word, field);
        found.push(sum);
        count += sum.count;
        learned += sum.learned;
        for (let k = 0; k < this.#width; k += 1) {
          totals[k] = (totals[k] as number) + (sum.sums[k] as number);
        }
        if (previous !== undefined) {
          const row = this.model.row(pairId(previous.id, sum.id));
          count += 1;
          if (row >= 0) {
            learned += 1;
            this.model.addRow(row, totals);
          }
        }
        previous = sum;
      }
    }
    const scale = this.model.header.step / Math.sqrt(Math.max(1, count));
    const probabilities = this.#probabilities(totals, scale, fixed);
    const [best, second] = twoBest(probabilities);
    return {
      probabilities,
      best,
      second,
      learned: count === 0 ? 0 : learned / count,
      wordWeight: (word, k) => (found[word]?.sums[k] ?? 0) * scale,
    };
  }

  #probabilities(totals: Int32Array, scale: number, fixed: readonly string[]): Float64Array {
    const scores = Float64Array.from(totals, (total) => total * scale);
    for (const name of fixed) {
      const weights = this.model.header.fixed[name];
      if (weights === undefined) continue;
      for (let k = 0; k < scores.length; k += 1) {
        scores[k] = (scores[k] as number) + (weights[k] as number);
      }
    }
    softmax(scores);
    return scores;
  }

  #sumOf(word: string, field: number): WordSum {
    let kept = this.#kept.get(field);
    if (kept === undefined || kept.size === MOST_WORDS) {
      kept = new Map();
      this.#kept.set(field, kept);
    }
    const known = kept.get(word);
    if (known !== undefined) return known;
    const sum = this.#addUp(word, field);
    kept.set(word, sum);
    return sum;
  }

  #addUp(word: string, field: number): WordSum {
    const ngrams = this.#ngrams;
    ngrams.read(word, field);
    const sums = new Int32Array(this.#width);
    let learned = 0;
    for (let at = 0; at < ngrams.count; at += 1) {
      const row = this.model.row(ngrams.ids[at] as number);
      if (row < 0) continue;
      learned += 1;
      this.model.addRow(row, sums);
    }
    return { id: ngrams.ids[0] as number, sums, count: ngrams.count, learned };
  }
}

function twoBest(values: Float64Array): [number, number] {
  let first = 0;
  let second = -1;
  for (let k = 1; k < values.length; k += 1) {
    const value = values[k] as number;
    if (value > (values[first] as number)) {
      second = first;
      first = k;
    } else if (second < 0 || value > (values[second] as number)) second = k;
  }
  return [first, second < 0 ? first : second];
}
