import { EXTREMES_WASM } from "./extremes-wasm.generated.ts";

// Where the module expects its values; the same addresses are in assembly/extremes.ts.
const HIGHS_AT = 0;
const LOWS_AT = 8192;
/** Most values of one call. */
const MOST = 1_024;

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly slide: (count: number, period: number) => 0 | 1;
}

/** Extremes of windows over up to `most` values at once, in WebAssembly with SIMD. */
export interface SlidingExtremes {
  readonly most: number;
  /** Values go in, an even number of them; extremes come out in their places. */
  readonly highs: Float64Array;
  readonly lows: Float64Array;
  /** 0 when a value is missing: then they are as they were. */
  readonly slide: (count: number, period: number) => 0 | 1;
}

let loaded: SlidingExtremes | null | undefined;

/** One for each thread: nothing stays in it between calls. Null where the engine has no SIMD. */
export function slidingExtremes(): SlidingExtremes | null {
  if (loaded !== undefined) return loaded;
  const bytes = Buffer.from(EXTREMES_WASM, "base64");
  if (!WebAssembly.validate(bytes)) return (loaded = null);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  // The compiler cannot know what the module exports.
  const { memory, slide } = exports as unknown as Exports;
  if (memory.buffer.byteLength === 0) memory.grow(1);
  const values = (at: number) => new Float64Array(memory.buffer, at, MOST);
  return (loaded = { most: MOST, highs: values(HIGHS_AT), lows: values(LOWS_AT), slide });
}
