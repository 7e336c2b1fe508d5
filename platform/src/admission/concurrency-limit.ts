/** What one window of a server showed. */
export interface WindowFigures {
  /** How long it was, in milliseconds. */
  readonly lastsMs: number;
  /** The share of the window in which the event loop had work, 0 to 1. */
  readonly utilization: number;
  /** The share of the window in which the thread had work and waited for a processor, 0 to 1. */
  readonly cpuWait: number;
  /** The median delay of the event loop, in milliseconds. */
  readonly loopDelayMs: number;
  /** The times of the requests that ended in the window, in milliseconds; without those that were refused ahead. */
  readonly timesMs: readonly number[];
  /** Requests that came in the window, the refused ones included. */
  readonly arrived: number;
  /** Requests that were admitted here, and refused by a service that they needed because of overload. */
  readonly refusedAhead: number;
}

export interface LimitBounds {
  /** So many requests are always admitted. */
  readonly least: number;
  /** So many are admitted unless far more come than are done: a burst, or a machine that is slow for a while. */
  readonly patient: number;
  readonly most: number;
}

/** The bounds of a server that clients call themselves. The least is for large clients: small ones are let in beyond it. */
export const EDGE_BOUNDS: LimitBounds = { least: 3, patient: 96, most: 256 };
/** A service within the system is called by few, who bound what they send. */
export const INTERNAL_BOUNDS: LimitBounds = { least: 128, patient: 128, most: 512 };

/** Below it, waiting for an upstream explains the times better than too much work here. */
const BUSY = 0.8;
/** Beyond it the machine has too few processors for what runs on it: times grow by work, wherever it is done. */
const CROWDED = 0.1;
const MOST_LOOP_DELAY_MS = 40;
/** A median below it is never too long. The slowest twentieth takes four times as long. */
const SHORT_MS = 21;
/** Times beyond so many times the unloaded ones mean that requests queue. */
const TOLERANCE = 2;
/** When more than this share of the requests is refused ahead, fewer are to be sent there. */
const REFUSED_SHARE = 0.05;
const FEWEST_REFUSED = 2;
/** Fewer requests say nothing of the load. */
const FEWEST_TIMES = 8;
/** The unloaded median may rise so much a window, so that another mix of requests is taken for normal within minutes. */
const DRIFT = 1.0005;
/** So many times the requests that are done have to come, in so many windows in a row, until patience ends. */
const PRESSURE = 1.5;
const CERTAIN_WINDOWS = 3;
const CUT = 0.9;
const GROWTH = 1.05;

/**
 * How many requests a server works on at the same time, found by measuring. While nothing queues, the limit grows. When
 * requests queue, it falls at once to as many as are under way when each takes no longer than it may, by Little's law:
 * the rate at which they are done times that time. Only a busy event loop or machine counts as congested, or refusals by
 * the services ahead: then requests are refused here, where it costs less. Far fewer than clients send in one burst are
 * admitted only while far more requests come than are done.
 */
export class ConcurrencyLimit {
  readonly #bounds: LimitBounds;
  #limit: number;
  #unloadedMs: number | undefined;
  #pressedInRow = 0;

  constructor(bounds: LimitBounds) {
    this.#bounds = bounds;
    this.#limit = bounds.most;
  }

  get value(): number {
    return Math.floor(this.#limit);
  }

  /** Moves the limit by what the last window showed. */
  observe(window: WindowFigures): void {
    const { lastsMs, utilization, cpuWait, loopDelayMs, timesMs, refusedAhead } = window;
    const { most } = this.#bounds;
    const medianMs = timesMs.length < FEWEST_TIMES ? undefined : medianOf(timesMs);
    const targetMs = Math.max(SHORT_MS, TOLERANCE * (this.#unloadedMs ?? Infinity));
    const isQueueing = medianMs !== undefined && medianMs > targetMs;
    const isBusy = utilization > BUSY || cpuWait > CROWDED;
    const isCongested = isBusy && (isQueueing || loopDelayMs > MOST_LOOP_DELAY_MS);
    const isRefused =
      refusedAhead >= Math.max(FEWEST_REFUSED, REFUSED_SHARE * (refusedAhead + timesMs.length));
    const fitting = isQueueing ? (timesMs.length / lastsMs) * targetMs : Infinity;
    const fewest = this.#fewestIn(window);
    if (isCongested)
      this.#limit = Math.min(this.#limit, Math.max(fewest, Math.min(this.#limit * CUT, fitting)));
    else if (isRefused) this.#limit = Math.min(this.#limit, Math.max(fewest, this.#limit * CUT));
    else this.#limit = Math.min(most, this.#limit * GROWTH + 1);
    if (medianMs !== undefined)
      this.#unloadedMs = Math.min(medianMs, (this.#unloadedMs ?? Infinity) * DRIFT);
  }

  #fewestIn({ arrived, timesMs }: WindowFigures): number {
    const isPressed = arrived >= FEWEST_TIMES && arrived > PRESSURE * timesMs.length;
    this.#pressedInRow = isPressed ? this.#pressedInRow + 1 : 0;
    const { least, patient } = this.#bounds;
    return this.#pressedInRow < CERTAIN_WINDOWS ? patient : least;
  }
}

function medianOf(times: readonly number[]): number {
  const sorted = [...times].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
