import fc from "fast-check";
import { expect, it } from "vitest";
import { MemoryBuckets } from "./memory-buckets.ts";

const bucket = (key: string, capacity = 100, refillPerSecond = 10) => ({
  key,
  capacity,
  refillPerSecond,
});

function buckets() {
  const clock = { ms: 0 };
  return { clock, buckets: new MemoryBuckets(() => clock.ms) };
}

it("takes available points and returns the time to wait when there are too few", () => {
  const { clock, buckets: memory } = buckets();
  expect(memory.take(80, [bucket("a")])).toEqual({
    taken: true,
    remaining: 20,
    waitSeconds: 0,
  });
  expect(memory.take(50, [bucket("a")])).toEqual({
    taken: false,
    remaining: 20,
    waitSeconds: 3,
  });
  clock.ms = 3_000;
  expect(memory.take(50, [bucket("a")])).toMatchObject({ taken: true, remaining: 0 });
});

it("takes from no bucket when one of them has too few points", () => {
  const { buckets: memory } = buckets();
  memory.take(95, [bucket("tenant")]);
  const refused = memory.take(10, [bucket("client"), bucket("tenant")]);
  expect(refused).toMatchObject({ taken: false, remaining: 100 });
  expect(memory.take(100, [bucket("client")])).toMatchObject({ taken: true });
});

it("grants at most the capacity and the refill when points are taken and returned in any order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ waitMs: fc.nat(2_000), points: fc.nat(60), givenBack: fc.nat(60) }), {
        maxLength: 60,
      }),
      (steps) => {
        const { clock, buckets: memory } = buckets();
        let net = 0;
        for (const { waitMs, points, givenBack } of steps) {
          clock.ms += waitMs;
          const { taken, remaining } = memory.take(points, [bucket("a")]);
          expect(remaining).toBeGreaterThanOrEqual(-1e-9);
          expect(remaining).toBeLessThanOrEqual(100);
          if (!taken) continue;
          const back = Math.min(points, givenBack);
          memory.giveBack(back, [bucket("a")]);
          net += points - back;
        }
        expect(net).toBeLessThanOrEqual(100 + (clock.ms / 1000) * 10 + 1e-6);
      },
    ),
  );
});
