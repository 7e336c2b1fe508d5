import fc from "fast-check";
import { expect, it } from "vitest";
import { GatheredBatches, type FeedBatch } from "./feed-subscription.ts";

let made = 0;
const batchOf = (size: number): FeedBatch => {
  const events = Array.from({ length: size }, () => {
    made += 1;
    const position = made;
    const [tenantId, fundId, type, recordedAt] = ["t", "f", "FundOpened", "2026-01-01T00:00:00Z"];
    return { tenantId, fundId, position, type, recordedAt, payload: {} };
  });
  return { cursor: `b${made}`, events };
};

const idle = { pause: () => undefined, resume: () => undefined };

it("yields one batch with the last cursor when several are waiting", async () => {
  const gathered = new GatheredBatches(idle);
  const [first, second, third] = [batchOf(2), batchOf(1), batchOf(3)];
  const taken = gathered[Symbol.asyncIterator]();
  gathered.add(first);
  expect((await taken.next()).value).toEqual(first);
  gathered.add(second);
  gathered.add(third);
  gathered.end();
  expect((await taken.next()).value).toEqual({
    cursor: third.cursor,
    events: [...second.events, ...third.events],
  });
  expect((await taken.next()).done).toBe(true);
});

it("yields every event in order, and whole batches, for any arrival pattern", async () => {
  const arrivals = fc.array(
    fc.record({ size: fc.integer({ min: 0, max: 700 }), taken: fc.boolean() }),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(arrivals, async (steps) => {
      const gathered = new GatheredBatches(idle);
      const taken = gathered[Symbol.asyncIterator]();
      const sent: FeedBatch[] = [];
      const got: FeedBatch[] = [];
      for (const step of steps) {
        const batch = batchOf(step.size);
        sent.push(batch);
        gathered.add(batch);
        if (step.taken) got.push((await taken.next()).value as FeedBatch);
      }
      gathered.end();
      for await (const batch of taken) got.push(batch);
      expect(got.flatMap(({ events }) => events)).toEqual(sent.flatMap(({ events }) => events));
      const cursors = new Set(sent.map(({ cursor }) => cursor));
      for (const { cursor, events } of got) {
        expect(cursors).toContain(cursor);
        expect(events.length).toBeLessThanOrEqual(1_000);
      }
    }),
  );
});

it("pauses the source when many events wait and resumes it when they are taken", async () => {
  const calls: string[] = [];
  const gathered = new GatheredBatches({
    pause: () => calls.push("pause"),
    resume: () => calls.push("resume"),
  });
  for (let count = 0; count < 10; count += 1) gathered.add(batchOf(500));
  expect(calls).toEqual(["pause"]);
  const taken = gathered[Symbol.asyncIterator]();
  await taken.next();
  await taken.next();
  expect(calls).toEqual(["pause", "resume"]);
});

it("yields waiting batches first, then throws, when the source fails", async () => {
  const gathered = new GatheredBatches(idle);
  gathered.add(batchOf(1));
  gathered.end(new Error("lost"));
  const taken = gathered[Symbol.asyncIterator]();
  expect((await taken.next()).value.events).toHaveLength(1);
  await expect(taken.next()).rejects.toThrow("lost");
});
