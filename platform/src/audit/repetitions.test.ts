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

let recorded: AuditEvent[];
let repetitions: Repetitions;
beforeEach(() => {
  vi.useFakeTimers();
  recorded = [];
  repetitions = new Repetitions((one) => void recorded.push(one));
});
afterEach(() => vi.useRealTimers());

const lines = () =>
  recorded.map(({ subject, detail }) => `${subject} ${detail["times"] ?? ""}`.trim());

it("records the first event at once and later equal ones as one event when ten seconds have passed", () => {
  for (let count = 0; count < 5; count += 1) repetitions.note("a", event("a"));
  repetitions.note("b", event("b"));
  expect(lines()).toEqual(["a", "b"]);
  vi.advanceTimersByTime(10_000);
  expect(lines()).toEqual(["a", "b", "a 4"]);
  expect(new Set(recorded.map(({ id }) => id)).size).toBe(3);
  repetitions.note("a", event("a"));
  expect(lines().at(-1)).toBe("a");
});

it("counts every event when there are more kinds than it tracks", () => {
  for (let count = 0; count < 5_000; count += 1)
    repetitions.note(`place ${count}`, event(`place ${count}`));
  expect(recorded.length).toBe(1_001);
  repetitions.settle();
  expect(recorded.length).toBe(1_002);
  expect(recorded.at(-1)?.detail["times"]).toBe(5_000 - 1_001);
});
