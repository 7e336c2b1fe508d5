import { describe, expect, it } from "vitest";
import { randomFrom } from "../testing/seed.ts";
import { ConcurrencyLimit, EDGE_BOUNDS } from "./concurrency-limit.ts";
import { FairShares, type Requester } from "./fair-shares.ts";

/**
 * A service at the edge and what it calls on one core, in a time of its own: no figure depends on the machine that runs
 * the test. A request has its turn on the core several times, and waits for others in between.
 */
interface Machine {
  readonly arrivalMs: number;
  readonly refusalMs: number;
  readonly sliceMs: number;
  /** Between two slices, while other machines work, at any time. */
  readonly awayMs: (atMs: number) => number;
}

const SLICES = 4;
const WINDOW_MS = 250;
const PROBE_EVERY_MS = 10;

const machine = (slowness: number, awayMs = (_atMs: number) => 3 * slowness): Machine => ({
  arrivalMs: 0.1 * slowness,
  refusalMs: 0.1 * slowness,
  sliceMs: 2.5 * slowness,
  awayMs,
});

/** Without any other request. */
const unloadedMs = ({ arrivalMs, sliceMs, awayMs }: Machine): number =>
  arrivalMs + SLICES * sliceMs + (SLICES - 1) * awayMs(0);

/** Requests a second, when the core does nothing else. */
const capacityOf = ({ arrivalMs, sliceMs }: Machine): number =>
  1_000 / (arrivalMs + SLICES * sliceMs);

interface Answer {
  readonly tenant: string;
  readonly atMs: number;
  readonly tookMs: number;
  readonly isRefused: boolean;
}

/** Runs what is due in order, one thing at a time, each for its cost. */
class Core {
  nowMs = 0;
  readonly #later: { readonly atMs: number; readonly run: () => number }[] = [];

