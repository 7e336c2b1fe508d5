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

/** The bounds of a server that clients call themselves. */
export const EDGE_BOUNDS: LimitBounds = { least: 1, patient: 96, most: 256 };
/** A service within the system is called by few, who bound what they send. */
export const INTERNAL_BOUNDS: LimitBounds = { least: 128, patient: 128, most: 512 };

/** Below it, waiting for an upstream explains the times better than too much work here. */
const BUSY = 0.8;
/** Beyond it the machine has too few processors for what runs on it: times grow by work, wherever it is done. */
const CROWDED = 0.1;
const MOST_LOOP_DELAY_MS = 40;
/** A median below it is never too long. */
const SHORT_MS = 30;
/** Times beyond so many times the unloaded ones mean that requests queue. */
const TOLERANCE = 1.25;
/** When more than this share of the requests is refused ahead, fewer are to be sent there. */
const REFUSED_SHARE = 0.05;
const FEWEST_REFUSED = 2;
/** Fewer requests say nothing of the load: on a slow machine windows are joined until so many have ended. */
const FEWEST_TIMES = 8;
const LONGEST_JOINED_MS = 2_000;
/**
 * So many times the requests that are done come in an overload, for so long, and more than can be done in a second, one
 * after another at their unloaded time; or more than the bound in all.
 */
const PRESSURE = 1.3;
const CERTAIN_MS = 700;
const PATIENCE_MS = 1_000;
/** The unloaded median may rise so much a window, so that another mix of requests is taken for normal within minutes. */
const DRIFT = 1.0005;
/** Requests that take too long one at a time have become other requests: their unloaded time is found sooner. */
const RELEARN = 1.1;
const CUT = 0.9;
const GROWTH = 1.05;
/** While far more requests come than are done, the limit is only probed. */
const PROBE = 0.25;

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
  /** How many more requests came than ended since requests queue. */
  #excess = 0;
  #pressedMs = 0;
  /** Of busy windows in which too few requests ended. */
  #joined: WindowFigures | undefined;

  constructor(bounds: LimitBounds) {
    this.#bounds = bounds;
    this.#limit = bounds.most;
  }

  get value(): number {
    return Math.ceil(this.#limit);
  }

  /** Moves the limit by what the last window showed. */
  observe(last: WindowFigures): void {
    const window = this.#joined === undefined ? last : join(this.#joined, last);
    const isEnough = window.timesMs.length >= FEWEST_TIMES || window.lastsMs >= LONGEST_JOINED_MS;
    this.#joined = isBusy(last) && !isEnough ? window : undefined;
    if (this.#joined === undefined) this.#judge(window);
  }

  #judge(window: WindowFigures): void {
    const { lastsMs, loopDelayMs, timesMs, arrived, refusedAhead } = window;
    const { most } = this.#bounds;
    const isFew = timesMs.length < (lastsMs < LONGEST_JOINED_MS ? FEWEST_TIMES : 1);
    const medianMs = isFew ? undefined : medianOf(timesMs);
    const targetMs = Math.max(SHORT_MS, TOLERANCE * (this.#unloadedMs ?? Infinity));
    const isQueueing = medianMs !== undefined && medianMs > targetMs;
    const isCongested = isBusy(window) && (isQueueing || loopDelayMs > MOST_LOOP_DELAY_MS);
    const isRefused =
      refusedAhead >= Math.max(FEWEST_REFUSED, REFUSED_SHARE * (refusedAhead + timesMs.length));
    const fitting = isQueueing ? (timesMs.length / lastsMs) * targetMs : this.#limit * CUT;
    const ended = timesMs.length + refusedAhead;
    const isPressed = this.#isPressed(window, isCongested || isRefused, ended);
    const fewest = isPressed ? this.#bounds.least : this.#bounds.patient;
    if (isCongested) this.#limit = Math.min(this.#limit, Math.max(fewest, fitting));
    else if (isRefused) this.#limit = Math.min(this.#limit, Math.max(fewest, this.#limit * CUT));
    else this.#limit = Math.min(most, this.#limit * GROWTH + (arrived > ended ? PROBE : 1));
    if (medianMs === undefined) return;
    const drift = isCongested && fitting < 1 ? RELEARN : DRIFT;
    this.#unloadedMs = Math.min(medianMs, (this.#unloadedMs ?? Infinity) * drift);
  }

  /** Clients that wait for their answers, however many, and a burst are patient: no more come than are done. */
  #isPressed({ arrived, lastsMs }: WindowFigures, isQueueing: boolean, ended: number): boolean {
    const { patient } = this.#bounds;
    const isMore = arrived >= FEWEST_TIMES && arrived > PRESSURE * ended;
    this.#pressedMs = isMore ? this.#pressedMs + lastsMs : 0;
    const excess = isQueueing ? Math.max(0, this.#excess + arrived - ended) : this.#excess / 2;
    this.#excess = Math.min(excess, 2 * patient);
    const inTime = Math.min(patient, PATIENCE_MS / (this.#unloadedMs ?? 1));
    return excess > patient || (excess > inTime && this.#pressedMs >= CERTAIN_MS);
  }
}

const isBusy = ({ utilization, cpuWait }: WindowFigures): boolean =>
  utilization > BUSY || cpuWait > CROWDED;

/** Two windows as one. */
function join(one: WindowFigures, other: WindowFigures): WindowFigures {
  const lastsMs = one.lastsMs + other.lastsMs;
  const mean = (key: "utilization" | "cpuWait" | "loopDelayMs"): number =>
    (one[key] * one.lastsMs + other[key] * other.lastsMs) / lastsMs;
  return {
    lastsMs,
    utilization: mean("utilization"),
    cpuWait: mean("cpuWait"),
    loopDelayMs: mean("loopDelayMs"),
    timesMs: [...one.timesMs, ...other.timesMs],
    arrived: one.arrived + other.arrived,
    refusedAhead: one.refusedAhead + other.refusedAhead,
  };
}

function medianOf(times: readonly number[]): number {
  const sorted = [...times].toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
