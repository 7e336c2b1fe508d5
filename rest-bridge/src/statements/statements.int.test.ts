import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CASH, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { STATEMENT, STATEMENT_JOB, UNDO_JOB } from "../fake-graph/statements.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

const STATEMENTS = "/api/v1/statements";
const CONTENT = "Date,Text,Amount\n2026-06-10,=Rent,-1200.00\n";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const importFile = (changes: object = {}, headers = {}) => {
  const body = { accountId: CASH, content: CONTENT, ...changes };
  return service.send(STATEMENTS, sendJson("POST", body, headers));
};
const preview = (content: string, more: object = {}) =>
  service.send(`${STATEMENTS}/preview`, sendJson("POST", { accountId: CASH, content, ...more }));
const undo = (id: string) =>
  service.send(`${STATEMENTS}/${id}/undo`, sendJson("POST", { reason: "Wrong account" }));
const move = (line: number, accountId: string) =>
  service.send(
    `${STATEMENTS}/${STATEMENT}/lines/${line}/move`,
    sendJson("POST", { accountId, rule: { contains: ["rent"] } }),
  );
const split = (line: number, amount: string) =>
  service.send(
    `${STATEMENTS}/${STATEMENT}/lines/${line}/split`,
    sendJson("POST", { parts: [{ accountId: UNKNOWN, amount }] }),
  );
const compare = (accountId: string, direction: "IN" | "OUT") => {
  const rules = [{ contains: ["rent"], direction, accountId: UNKNOWN }];
  return service.send(`${STATEMENTS}/rules-effect`, sendJson("POST", { accountId, rules }));
};
const fieldsOf = (): string[] => service.graph.fields.map(({ field }) => field);

it("imports a file as a job whose address is in the answer", async () => {
  const id = newId();
  const answer = await importFile({ id });
  expect([answer.status, answer.json()]).toMatchObject([
    202,
    { state: "WAITING", result: { statementId: id } },
  ]);
  expect(service.graph.uploaded(id)?.toString()).toBe(CONTENT);
  const job = await service.send(answer.headers.get("location") ?? "");
  expect(job.json()).toMatchObject({
    id: STATEMENT_JOB,
    state: "FAILED",
    result: { statementId: STATEMENT, faults: [{ message: "has no date" }] },
  });
  const cancelled = await service.send(
    `/api/v1/jobs/${STATEMENT_JOB}/cancel`,
    sendJson("POST", {}),
  );
  expect(cancelled.json()).toMatchObject({ state: "CANCELLED" });
});

it("is one import when it is repeated with an id or a key, and uploads nothing twice", async () => {
  const key = { "idempotency-key": "k-1" };
  const first = await importFile({}, key);
  const again = await importFile({}, key);
  expect(again.json()).toEqual(first.json());
  expect(fieldsOf().filter((field) => field === "appendStatementImport").length).toBe(1);
  const other = await importFile({}, { "idempotency-key": "k-2" });
  expect(other.json()["result"]).not.toEqual(first.json()["result"]);
});

it("refuses a file that is given twice or not at all, and another account", async () => {
  for (const changes of [
    { contentBase64: "AAAA" },
    { content: undefined },
    { content: undefined, contentBase64: "§" },
  ]) {
    const refused = await importFile(changes);
    expect([refused.status, refused.json()]).toMatchObject([400, { code: "INVALID_INPUT" }]);
  }
  expect(fieldsOf()).toEqual([]);
  const missing = await importFile({ accountId: UNKNOWN });
  expect([missing.status, missing.json()]).toMatchObject([404, { code: "ACCOUNT_NOT_FOUND" }]);
});

it("shows how a file would be imported", async () => {
  expect((await preview(CONTENT)).json()).toMatchObject({ lineCount: 2, newLines: 2, breaks: [] });
  const refused = await preview("nothing");
  expect([refused.status, refused.json()]).toMatchObject([422, { code: "STATEMENT_INVALID" }]);
});

it("lists statements of a fund or an account, and pages through the lines of one", async () => {
  const summary = { id: STATEMENT, accountId: CASH, currency: "EUR", closingBalance: "12.00" };
  for (const filter of [`fundId=${FUND}`, `accountId=${CASH}`]) {
    const list = await service.send(`${STATEMENTS}?${filter}`);
    expect(list.json()).toMatchObject({ items: [summary], nextCursor: null });
  }
  expect((await service.send(STATEMENTS)).status).toBe(400);
  expect((await service.send(`${STATEMENTS}?fundId=${UNKNOWN}`)).status).toBe(404);
  const one = await service.send(`${STATEMENTS}/${STATEMENT}`);
  expect(one.json()).toMatchObject({
    ...summary,
    breaks: [
      { difference: "2.00", line: null },
      { difference: "3.00", line: 7 },
    ],
  });
  expect((await service.send(`${STATEMENTS}/${UNKNOWN}`)).status).toBe(404);
  const lines = await service.send(`${STATEMENTS}/${STATEMENT}/lines?first=1`);
  expect(lines.json()).toMatchObject({ items: [{ number: 1, amount: "-1200.00" }] });
  const next = await service.send(lines.headers.get("link")?.match(/<(.*)>/)?.[1] ?? "");
  expect(next.json()).toMatchObject({ items: [{ number: 2 }], nextCursor: null });
});

