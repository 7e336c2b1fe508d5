import { describe, expect, it } from "vitest";
import { randomFrom } from "../testing/seed.ts";
import { ConcurrencyLimit, EDGE_BOUNDS } from "./concurrency-limit.ts";
import { FairShares, type Requester } from "./fair-shares.ts";

/** A service at the edge and what it calls on one core, in a time of its own: no figure depends on the machine. */
interface Machine {
  readonly arrivalMs: number;
  readonly refusalMs: number;
  readonly sliceMs: number;
  /** How often, and for how long, on average it does something else; never when absent. */
  readonly stalls?: { readonly everyMs: number; readonly lastMs: number };
  /** Slices of a request of a tenant; 4 when absent. */
  readonly slicesOf?: (tenant: string) => number;
}

const CALM_MACHINE: Machine = { arrivalMs: 0.1, refusalMs: 0.1, sliceMs: 2.5 };
/** Faster, and busy with other things for a tenth of its time. */
const BUSY_MACHINE: Machine = {
  arrivalMs: 0.1,
  refusalMs: 0.2,
  sliceMs: 1.4,
  stalls: { everyMs: 500, lastMs: 60 },
};
/** So fast that refusals of ten times its load leave it hardly enough for what the other tenants send. */
const FAST_MACHINE: Machine = { arrivalMs: 0.03, refusalMs: 0.06, sliceMs: 0.8 };
const SLICES = 4;
/** Between two slices, while other machines work. */
const AWAY_MS = 3;
const WINDOW_MS = 250;
const PROBE_EVERY_MS = 10;

/** The core is busy for 10.1 ms of each request: 99 a second at most. */
const SUSTAINED = 60;

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

