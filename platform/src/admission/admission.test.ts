import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConcurrencyLimit, type WindowFigures } from "./concurrency-limit.ts";
import { FairShares, type Requester } from "./fair-shares.ts";

const BOUNDS = { least: 10, patient: 40, most: 200 };
const calm: WindowFigures = {
  lastsMs: 250,
  utilization: 0.4,
  cpuWait: 0,
  loopDelayMs: 1,
  timesMs: Array<number>(50).fill(15),
  arrived: 50,
  refusedAhead: 0,
};
const congested: WindowFigures = {
  ...calm,
  utilization: 0.99,
  timesMs: Array<number>(10).fill(400),
  arrived: 14,
};

describe("the limit of concurrent requests", () => {
  it("falls at once to what is patient when requests queue, and below while far more come than are done", () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    for (let window = 0; window < 5; window += 1) limit.observe(calm);
    for (let window = 0; window < 50; window += 1) limit.observe(congested);
    expect(limit.value).toBe(BOUNDS.patient);
    for (let window = 0; window < 7; window += 1) limit.observe({ ...congested, arrived: 500 });
    expect(limit.value).toBe(BOUNDS.least);
    for (let window = 0; window < 60; window += 1) limit.observe(calm);
    expect(limit.value).toBe(BOUNDS.most);
  });

  it("stays when requests wait for an upstream, and this process does not work", () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    limit.observe(calm);
    for (let window = 0; window < 50; window += 1)
      limit.observe({ ...congested, utilization: 0.3 });
    expect(limit.value).toBe(BOUNDS.most);
  });

  it("falls when requests queue because the machine has no processor for this process", () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    limit.observe(calm);
    const crowded = { ...congested, utilization: 0.5, cpuWait: 0.3, arrived: 500 };
    for (let window = 0; window < 10; window += 1) limit.observe(crowded);
    expect(limit.value).toBe(BOUNDS.least);
    for (let window = 0; window < 60; window += 1) limit.observe({ ...calm, cpuWait: 0.3 });
    expect(limit.value).toBe(BOUNDS.most);
  });

  it("falls when a service ahead refuses requests, however idle this process is, and not for one of many", () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    for (let window = 0; window < 50; window += 1) limit.observe({ ...calm, refusedAhead: 2 });
    expect(limit.value).toBe(BOUNDS.most);
    const refusing = { ...calm, refusedAhead: 10 };
    for (let window = 0; window < 50; window += 1) limit.observe(refusing);
    expect(limit.value).toBe(BOUNDS.patient);
    for (let window = 0; window < 50; window += 1) limit.observe({ ...refusing, arrived: 200 });
    expect(limit.value).toBe(BOUNDS.least);
  });

  it("stays between its bounds, whatever the windows show", () => {
    const windows = fc.record({
      utilization: fc.double({ min: 0, max: 1, noNaN: true }),
      cpuWait: fc.double({ min: 0, max: 1, noNaN: true }),
      loopDelayMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
      timesMs: fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { maxLength: 40 }),
      lastsMs: fc.double({ min: 1, max: 10_000, noNaN: true }),
      arrived: fc.nat({ max: 100 }),
      refusedAhead: fc.nat({ max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(windows, { maxLength: 40 }), (all) => {
        const limit = new ConcurrencyLimit(BOUNDS);
        for (const figures of all) limit.observe(figures);
        expect(limit.value).toBeGreaterThanOrEqual(BOUNDS.least);
        expect(limit.value).toBeLessThanOrEqual(BOUNDS.most);
      }),
      { seed: 16 },
    );
  });
});

const HOG: Requester = { tenant: "a", client: "hog" };
const SMALL: Requester = { tenant: "b", client: "small" };
const LIMIT = 20;

