import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConcurrencyLimit, type WindowFigures } from "./concurrency-limit.ts";
import { FairShares, type Requester } from "./fair-shares.ts";

const BOUNDS = { least: 10, most: 200 };
const calm: WindowFigures = {
  utilization: 0.4,
  loopDelayMs: 1,
  timesMs: Array<number>(50).fill(15),
};
const congested: WindowFigures = {
  ...calm,
  utilization: 0.99,
  timesMs: Array<number>(50).fill(400),
};

describe("the limit of concurrent requests", () => {
  it("falls to the least within a second when requests queue, and rises again when they do not", () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    for (let window = 0; window < 5; window += 1) limit.observe(calm);
    for (let window = 0; window < 5; window += 1) limit.observe(congested);
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

  it("stays between its bounds, whatever the windows show", () => {
    const windows = fc.record({
      utilization: fc.double({ min: 0, max: 1, noNaN: true }),
      loopDelayMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
      timesMs: fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { maxLength: 40 }),
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

describe("the shares of a busy server", () => {
  it("refuse the client with fifty times its share first, and never the other", () => {
    const shares = new FairShares();
    const refused = { hog: 0, small: 0 };
    for (let round = 0; round < 200; round += 1) {
      const entered: Requester[] = [];
      for (let request = 0; request < 50; request += 1) {
        if (shares.enter(HOG, 20, round) === undefined) entered.push(HOG);
        else refused.hog += 1;
      }
      if (shares.enter(SMALL, 20, round) === undefined) entered.push(SMALL);
      else refused.small += 1;
      for (const requester of entered) shares.leave(requester);
    }
    expect(refused.small).toBe(0);
    expect(refused.hog).toBeGreaterThan(200 * 20);
  });

  it("are equal between clients of one tenant, too", () => {
    const shares = new FairShares();
    const other = { ...HOG, client: "other" };
    shares.enter(other, 20, 0);
    shares.leave(other);
    let admitted = 0;
    while (shares.enter(HOG, 20, 1) === undefined) admitted += 1;
    expect(admitted).toBe(10);
    for (let request = 0; request < 10; request += 1)
      expect(shares.enter(other, 20, 2)).toBeUndefined();
    expect(shares.enter(other, 20, 2)).toBe("limit");
  });

  it("leave everything to the only client", () => {
    const shares = new FairShares();
    let admitted = 0;
    while (shares.enter(HOG, 20, 1) === undefined) admitted += 1;
    expect(admitted).toBe(20);
    expect(shares.running).toBe(20);
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
        for (const one of entered) shares.leave(one);
        expect(most).toBe(entered.length);
        expect(most).toBeLessThanOrEqual(15);
        expect(shares.running).toBe(0);
      }),
      { seed: 16 },
    );
  });
});
