import { afterAll, beforeAll, expect, it } from "vitest";
import { SHARE_CLASS } from "../fake-graph/orders.fixture.ts";
import { CASH, FEES, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, type OpenService } from "../service.fixture.ts";

const REPORTS = "/api/v1/reports";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

it("gives every account of a report, all of one position", async () => {
  const answer = await service.send(`${REPORTS}/trial-balance?fundId=${FUND}`);
  expect(answer.status).toBe(200);
  const { lines, ...report } = answer.json() as { lines: object[] };
  expect(report).toEqual({ report: "trial-balance", knownAt: 3 });
  expect(lines).toHaveLength(202);
  const fees = { code: "5000", name: "Fees", type: "EXPENSE", currency: "EUR", amount: "2.50" };
  expect(lines.at(-1)).toEqual({
    ...fees,
    accountId: FEES,
    debit: "2.50",
    credit: "0.00",
    activity: null,
  });
});

it("gives a cash flow of a period with the activity of each account", async () => {
  const period = "from=2026-01-01&to=2026-12-31&method=INDIRECT&knownAt=2";
  const answer = await service.send(`${REPORTS}/cash-flow?fundId=${FUND}&${period}`);
  expect(answer.json()).toMatchObject({
    knownAt: 2,
    lines: [{ code: "5000", amount: "-2.50", debit: null, activity: "OPERATING" }],
  });
});

it("downloads a report as CSV and as a workbook", async () => {
  const path = `${REPORTS}/trial-balance?fundId=${FUND}`;
  const csv = await service.send(path, { headers: { accept: "text/csv" } });
  expect(csv.headers.get("content-disposition")).toContain(`trial-balance-${FUND}.csv`);
  const lines = csv.text.split("\r\n");
  expect(lines[0]).toBe("code,name,type,currency,debit,credit,amount,activity,accountId");
  expect(lines[1]).toContain(`"'=HYPERLINK`);
  expect(lines).toHaveLength(204);
  const workbook = await service.send(path, { headers: { accept: XLSX } });
  expect(workbook.status).toBe(200);
  expect(workbook.headers.get("content-type")).toContain(XLSX);
  expect(workbook.text.slice(0, 2)).toBe("PK");
});

it("downloads a report as PDF", async () => {
  const period = "from=2026-01-01&to=2026-12-31&";
  for (const [report, dates] of [
    ["trial-balance", ""],
    ["cash-flow", period],
  ] as const) {
    const path = `${REPORTS}/${report}?${dates}fundId=${FUND}`;
    const pdf = await service.send(path, { headers: { accept: "application/pdf" } });
    expect(pdf.status).toBe(200);
    expect(pdf.headers.get("content-type")).toContain("application/pdf");
    expect(pdf.headers.get("content-disposition")).toContain(`${report}-${FUND}.pdf`);
    expect(pdf.text.slice(0, 5)).toBe("%PDF-");
  }
});

it("gives the part of a share class, and has none of a class of another fund", async () => {
  const path = `${REPORTS}/trial-balance?fundId=${FUND}&classId=`;
  const answer = await service.send(`${path}${SHARE_CLASS}`);
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ report: "trial-balance", knownAt: 3 });
  const absent = await service.send(`${path}${UNKNOWN}`);
  expect(absent.json()).toMatchObject({ status: 404, code: "SHARE_CLASS_NOT_FOUND" });
});

