import { INDICATORS_WASM } from "./indicators-wasm.generated.ts";

// Where the module expects its values; the same addresses are in assembly/columns.ts.
const FIRST = 10_240;
const STRIDE = 41_280;
const COLUMNS = 6;
const STATE_AT = 1_024;
const SUFFIXES_AT = 270_016;
const PAGES = 6;
const PAGE_BYTES = 65_536;

/** Most values of one call. */
const MOST = 4_096;
/** Most values that stand before them, and most sums of the ends of a block. */
const BEFORE = 1_024;
/** Values of a call from which on the module is the faster way. */
const WORTH = 32;

type Flag = 0 | 1;

/** What the module computes; a flag is 0, with nothing written, when a value is missing. */
interface ChunkCalls {
  readonly slide: (count: number, period: number, columns: number) => Flag;
  readonly buyingPressures: (count: number) => Flag;
  readonly windowSums: (count: number, period: number, filled: number, divisor: number) => Flag;
  readonly windowRatios: (count: number, period: number, filled: number, weight: number) => void;
  readonly weightedMeans: (count: number, period: number, filled: number, weights: number) => Flag;
  readonly differences: (count: number, distance: number) => Flag;
  readonly middles: (count: number) => void;
  readonly placesBelow: (count: number) => void;
}

/**
 * Kernels in WebAssembly with SIMD over up to 4,096 values, which are copied to columns of its memory and
 * back. Each has a twin in the classes that use it, which gives the same bits for any number of values, also
 * when some are missing. Nothing stays here between two calls.
 */
export class ChunkMemory {
  readonly calls: ChunkCalls;
  /** Two numbers that a call reads and leaves. */
  readonly state: Float64Array;
  readonly #suffixes: Float64Array;
  /** Each column with the values before it. */
  readonly #areas: readonly Float64Array[];
  readonly #columns: readonly Float64Array[];

  constructor(module: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(module);
    // The compiler cannot know what the module exports.
    const { memory, ...calls } = exports as unknown as ChunkCalls & { memory: WebAssembly.Memory };
    memory.grow(PAGES - memory.buffer.byteLength / PAGE_BYTES);
    const { buffer } = memory;
    this.calls = calls;
    this.state = new Float64Array(buffer, STATE_AT, 2);
    this.#suffixes = new Float64Array(buffer, SUFFIXES_AT, 2 * BEFORE);
    this.#areas = Array.from({ length: COLUMNS }, (_, index) => {
      const start = FIRST + index * STRIDE - BEFORE * Float64Array.BYTES_PER_ELEMENT;
      return new Float64Array(buffer, start, BEFORE + MOST);
    });
    this.#columns = this.#areas.map((area) => area.subarray(BEFORE));
  }

  /** The numbers of a column; those beyond the values of the call have no meaning. */
  column(index: number): Float64Array {
    return this.#columns[index]!;
  }

  /** Copies `count` values from `at` on to the start of a column. */
  put(index: number, values: Float64Array, at: number, count: number): void {
    this.#columns[index]!.set(values.subarray(at, at + count));
  }

  /** Copies the first `count` values of a column to `target` from `to` on. */
  take(index: number, target: Float64Array, to: number, count: number): void {
    const column = this.#columns[index]!;
    target.set(count === MOST ? column : column.subarray(0, count), to);
  }

  /** Copies values to where the column's values have their predecessors, the last one next to them. */
  putBefore(index: number, values: Float64Array): void {
    this.#areas[index]!.set(values, BEFORE - values.length);
  }

  /** The same for one value. */
  putOneBefore(index: number, value: number): void {
    this.#areas[index]![BEFORE - 1] = value;
  }

  /** The sums of the ends of a block: in its places and after them. */
  suffixes(length: number): Float64Array {
    return this.#suffixes.subarray(0, length);
  }
}

let loaded: ChunkMemory | null | undefined;

/** That of the thread, for a call of `count` values; null when they are too few or many, or the engine has no SIMD. */
export function chunkMemory(count: number): ChunkMemory | null {
  if (count < WORTH || count > MOST) return null;
  if (loaded !== undefined) return loaded;
  const bytes = Buffer.from(INDICATORS_WASM, "base64");
  loaded = WebAssembly.validate(bytes) ? new ChunkMemory(new WebAssembly.Module(bytes)) : null;
  return loaded;
}