function simulate(rates: Rates, lastsMs: number, machine: Machine, seed = 16): Answer[] {
  const { arrivalMs, refusalMs, sliceMs, stalls, slicesOf } = machine;
  const [core, chance] = [new Core(), randomFrom(seed)];
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
      return answered(arrivalMs + refusalMs, true);
    const begunMs = core.nowMs;
    const slice = (left: number) => (): number => {
      if (left > 1) {
        core.at(core.nowMs + sliceMs + AWAY_MS, slice(left - 1));
        return sliceMs;
      }
      shares.leave(requester, core.nowMs);
      timesMs.push(core.nowMs + sliceMs - begunMs);
      return answered(sliceMs, false);
    };
    core.at(core.nowMs, slice(slicesOf?.(requester.tenant) ?? SLICES));
    return arrivalMs;
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
    for (let atMs = windowMs; atMs < windowMs + WINDOW_MS; atMs += 5)
      if (stalls !== undefined && chance(1_000_000) < 5_000_000 / stalls.everyMs)
        core.at(atMs, () => stalls.lastMs * (0.5 + chance(1_000) / 1_000));
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

const accepted = (answers: readonly Answer[]): Answer[] =>
  answers.filter(({ isRefused }) => !isRefused);
const p95Of = (answers: readonly Answer[]): number =>
  percentile(
    answers.map(({ tookMs }) => tookMs),
    0.95,
  );

const refusedOf = (answers: readonly Answer[]): number =>
  answers.filter(({ isRefused }) => isRefused).length / answers.length;

const OTHERS = ["b", "c", "d", "e", "f", "g", "h", "i", "j"];
const usual = (perSecond: number) => Object.fromEntries(OTHERS.map((name) => [name, perSecond]));
const [CALM_MS, CROWD_MS, AFTER_MS] = [30_000, 60_000, 20_000];
const LEARNING_MS = 4_000;

describe("a server with ten times the load that it sustains, nearly all of one tenant", () => {
  const each = SUSTAINED / 10;
  const answers = simulate(
    (atMs) => {
      const isCrowd = atMs >= CALM_MS && atMs < CALM_MS + CROWD_MS;
      return { a: isCrowd ? each * 91 : each, ...usual(each) };
    },
    CALM_MS + CROWD_MS + AFTER_MS,
    CALM_MACHINE,
  );
  const between = (from: number, to: number) =>
    answers.filter(({ atMs }) => atMs >= from && atMs < to);
  const calm = between(0, CALM_MS);
  // Until it is certain that this is no burst, and what came with it is done.
  const crowd = between(CALM_MS + LEARNING_MS, CALM_MS + CROWD_MS);

  it("refuses nothing while it is calm", () => {
    expect(calm.length).toBeGreaterThan((SUSTAINED * CALM_MS * 0.9) / 1_000);
    expect(calm.filter(({ isRefused }) => isRefused)).toEqual([]);
  });

  it("answers what it accepts in 100 ms at the 95th percentile, and goes on at its full rate", () => {
    expect(p95Of(accepted(crowd))).toBeLessThanOrEqual(100);
    expect(accepted(crowd).length / ((CROWD_MS - LEARNING_MS) / 1_000)).toBeGreaterThan(
      SUSTAINED * 0.9,
    );
  });

  it("refuses the others within 100 ms", () => {
    const refused = crowd.filter(({ isRefused }) => isRefused);
    expect(refused.length).toBeGreaterThan(20_000);
    expect(
      percentile(
        refused.map(({ tookMs }) => tookMs),
        0.99,
      ),
    ).toBeLessThanOrEqual(100);
  });

  it("serves the other tenants as before", () => {
    const others = crowd.filter(({ tenant }) => tenant !== "a");
    expect(refusedOf(others)).toBeLessThan(0.002);
    expect(p95Of(accepted(others))).toBeLessThanOrEqual(100);
  });

  it("is as it was within ten seconds", () => {
    const after = between(CALM_MS + CROWD_MS + 10_000, Infinity);
    expect(after.filter(({ isRefused }) => isRefused)).toEqual([]);
    expect(p95Of(after)).toBeLessThanOrEqual(2 * p95Of(calm));
  });
});

/** After the first seconds. */
const of = (answers: readonly Answer[], isOne: (tenant: string) => boolean): Answer[] =>
  answers.filter(({ tenant, atMs }) => atMs > 2 * LEARNING_MS && isOne(tenant));
const isLarge = (tenant: string): boolean => tenant === "a";
const isOther = (tenant: string): boolean => !isLarge(tenant);
const longOfOne = (tenant: string): number => (isLarge(tenant) ? 15 * SLICES : SLICES);

const suddenCrowd = (atMs: number) => ({ a: atMs < LEARNING_MS ? 25 : 25 * 91, ...usual(25) });

describe("tenants that need less than their equal share of a server", () => {
  it.each([1, 2, 3])(
    "are not refused when one tenant sends ninety times as much to a busy machine, seed %i",
    (seed) => {
      const rates = { a: 7.8 * 91, ...usual(7.8) };
      const others = of(
        simulate(() => rates, CROWD_MS, BUSY_MACHINE, seed),
        isOther,
      );
      expect(others.length).toBeGreaterThan(3_000);
      expect(refusedOf(others)).toBeLessThan(0.01);
    },
  );

  it("are served when a crowd leaves hardly enough for them, where shares are less than any of them needs", () => {
    const answers = simulate(suddenCrowd, CROWD_MS / 2, FAST_MACHINE);
    const others = of(answers, isOther);
    expect(others.length).toBeGreaterThan(2_000);
    expect(refusedOf(others)).toBeLessThan(0.02);
    expect(p95Of(accepted(of(answers, () => true)))).toBeLessThan(120);
  });

  it("are not refused when they are many and small", () => {
    const many = Array.from({ length: 150 }, (_, nth) => [`t${nth}`, 0.4] as const);
    const rates = { a: 700, ...Object.fromEntries(many) };
    const others = of(
      simulate(() => rates, CROWD_MS, BUSY_MACHINE),
      isOther,
    );
    expect(refusedOf(others)).toBeLessThan(0.01);
  });

  it("are not refused when requests of another tenant take fifteen times as long, and it has no more than the rest", () => {
    const machine = { ...BUSY_MACHINE, slicesOf: longOfOne };
    const answers = simulate(() => ({ a: 20, ...usual(6) }), CROWD_MS, machine);
    expect(refusedOf(of(answers, isOther))).toBeLessThan(0.01);
    expect(refusedOf(of(answers, isLarge))).toBeGreaterThan(0.5);
  });

  it("have as much as they ask for beside two that want everything, which have the same", () => {
    const rates = { a: 400, b: 400, c: 15, d: 5 };
    const answers = simulate(() => rates, CROWD_MS, BUSY_MACHINE);
    for (const small of ["c", "d"])
      expect(refusedOf(of(answers, (tenant) => tenant === small))).toBeLessThan(0.01);
    const [a = 0, b = 0] = ["a", "b"].map(
      (name) => accepted(of(answers, (tenant) => tenant === name)).length,
    );
    expect(Math.abs(a - b) / (a + b)).toBeLessThan(0.1);
  });
});
