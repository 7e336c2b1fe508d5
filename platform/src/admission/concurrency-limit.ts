/** What one window of a server showed. */
export interface WindowFigures {
  /** The share of the window in which the event loop had work, 0 to 1. */
  readonly utilization: number;
  /** The median delay of the event loop, in milliseconds. */
  readonly loopDelayMs: number;
  /** The times of the requests that ended in the window, in milliseconds. */
  readonly timesMs: readonly number[];
}

export interface LimitBounds {
  /** So many requests are always admitted; far fewer would leave the processor idle while they wait for others. */
  readonly least: number;
  readonly most: number;
}

/** Below it, waiting for an upstream explains the times better than too much work here. */
const BUSY = 0.8;
const MOST_LOOP_DELAY_MS = 40;
/** A median below it is never too long. */
const SHORT_MS = 40;
/** Times beyond so many times the unloaded ones mean that requests queue. */
const TOLERANCE = 2;
/** Fewer requests say nothing of the times. */
const FEWEST_TIMES = 10;
/** The unloaded median may rise so much a window, so that another mix of requests is taken for normal within minutes. */
const DRIFT = 1.0005;
const STRONGEST_CUT = 0.5;
const WEAKEST_CUT = 0.9;
const GROWTH = 1.05;

/**
 * How many requests a server works on at the same time, found by measuring: additive increase and multiplicative
 * decrease (Chiu and Jain, 1989), where the decrease is the gradient between the unloaded and the present median
 * time, as in the Gradient2 limit of Netflix's concurrency-limits. Only a busy event loop counts as congested.
 */
export class ConcurrencyLimit {
  readonly #bounds: LimitBounds;
  #limit: number;
  #unloadedMs: number | undefined;

  constructor(bounds: LimitBounds) {
    this.#bounds = bounds;
    this.#limit = bounds.most;
  }

  get value(): number {
    return Math.floor(this.#limit);
  }

  /** Moves the limit by what the last window showed. */
  observe({ utilization, loopDelayMs, timesMs }: WindowFigures): void {
    const { least, most } = this.#bounds;
    const medianMs = timesMs.length < FEWEST_TIMES ? undefined : medianOf(timesMs);
    const targetMs = Math.max(SHORT_MS, TOLERANCE * (this.#unloadedMs ?? Infinity));
    const gradient = medianMs === undefined ? 1 : targetMs / medianMs;
    const isCongested = utilization > BUSY && (gradient < 1 || loopDelayMs > MOST_LOOP_DELAY_MS);
    if (isCongested) {
      const cut = Math.min(WEAKEST_CUT, Math.max(STRONGEST_CUT, gradient));
      this.#limit = Math.max(least, this.#limit * cut);
    } else {
      this.#limit = Math.min(most, this.#limit * GROWTH + 1);
    }
    if (medianMs !== undefined)
      this.#unloadedMs = Math.min(medianMs, (this.#unloadedMs ?? Infinity) * DRIFT);
  }
}

function medianOf(times: readonly number[]): number {
  const sorted = [...times].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