/** Every millisecond each comes so often; a request lasts for 20 ms. Resolves to who ran and who was refused at the end. */
function contend(comers: readonly (readonly [Requester, everyMs: number])[], lastsMs = 10_000) {
  const shares = new FairShares();
  const running: { readonly who: Requester; readonly endMs: number }[] = [];
  const counts = new Map(comers.map(([who]) => [who, { came: 0, refused: 0, running: 0 }]));
  for (let nowMs = 0; nowMs < lastsMs; nowMs += 1) {
    while ((running[0]?.endMs ?? Infinity) <= nowMs) {
      const ended = running.shift();
      if (ended !== undefined) shares.leave(ended.who, nowMs);
    }
    for (const [who, everyMs] of comers) {
      const count = counts.get(who);
      if (nowMs % Math.max(1, everyMs) !== 0 || count === undefined) continue;
      for (let nth = 0; nth < Math.max(1, Math.round(1 / everyMs)); nth += 1) {
        count.came += 1;
        if (shares.enter(who, LIMIT, nowMs) === undefined) running.push({ who, endMs: nowMs + 20 });
        else count.refused += 1;
      }
    }
  }
  for (const { who } of running) {
    const count = counts.get(who);
    if (count !== undefined) count.running += 1;
  }
  return [...counts.values()];
}

describe("the shares of a busy server", () => {
  it("refuse the client with fifty times its share first, and never the other", () => {
    const [hog, small] = contend([
      [HOG, 0.02],
      [SMALL, 10],
    ]);
    expect(small?.refused).toBe(0);
    expect(hog?.refused).toBeGreaterThan(400_000);
  });

  it("leave to many small tenants together what they use, and the rest to the large one", () => {
    const many = Array.from({ length: 9 }, (_, nth): [Requester, number] => [
      { tenant: `t${nth}`, client: "one" },
      20 + nth,
    ]);
    const [hog, ...small] = contend([[HOG, 0.1], ...many]);
    expect(small.map(({ refused }) => refused)).toEqual(small.map(() => 0));
    expect(hog?.running).toBeGreaterThanOrEqual(10);
  });

  it.each([
    ["tenants", SMALL],
    ["clients of one tenant", { ...HOG, client: "other" }],
  ])("are about equal between two %s that both want all", (_what, other) => {
    const [one, two] = contend([
      [HOG, 0.1],
      [other, 0.1],
    ]);
    expect(one?.running).toBeGreaterThanOrEqual(6);
    expect(two?.running).toBeGreaterThanOrEqual(6);
  });

  it("keep no more than those who came lately, however many came once", () => {
    const shares = new FairShares();
    let refused = 0;
    for (let nth = 0; nth < 200_000; nth += 1) {
      const once: Requester = { tenant: "", client: `address ${nth}` };
      if (shares.enter(once, LIMIT, nth) !== undefined) refused += 1;
      shares.leave(once, nth);
    }
    expect(refused).toBe(0);
    expect(shares.kept).toBeLessThan(20_000);
    expect(shares.running).toBe(0);
  });

  it("leave everything to the only client", () => {
    const shares = new FairShares();
    let admitted = 0;
    while (shares.enter(HOG, LIMIT, 1) === undefined) admitted += 1;
    expect(admitted).toBe(LIMIT);
    expect(shares.running).toBe(LIMIT);
    expect(shares.enter(HOG, LIMIT, 1)).toBe("limit");
  });

  it("count what is under way, in whatever order they come and go", () => {
    const requester = fc.record({
      tenant: fc.constantFrom("a", "b", "c"),
      client: fc.constantFrom("x", "y", "z"),
    });
    fc.assert(
      fc.property(fc.array(requester, { maxLength: 100 }), (requesters) => {
        const shares = new FairShares();
        const entered = requesters.filter(
          (one, index) => shares.enter(one, 12, index * 100) === undefined,
        );
        const most = shares.running;
        for (const one of entered) shares.leave(one, 10_000);
        expect(most).toBe(entered.length);
        expect(most).toBeLessThanOrEqual(12 * 4);
        expect(shares.running).toBe(0);
      }),
      { seed: 16 },
    );
  });
});
