import { readFileSync } from "node:fs";

/** What the head of a file of weights states. */
export interface ModelHeader {
  /** Name and version, stored beside what the model decides. */
  readonly name: string;
  /** SHA-256 over everything the weights were made from. */
  readonly sources: string;
  readonly classes: readonly string[];
  readonly rows: number;
  /** What one step of an 8-bit weight is worth. */
  readonly step: number;
  /** Features that are no n-grams: their names, and below their weights for each class. */
  readonly fixed: { readonly [name: string]: readonly number[] };
  /** Coefficients of the confidence, see `confidenceOf`. */
  readonly calibration: readonly number[];
  /** Chance of each rule to be right, by whether the weights agree; empty for models without rules. */
  readonly rules: { readonly [name: string]: readonly [number, number] };
}

const MAGIC = "AFLM";

/**
 * A multinomial linear model whose weights were learned beforehand. The file: magic, length of the
 * header, header as JSON, then keys (32 bits each) and weights (8 bits, one row of classes for each key).
 */
export class LinearModel {
  readonly header: ModelHeader;
  readonly #weights: Int8Array;
  readonly #keys: Uint32Array;
  readonly #rowOf: Uint32Array;
  readonly #mask: number;

  constructor(file: Uint8Array) {
    const { header, keys, weights } = readModelFile(file);
    this.header = header;
    this.#weights = weights;
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, keys.length * 2)));
    this.#mask = size - 1;
    this.#keys = new Uint32Array(size);
    this.#rowOf = new Uint32Array(size);
    keys.forEach((key, row) => {
      let place = key & this.#mask;
      while (this.#keys[place] !== 0) place = (place + 1) & this.#mask;
      this.#keys[place] = key;
      this.#rowOf[place] = row;
    });
  }

  /** The place of an n-gram's weights, or -1 when the model has not learned it. */
  row(id: number): number {
    const keys = this.#keys;
    let place = id & this.#mask;
    for (;;) {
      const key = keys[place];
      if (key === id) return this.#rowOf[place] as number;
      if (key === 0) return -1;
      place = (place + 1) & this.#mask;
    }
  }

  /** Adds the weights of a row, in steps, to the sums of each class. */
  addRow(row: number, sums: Int32Array): void {
    const start = row * sums.length;
    for (let k = 0; k < sums.length; k += 1) {
      sums[k] = (sums[k] as number) + (this.#weights[start + k] as number);
    }
  }
}

/** Reads a model that lies in `models/` of this package. */
export function loadModel(name: string): LinearModel {
  return new LinearModel(readFileSync(new URL(`../../models/${name}.bin`, import.meta.url)));
}

interface ModelFile {
  readonly header: ModelHeader;
  readonly keys: Uint32Array;
  /** Row by row, one weight for each class. */
  readonly weights: Int8Array;
}

/** Little-endian, as every machine it runs on. */
export function writeModelFile({ header, keys, weights }: ModelFile): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const head = new Uint8Array(8 + Math.ceil(json.length / 4) * 4).fill(0x20);
  head.set(new TextEncoder().encode(MAGIC));
  new DataView(head.buffer).setUint32(4, head.length - 8, true);
  head.set(json, 8);
  const file = new Uint8Array(head.length + keys.byteLength + weights.byteLength);
  file.set(head);
  file.set(new Uint8Array(keys.buffer, keys.byteOffset, keys.byteLength), head.length);
  file.set(new Uint8Array(weights.buffer), head.length + keys.byteLength);
  return file;
}

function readModelFile(file: Uint8Array): ModelFile {
  // A copy, because a file read into a shared buffer need not begin at a multiple of four.
  const bytes = file.slice();
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, 4)) !== MAGIC) throw new Error("this is no file of weights");
  const headEnd = 8 + new DataView(bytes.buffer).getUint32(4, true);
  const header = JSON.parse(text.decode(bytes.subarray(8, headEnd))) as ModelHeader;
  const keys = new Uint32Array(bytes.buffer, headEnd, header.rows);
  const weights = new Int8Array(bytes.buffer, headEnd + keys.byteLength);
  if (weights.length !== header.rows * header.classes.length) {
    throw new Error(`the file of weights of ${header.name} is cut off`);
  }
  return { header, keys, weights };
}

/** Turns scores into probabilities, in place. */
export function softmax(scores: Float64Array): void {
  let top = -Infinity;
  for (const score of scores) if (score > top) top = score;
  let sum = 0;
  for (let k = 0; k < scores.length; k += 1) {
    const power = Math.exp((scores[k] as number) - top);
    scores[k] = power;
    sum += power;
  }
  for (let k = 0; k < scores.length; k += 1) scores[k] = (scores[k] as number) / sum;
}

/**
 * Chance that the most probable class is right: a logistic function of its log-odds, its lead over the
 * second and the share of the text that the model has learned (Platt scaling, with more than one input).
 */
export function confidenceOf(
  calibration: readonly number[],
  { best, second, learned }: { best: number; second: number; learned: number },
): number {
  const inputs = confidenceInputs(best, second, learned);
  const sum = inputs.reduce((total, input, at) => total + input * (calibration[at] ?? 0), 0);
  return 1 / (1 + Math.exp(-sum));
}

const SMALLEST = 1e-9;

/** The inputs of the confidence, in the order of its coefficients. */
export function confidenceInputs(best: number, second: number, learned: number): number[] {
  const p = Math.min(1 - 1e-6, Math.max(SMALLEST, best));
  const lead = Math.log(p / Math.max(SMALLEST, second));
  return [1, Math.log(p / (1 - p)), Math.min(8, lead), learned];
}
