import { expect, test } from "vitest";
import { auditSearch, readAuditQuery, toAuditFilter } from "./audit-filter.ts";

test("turns days into timestamps and includes the last day", () => {
  const query = readAuditQuery(new URLSearchParams("from=2026-11-01&to=2026-11-30"));
  expect(toAuditFilter(query, "UTC")).toEqual({
    actions: null,
    actorId: null,
    outcome: null,
    from: "2026-11-01T00:00:00.000Z",
    to: "2026-12-01T00:00:00.000Z",
  });
  expect(toAuditFilter(query, "Pacific/Kiritimati")).toMatchObject({
    from: "2026-10-31T10:00:00.000Z",
    to: "2026-11-30T10:00:00.000Z",
  });
});

test("leaves out what is neither a day nor an outcome", () => {
  const query = readAuditQuery(new URLSearchParams("from=soon&outcome=MAYBE&action=sign-in"));
  expect(toAuditFilter(query, "UTC")).toMatchObject({
    actions: ["sign-in"],
    outcome: null,
    from: null,
  });
});

test("reads the same filter back from its address", () => {
  const query = readAuditQuery(new URLSearchParams("action=sign-in&actorId=7&to=2026-11-30"));
  const search = auditSearch(query, "cursor");
  expect(search).toBe("?action=sign-in&actorId=7&to=2026-11-30&after=cursor");
  expect(readAuditQuery(new URLSearchParams(search))).toEqual(query);
});