it("divides a report by a dimension, in every form", async () => {
  const path = `${REPORTS}/trial-balance?fundId=${FUND}&dimension=strategy`;
  const answer = await service.send(path);
  expect(answer.json()).toMatchObject({ lines: [{ value: "=EQUITY" }, { value: null }] });
  const csv = await service.send(path, { headers: { accept: "text/csv" } });
  const [heading, first, second] = csv.text.split("\r\n");
  expect(heading).toMatch(/^value,code,/);
  expect(first).toMatch(/^'=EQUITY,5000,/);
  expect(second).toMatch(/^,5000,/);
  const pdf = await service.send(path, { headers: { accept: "application/pdf" } });
  expect(pdf.text.slice(0, 5)).toBe("%PDF-");
});

it.each([
  ["the hierarchy", "", "level", "1", { level: 1 }],
  ["a dimension", "&dimension=strategy", "value", "", { value: null }],
])("gives days side by side by %s", async (_what, dimension, name, shown, line) => {
  const days = "days=2026-03-31,2026-06-30";
  const path = `/api/v1/comparative-reports/balance-sheet?fundId=${FUND}&${days}${dimension}`;
  const answer = await service.send(path);
  expect(answer.json()).toMatchObject({
    knownAt: 3,
    columns: [
      { from: null, to: "2026-03-31" },
      { from: null, to: "2026-06-30" },
    ],
    lines: [{ ...line, accountId: CASH, currency: "EUR", amounts: ["10.00", "12.00"] }],
  });
  const csv = await service.send(path, { headers: { accept: "text/csv" } });
  expect(csv.text.split("\r\n").slice(0, 2)).toEqual([
    `${name},code,name,type,currency,2026-03-31,2026-06-30,accountId`,
    `${shown},1000,Cash,ASSET,EUR,10.00,12.00,${CASH}`,
  ]);
  const workbook = await service.send(path, { headers: { accept: XLSX } });
  expect(workbook.text.slice(0, 2)).toBe("PK");
  const pdf = await service.send(path, { headers: { accept: "application/pdf" } });
  expect(pdf.headers.get("content-disposition")).toContain(`comparative-balance-sheet-${FUND}.pdf`);
  expect(pdf.text.slice(0, 5)).toBe("%PDF-");
});

it.each(["trial-balance", "balance-sheet"])(
  "gives the parts of a share class on several days in a %s, and none of a class of another fund",
  async (report) => {
    const path = `/api/v1/comparative-reports/${report}?fundId=${FUND}&days=2026-03-31,2026-06-30&classId=`;
    const answer = await service.send(`${path}${SHARE_CLASS}&depth=1`);
    expect(answer.json()).toMatchObject({
      report,
      knownAt: 3,
      lines: [{ level: 1, accountId: CASH, amounts: ["10.00", "12.00"] }],
    });
    const absent = await service.send(`${path}${UNKNOWN}`);
    expect(absent.json()).toMatchObject({ status: 404, code: "SHARE_CLASS_NOT_FOUND" });
  },
);

it("gives cash flows of periods side by side, with the activity of each account", async () => {
  const periods = "periods=2026-01-01..2026-03-31,2026-04-01..2026-06-30&method=INDIRECT&knownAt=2";
  const path = `/api/v1/comparative-reports/cash-flow?fundId=${FUND}&${periods}`;
  expect((await service.send(path)).json()).toMatchObject({
    knownAt: 2,
    columns: [
      { from: "2026-01-01", to: "2026-03-31" },
      { from: "2026-04-01", to: "2026-06-30" },
    ],
    lines: [{ accountId: FEES, activity: "OPERATING", amounts: ["-2.50", "-3.00"] }],
  });
  const csv = await service.send(path, { headers: { accept: "text/csv" } });
  expect(csv.text.split("\r\n").slice(0, 2)).toEqual([
    "code,name,type,activity,currency,2026-01-01..2026-03-31,2026-04-01..2026-06-30,accountId",
    `5000,Fees,EXPENSE,OPERATING,EUR,-2.50,-3.00,${FEES}`,
  ]);
});

it.each([
  ["one column", "balance-sheet", "days=2026-03-31"],
  [
    "periods of a balance sheet",
    "balance-sheet",
    "periods=2026-01-01..2026-01-31,2026-02-01..2026-02-28",
  ],
  ["no periods of an income statement", "income-statement", "depth=1"],
  ["days of a cash flow", "cash-flow", "days=2026-03-31,2026-06-30"],
  [
    "a class of an income statement",
    "income-statement",
    `periods=2026-01-01..2026-01-31,2026-02-01..2026-02-28&classId=${SHARE_CLASS}`,
  ],
  [
    "a class by a dimension",
    "trial-balance",
    `days=2026-03-31,2026-06-30&dimension=strategy&classId=${SHARE_CLASS}`,
  ],
  ["a method of a trial balance", "trial-balance", "days=2026-03-31,2026-06-30&method=DIRECT"],
  ["a chart without a dimension", "trial-balance", "days=2026-03-31,2026-06-30&without=strategy"],
  ["a depth of a dimension", "balance-sheet", "days=2026-03-31,2026-06-30&dimension=a&depth=1"],
])("refuses %s side by side", async (_what, report, rest) => {
  const path = `/api/v1/comparative-reports/${report}?fundId=${FUND}&${rest}`;
  expect((await service.send(path)).json()).toMatchObject({ status: 400, code: "INVALID_INPUT" });
});

it.each([
  ["a period of a report as of a day", `trial-balance?fundId=${FUND}&from=2026-01-01`],
  ["no period of a report that needs one", `income-statement?fundId=${FUND}`],
  ["a day of a report of a period", `cash-flow?fundId=${FUND}&asOf=2026-01-01`],
  ["a report without a dimension that is by none", `trial-balance?fundId=${FUND}&without=strategy`],
  [
    "a class by a dimension",
    `trial-balance?fundId=${FUND}&classId=${SHARE_CLASS}&dimension=strategy`,
  ],
])("refuses %s", async (_what, path) => {
  const answer = await service.send(`${REPORTS}/${path}`);
  expect(answer.json()).toMatchObject({ status: 400, code: "INVALID_INPUT" });
});

it("answers 404 when the fund does not exist", async () => {
  const answer = await service.send(`${REPORTS}/trial-balance?fundId=${UNKNOWN}`);
  expect(answer.json()).toMatchObject({ status: 404, code: "FUND_NOT_FOUND" });
});
