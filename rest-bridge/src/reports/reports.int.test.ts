import { afterAll, beforeAll, expect, it } from "vitest";
import { FEES, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
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

it.each([
  ["a period of a report as of a day", `trial-balance?fundId=${FUND}&from=2026-01-01`],
  ["no period of a report that needs one", `income-statement?fundId=${FUND}`],
  ["a day of a report of a period", `cash-flow?fundId=${FUND}&asOf=2026-01-01`],
])("refuses %s", async (_what, path) => {
  const answer = await service.send(`${REPORTS}/${path}`);
  expect(answer.json()).toMatchObject({ status: 400, code: "INVALID_INPUT" });
});

it("answers 404 when the fund does not exist", async () => {
  const answer = await service.send(`${REPORTS}/trial-balance?fundId=${UNKNOWN}`);
  expect(answer.json()).toMatchObject({ status: 404, code: "FUND_NOT_FOUND" });
});