  at(atMs: number, run: () => number): void {
    let index = this.#later.length;
    while (index > 0 && (this.#later[index - 1]?.atMs ?? 0) > atMs) index -= 1;
    this.#later.splice(index, 0, { atMs, run });
  }

  /** Returns the time for which it was busy. */
  runUntil(endMs: number): number {
    let busyMs = 0;
    for (let next = this.#later[0]; next !== undefined; next = this.#later[0]) {
      const startMs = Math.max(this.nowMs, next.atMs);
      if (startMs >= endMs) break;
      this.#later.shift();
      this.nowMs = startMs;
      const costMs = next.run();
      busyMs += costMs;
      this.nowMs += costMs;
    }
    this.nowMs = Math.max(this.nowMs, endMs);
    return busyMs;
  }
}

/** Arrivals a second of a tenant, at any time. */
type Rates = (atMs: number) => Readonly<Record<string, number>>;

function simulate(on: Machine, rates: Rates, lastsMs: number): Answer[] {
  const [core, chance] = [new Core(), randomFrom(16)];
  const [shares, limit] = [new FairShares(), new ConcurrencyLimit(EDGE_BOUNDS)];
  const answers: Answer[] = [];
  let [timesMs, delaysMs]: [number[], number[]] = [[], []];
  let arrived = 0;

  const arrive = (requester: Requester, arrivedMs: number): number => {
    const answered = (costMs: number, isRefused: boolean): number => {
      const atMs = core.nowMs + costMs;
      answers.push({ tenant: requester.tenant, atMs, tookMs: atMs - arrivedMs, isRefused });
      return costMs;
    };
    arrived += 1;
    if (shares.enter(requester, limit.value, core.nowMs) !== undefined)
      return answered(on.arrivalMs + on.refusalMs, true);
    const begunMs = core.nowMs;
    const slice = (left: number) => (): number => {
      if (left > 1) {
        core.at(core.nowMs + on.sliceMs + on.awayMs(core.nowMs), slice(left - 1));
        return on.sliceMs;
      }
      shares.leave(requester, core.nowMs);
      timesMs.push(core.nowMs + on.sliceMs - begunMs);
      return answered(on.sliceMs, false);
    };
    core.at(core.nowMs, slice(SLICES));
    return on.arrivalMs;
  };

  for (let windowMs = 0; windowMs < lastsMs; windowMs += WINDOW_MS) {
    for (const [tenant, perSecond] of Object.entries(rates(windowMs))) {
      // Independent arrivals: a Bernoulli trial for each fifth of a millisecond.
      for (let atMs = windowMs; atMs < windowMs + WINDOW_MS; atMs += 0.2) {
        if (chance(1_000_000) >= perSecond * 200) continue;
        core.at(atMs, () => arrive({ tenant, client: tenant }, atMs));
      }
    }
    for (let atMs = windowMs; atMs < windowMs + WINDOW_MS; atMs += PROBE_EVERY_MS)
      core.at(atMs, () => {
        delaysMs.push(core.nowMs - atMs);
        return 0;
      });
    const utilization = core.runUntil(windowMs + WINDOW_MS) / WINDOW_MS;
    const loopDelayMs = percentile(delaysMs, 0.5);
    limit.observe({
      lastsMs: WINDOW_MS,
      utilization,
      cpuWait: 0,
      loopDelayMs,
      timesMs,
      arrived,
      refusedAhead: 0,
    });
    [timesMs, delaysMs] = [[], []];
    arrived = 0;
  }
  return answers;
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

const isRefused = (one: Answer): boolean => one.isRefused;
const accepted = (answers: readonly Answer[]): Answer[] => answers.filter((one) => !isRefused(one));
const p95Of = (answers: readonly Answer[]): number =>
  percentile(
    answers.map(({ tookMs }) => tookMs),
    0.95,
  );

const OTHERS = ["b", "c", "d", "e", "f", "g", "h", "i", "j"];
const usual = (perSecond: number) => Object.fromEntries(OTHERS.map((name) => [name, perSecond]));
const [CALM_MS, CROWD_MS, AFTER_MS] = [20_000, 60_000, 20_000];
/** How long the largest burst takes that is admitted, beside what else is done. */
const longestBurstMs = (on: Machine): number => (1_250 * EDGE_BOUNDS.patient) / capacityOf(on);
/** Until it is certain that this is no burst, and what came with it is done. */
const learningMs = (on: Machine): number => 2_000 + (1_000 * EDGE_BOUNDS.patient) / capacityOf(on);
/** A burst comes within one window. */
const BURST_MS = WINDOW_MS;
/** Of what a machine can do, so that nothing queues for long. */
const SUSTAINED = 0.55;
/** Accepted requests may take so many times their unloaded time, at the 95th percentile; a quick one as long as any. */
const MOST_TIMES_SLOWER = 4.5;
const SHORT_MS = 100;
const limitOf = (on: Machine): number => Math.max(SHORT_MS, MOST_TIMES_SLOWER * unloadedMs(on));

/** Ten tenants that all come at one rate; then one of them comes so much more that all make `times` that. */
function crowdOn(on: Machine, times: number) {
  const each = (SUSTAINED * capacityOf(on)) / 10;
  const many = (10 * times - 9) * each;
  const answers = simulate(
    on,
    (atMs) => {
      const isCrowd = atMs >= CALM_MS && atMs < CALM_MS + CROWD_MS;
      return { a: isCrowd ? many : each, ...usual(each) };
    },
    CALM_MS + CROWD_MS + AFTER_MS,
  );
  const between = (from: number, to: number) =>
    answers.filter(({ atMs }) => atMs >= from && atMs < to);
  return {
    calm: between(0, CALM_MS),
    later: between(CALM_MS + learningMs(on), CALM_MS + CROWD_MS),
    after: between(CALM_MS + CROWD_MS + 10_000, Infinity),
  };
}

describe.each([
  ["a quick machine", 1],
  ["a machine of a quarter of its speed", 4],
  ["a machine of a tenth of its speed", 10],
])("admission on %s", (_name, slowness) => {
  const on = machine(slowness);
  describe.each([3, 10])("when one tenant makes it %d times what it sustains", (times) => {
    const { calm, later, after } = crowdOn(on, times);

    it("refuses nothing before", () => {
      expect(calm.length).toBeGreaterThan((SUSTAINED * capacityOf(on) * CALM_MS * 0.85) / 1_000);
      expect(calm.filter(isRefused)).toEqual([]);
    });

    it("answers what it accepts in time", () => {
      expect(p95Of(accepted(later))).toBeLessThanOrEqual(limitOf(on));
    });

    it("goes on at nine tenths of the rate that the refusals leave", () => {
      const refusalsMs = later.filter(isRefused).length * (on.arrivalMs + on.refusalMs);
      const leftMs = CROWD_MS - learningMs(on) - refusalsMs;
      expect(accepted(later).length).toBeGreaterThan(0.9 * capacityOf(on) * (leftMs / 1_000));
    });

    it("refuses within 100 ms, or a few slices of a slow machine", () => {
      const refused = later.filter(isRefused);
      expect(refused.length).toBeGreaterThan(100);
      expect(p95Of(refused)).toBeLessThanOrEqual(Math.max(100, 6 * on.sliceMs));
    });

    it("serves the other tenants as before", () => {
      const others = later.filter(({ tenant }) => tenant !== "a");
      expect(others.filter(isRefused).length / others.length).toBeLessThan(0.01);
      expect(p95Of(accepted(others))).toBeLessThanOrEqual(limitOf(on));
    });

    it("is as it was within ten seconds", () => {
      expect(after.filter(isRefused)).toEqual([]);
      expect(p95Of(after)).toBeLessThanOrEqual(2 * p95Of(calm));
    });
  });
});

describe.each([
  ["a quick machine", 1],
  ["a machine of a quarter of its speed", 4],
])("admission on %s that is not overloaded", (_name, slowness) => {
  const on = machine(slowness);
  const each = (SUSTAINED * capacityOf(on)) / 10;

  it("refuses nothing, and goes on, when what it calls takes a second", () => {
    const slow = machine(slowness, (atMs) => (atMs > 10_000 && atMs < 30_000 ? 330 : 3 * slowness));
    const answers = simulate(slow, () => ({ a: each, ...usual(each) }), 50_000);
    expect(answers.filter(isRefused)).toEqual([]);
    const after = answers.filter(({ atMs }) => atMs > 40_000);
    expect(p95Of(after)).toBeLessThanOrEqual(limitOf(on));
  });

  it("refuses nothing of a burst that it can do within half a second", () => {
    const many = capacityOf(on) / 2 / (BURST_MS / 1_000);
    const answers = simulate(
      on,
      (atMs) => ({ a: atMs === 10_000 ? many : each, ...usual(each) }),
      30_000,
    );
    expect(answers.filter(isRefused)).toEqual([]);
    const after = answers.filter(({ atMs }) => atMs > 15_000);
    expect(p95Of(after)).toBeLessThanOrEqual(limitOf(on));
  });

  it("lets none wait for more than a burst when a little more comes than it can do", () => {
    const more = (1.1 * capacityOf(on)) / 10;
    const answers = simulate(on, () => ({ a: more, ...usual(more) }), 60_000);
    const later = answers.filter(({ atMs }) => atMs > learningMs(on));
    expect(p95Of(accepted(later))).toBeLessThanOrEqual(longestBurstMs(on));
    expect(accepted(later).length).toBeGreaterThan(
      (0.85 * capacityOf(on) * (60_000 - learningMs(on))) / 1_000,
    );
  });
});
