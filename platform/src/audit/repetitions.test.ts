import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { auditEvent, type AuditEvent } from "./audit-event.ts";
import { Repetitions } from "./repetitions.ts";

const event = (subject: string): AuditEvent =>
  auditEvent({
    action: "graph.refused",
    outcome: "REFUSED",
    caller: undefined,
    address: "127.0.0.1",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    subject,
    detail: { code: "FORBIDDEN" },
  });

let told: AuditEvent[];
let repetitions: Repetitions;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  repetitions = new Repetitions((one) => void told.push(one));
});
afterEach(() => vi.useRealTimers());

const lines = () => told.map(({ subject, detail }) => `${subject} ${detail["times"] ?? ""}`.trim());

it("tells the first at once, and the others of ten seconds in one line with an id of its own", () => {
  for (let count = 0; count < 5; count += 1) repetitions.note("a", event("a"));
  repetitions.note("b", event("b"));
  expect(lines()).toEqual(["a", "b"]);
  vi.advanceTimersByTime(10_000);
  expect(lines()).toEqual(["a", "b", "a 4"]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(3);
  repetitions.note("a", event("a"));
  expect(lines().at(-1)).toBe("a");
});

it("tells how many there were even where they are too many to be told apart", () => {
  for (let count = 0; count < 5_000; count += 1)
    repetitions.note(`place ${count}`, event(`place ${count}`));
  expect(told.length).toBe(1_001);
  repetitions.settle();
  expect(told.length).toBe(1_002);
  expect(told.at(-1)?.detail["times"]).toBe(5_000 - 1_001);
});