it("takes an import back with its reason", async () => {
  expect((await undo(STATEMENT)).json()).toMatchObject({
    state: "UNDONE",
    undoReason: "Wrong account",
  });
  expect((await undo(UNKNOWN)).status).toBe(404);
});

it("takes an import back by a job, which can be read and cancelled", async () => {
  const start = (id: string) =>
    service.send(`${STATEMENTS}/${id}/undo-jobs`, sendJson("POST", { reason: "Wrong account" }));
  const begun = await start(STATEMENT);
  expect([begun.status, begun.headers.get("location"), begun.json()]).toMatchObject([
    202,
    `/api/v1/jobs/${UNDO_JOB}`,
    { kind: "statement-undo", result: { statementId: STATEMENT } },
  ]);
  expect((await service.send(`/api/v1/jobs/${UNDO_JOB}`)).json()).toMatchObject({
    state: "SUCCEEDED",
    result: { statementId: STATEMENT, reversed: 2, obstacles: [] },
  });
  const cancelled = await service.send(`/api/v1/jobs/${UNDO_JOB}/cancel`, sendJson("POST", {}));
  expect(cancelled.json()).toMatchObject({ state: "CANCELLED" });
  expect((await start(UNKNOWN)).status).toBe(404);
});

it("moves a line to another account, or names the proposal that waits", async () => {
  expect((await move(1, UNKNOWN)).json()).toMatchObject({ id: STATEMENT, accountId: CASH });
  const waits = await move(1, CASH);
  expect([waits.status, waits.headers.get("location"), waits.json()]).toMatchObject([
    202,
    `/api/v1/proposals/${STATEMENT_JOB}`,
    { status: "WAITING_FOR_APPROVAL" },
  ]);
  expect((await move(9, UNKNOWN)).json()).toMatchObject({ code: "STATEMENT_INVALID" });
  expect((await move(0, UNKNOWN)).status).toBe(400);
});

it("splits a line over several accounts", async () => {
  expect((await split(1, "450.00")).json()).toMatchObject({ id: STATEMENT, accountId: CASH });
  expect((await split(9, "450.00")).json()).toMatchObject({ code: "STATEMENT_INVALID" });
  expect((await split(1, "much")).status).toBe(400);
});

it("splits lines before their import, and shows the parts of lines", async () => {
  const parts = [
    { accountId: UNKNOWN, amount: "1150.00" },
    { accountId: CASH, amount: "50.00" },
  ];
  const splits = [{ line: 1, parts }];
  const previewed = await preview(CONTENT, { splits });
  expect(previewed.json()).toMatchObject({
    lines: [{ amount: "-1200.00", parts: parts.map((each) => ({ ...each, dimensions: [] })) }],
  });
  expect((await importFile({ splits })).status).toBe(202);
  expect(service.graph.uploadInput?.splits).toEqual(splits);
  for (const wrong of [[{ line: 0, parts }], [{ line: 1, parts: [] }], [{ line: 1 }]])
    expect((await importFile({ splits: wrong })).status).toBe(400);
  const lines = await service.send(`${STATEMENTS}/${STATEMENT}/lines?first=1`);
  const stored = { accountId: CASH, amount: "1200.00" };
  const dimensions = [{ dimension: "site", value: "1" }];
  expect(lines.json()).toMatchObject({ items: [{ parts: [{ ...stored, dimensions }] }] });
});

it("compares rules with where lines went", async () => {
  expect((await compare(CASH, "OUT")).json()).toMatchObject({
    compared: 2,
    redirected: 1,
    lines: [{ number: 1, amount: "-1200.00", fromAccountId: CASH, toAccountId: UNKNOWN }],
  });
  expect((await compare(CASH, "IN")).json()).toMatchObject({ redirected: 0, lines: [] });
  expect((await compare(UNKNOWN, "IN")).status).toBe(404);
});

it("shows an account beside its statements", async () => {
  const path = "/api/v1/reconciliation?accountId=";
  expect((await service.send(path + CASH)).json()).toMatchObject({
    accountId: CASH,
    currency: "EUR",
    bookBalance: "100.00",
    isReconciled: false,
    items: [{ side: "BANK", amount: "-1200.00", ageDays: 20 }],
  });
  expect((await service.send(path + UNKNOWN)).status).toBe(404);
});
