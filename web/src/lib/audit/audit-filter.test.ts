import { expect, test } from "vitest";
import { auditSearch, readAuditQuestion, toAuditFilter } from "./audit-filter.ts";

test("days become moments, and the last day is shown to its end", () => {
  const question = readAuditQuestion(new URLSearchParams("from=2026-11-01&to=2026-11-30"));
  expect(toAuditFilter(question)).toEqual({
    actions: null,
    actorId: null,
    outcome: null,
    from: "2026-11-01T00:00:00Z",
    to: "2026-12-01T00:00:00.000Z",
  });
});

test("what is no day and no outcome is left out", () => {
  const question = readAuditQuestion(new URLSearchParams("from=soon&outcome=MAYBE&action=sign-in"));
  expect(toAuditFilter(question)).toMatchObject({
    actions: ["sign-in"],
    outcome: null,
    from: null,
  });
});

test("a question survives its address", () => {
  const question = readAuditQuestion(new URLSearchParams("action=sign-in&actorId=7&to=2026-11-30"));
  const search = auditSearch(question, "cursor");
  expect(search).toBe("?action=sign-in&actorId=7&to=2026-11-30&after=cursor");
  expect(readAuditQuestion(new URLSearchParams(search))).toEqual(question);
});
