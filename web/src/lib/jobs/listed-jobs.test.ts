import { expect, test } from "vitest";
import { inOrder, mayCancel, type ListedJob } from "./listed-jobs.ts";

const job = (id: string, state: ListedJob["state"], day: string): ListedJob => ({
  id,
  part: "metrics",
  href: undefined,
  faults: [],
  kind: "simulation",
  state,
  progress: { done: 0, total: 0 },
  error: null,
  requestedAt: `2026-11-${day}T10:00:00.000Z`,
  finishedAt: null,
});

test("lists what is not finished before all else, and the newest first", () => {
  const listed = inOrder([
    job("old", "SUCCEEDED", "01"),
    job("waits", "WAITING", "02"),
    job("new", "FAILED", "27"),
    job("runs", "RUNNING", "03"),
  ]);
  expect(listed.map(({ id }) => id)).toEqual(["runs", "waits", "new", "old"]);
});

test("lets a person end the jobs of the parts that the role includes", () => {
  const may = { simulate: true, ask: false, verify: false, post: true };
  const ends = (part: ListedJob["part"], kind: string) =>
    mayCancel({ part, kind }, may as Parameters<typeof mayCancel>[1]);
  expect(ends("metrics", "simulation")).toBe(true);
  expect(ends("analytics", "answer")).toBe(false);
  expect(ends("ledger", "verification")).toBe(false);
  expect(ends("ledger", "statement-import")).toBe(true);
  expect(ends("ledger", "statement-undo")).toBe(true);
});
