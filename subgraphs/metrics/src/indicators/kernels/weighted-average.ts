import { chunkMemory } from "./chunk-memory.ts";
import type { ChunkMemory } from "./chunk-memory.ts";
import type { ValueKernel } from "./kernel.ts";
import { keepBlock } from "./windows.ts";

const sumOfWeights = (period: number): number => (period * (period + 1)) / 2;

/**
 * Mean of the last `period` values weighted 1, 2, ..., `period`, the newest heaviest. Of blocks like
 * the window sums: the weights of the current block's prefix are lifted by the length of the suffix.
 */
export class WeightedAverage implements ValueKernel {
  readonly #block: Float64Array;
  readonly #weightedSuffixes: Float64Array;
  #filled = 0;
  #prefix = 0;
  #weightedPrefix = 0;

  constructor(period: number) {
    this.#block = new Float64Array(period);
    this.#weightedSuffixes = new Float64Array(period + 1).fill(Number.NaN, 0, period);
  }

  run(input: Float64Array, at: number, output: Float64Array, to: number, count: number): void {
    const chunk = chunkMemory(count);
    if (chunk !== null) {
      chunk.put(0, input, at, count);
      if (this.#runByModule(chunk, count)) {
        chunk.take(1, output, to, count);
        return;
      }
    }
    this.#runByBlocks(input, at, output, to, count);
  }

  #runByModule(chunk: ChunkMemory, count: number): boolean {
    const { state, calls } = chunk;
    const period = this.#block.length;
    const suffixes = chunk.suffixes(period + 1);
    suffixes.set(this.#weightedSuffixes);
    chunk.putBefore(0, this.#block.subarray(0, this.#filled));
    state.set([this.#prefix, this.#weightedPrefix]);
    const weights = sumOfWeights(period);
    if (calls.weightedMeans(count, period, this.#filled, weights) === 0) return false;
    this.#weightedSuffixes.set(suffixes);
    [this.#prefix, this.#weightedPrefix] = [state[0]!, state[1]!];
    this.#filled = keepBlock(this.#block, this.#filled, chunk.column(0), count);
    return true;
  }

  #runByBlocks(
    input: Float64Array,
    at: number,
    output: Float64Array,
    to: number,
    count: number,
  ): void {
    const block = this.#block;
    const weightedSuffixes = this.#weightedSuffixes;
    const period = block.length;
    const weights = sumOfWeights(period);
    let filled = this.#filled;
    let prefix = this.#prefix;
    let weightedPrefix = this.#weightedPrefix;
    let index = 0;
    while (index < count) {
      const blockEnd = Math.min(count, index + period - filled);
      for (; index < blockEnd; index++) {
        const value = input[at + index]!;
        if (value !== value) break;
        block[filled++] = value;
        prefix += value;
        weightedPrefix += filled * value;
        const lifted = weightedPrefix + (period - filled) * prefix;
        output[to + index] = (weightedSuffixes[filled]! + lifted) / weights;
      }
      if (filled === period) {
        let suffix = 0;
        let weightedSuffix = 0;
        for (let place = period - 1; place > 0; place--) {
          suffix += block[place]!;
          weightedSuffix += suffix;
          weightedSuffixes[place] = weightedSuffix;
        }
        filled = 0;
        prefix = 0;
        weightedPrefix = 0;
      } else if (index < blockEnd) output[to + index++] = Number.NaN;
    }
    this.#filled = filled;
    this.#prefix = prefix;
    this.#weightedPrefix = weightedPrefix;
  }
}
