import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportBook } from "../../evidence/export-book.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import { createLedgerDatabase } from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  waitingIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fundId = "";
const accounts = new Map<string, string>();
const ann = signedIn("ann");
const bob = signedIn("bob");

const run = (text: string, input: object, by = ann) => graph.run(by, text, { input });

async function ask<Data>(name: string, text: string, input: object, by = ann): Promise<Data> {
  return dataOf<Data>(await run(text, input, by), name);
}

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  const opened = await ask<{ id: string }>(
    "openFund",
    "mutation ($input: OpenFundInput!) { openFund(input: $input) { id } }",
    { name: "Two years", currency: "EUR" },
  );
  fundId = opened.id;
  const usd = { currency: "USD" };
  await ask(
    "openChart",
    "mutation ($input: OpenChartInput!) { openChart(input: $input) { opened } }",
    {
      fundId,
      template: "GENERAL",
      accounts: [
        { code: "1010", name: "Dollars", type: "ASSET", countsAsCash: true, ...usd },
        { code: "4150", name: "Dividends", type: "INCOME", ...usd },
        { code: "3910", name: "Retained", type: "EQUITY", class: "RETAINED_EARNINGS", ...usd },
      ],
    },
  );
  const chart = dataOf<{ accounts: { nodes: { id: string; code: string }[] } }>(
    await graph.run(
      ann,
      "query ($id: ID!) { fund(id: $id) { accounts(first: 100) { nodes { id code } } } }",
      { id: fundId },
    ),
    "fund",
  );
  for (const { id, code } of chart.accounts.nodes) accounts.set(code, id);
  await post("2025-01-02", "1000", "3000", "5000.00");
  await post("2025-03-31", "1000", "4000", "1000.00");
  await post("2025-12-31", "5100", "1000", "300.00");
  await post("2025-12-31", "1010", "4150", "50.00");
  await post("2026-01-15", "1000", "4000", "500.00");
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

async function post(date: string, debit: string, credit: string, amount: string): Promise<void> {
  await ask(
    "postTransaction",
    "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
    {
      fundId,
      effectiveDate: date,
      description: `${debit} to ${credit}`,
      entries: [
        { accountId: accounts.get(debit), side: "DEBIT", amount },
        { accountId: accounts.get(credit), side: "CREDIT", amount },
      ],
    },
  );
}

const close = (to: string) =>
  run("mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }", { fundId, to });
const propose = (to: string, idempotencyKey = newId()) =>
  run("mutation ($input: ProposeYearEndInput!) { proposeYearEnd(input: $input) { id status } }", {
    fundId,
    to,
    idempotencyKey,
  });
const approve = (id: string, by = bob) =>
  graph.run(by, "mutation ($id: ID!) { approveProposal(id: $id) { transaction { id } } }", { id });
const reopen = (by = ann) =>
  run(
    "mutation ($input: ReopenYearInput!) { reopenYear(input: $input) { id } }",
    { fundId, reason: "An invoice was missing" },
    by,
  );

async function closeYear(to: string): Promise<void> {
  expect(codeOf(await close(to))).toBe("ok");
  const { id } = dataOf<{ id: string }>(await propose(to), "proposeYearEnd");
  expect(codeOf(await approve(id))).toBe("ok");
}

interface Totals {
  readonly [name: string]: { readonly amount: string } | string;
}

const REPORTS = `query ($id: ID!, $day: Date!, $from: Date!, $knownAt: SafeInt) { fund(id: $id) {
  balanceSheet(asOf: $day, knownAt: $knownAt) { knownAt totals { currency assets { amount } equity { amount } result { amount } } }
  incomeStatement(from: $from, to: $day, knownAt: $knownAt) { totals { currency income { amount } expenses { amount } } } } }`;

/** Of both reports, the amounts of each currency in their order. */
async function figures(year: number, knownAt?: number) {
  const range = { from: `${year}-01-01`, day: `${year}-12-31`, knownAt };
  const fund = dataOf<Record<string, { knownAt: number; totals: Totals[] }>>(
    await graph.run(ann, REPORTS, { id: fundId, ...range }),
    "fund",
  );
  const flat = (name: string): string[] =>
    (fund[name]?.totals ?? []).map((totals) =>
      Object.values(totals)
        .map((value) => (typeof value === "string" ? value : value.amount))
        .join(" "),
    );
  return {
    knownAt: fund["balanceSheet"]?.knownAt ?? 0,
    sheet: flat("balanceSheet"),
    income: flat("incomeStatement"),
  };
}

async function expectSound(): Promise<void> {
  const book = { tenantId: ann.tenantId, bookId: fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
  const parts: string[] = [];
  await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
  expect(verify(parts.join(""))).toBe("sound");
}

test("a year is closed to retained earnings by a second approver, and every report of it stays", async () => {
  expect(codeOf(await propose("2025-12-31"))).toBe("POSTING_PERIOD_OPEN");
  const before = await figures(2025);
  expect(before.sheet).toEqual(["EUR 5700.00 5000.00 700.00", "USD 50.00 0.00 50.00"]);
  expect(before.income).toEqual(["EUR 1000.00 300.00", "USD 50.00 0.00"]);

  await close("2025-12-31");
  const key = newId();
  const { id } = dataOf<{ id: string }>(await propose("2025-12-31", key), "proposeYearEnd");
  expect(codeOf(await approve(id, ann))).toBe("FORBIDDEN");
  expect(codeOf(await approve(id))).toBe("ok");
  expect(dataOf(await propose("2025-12-31", key), "proposeYearEnd")).toEqual({
    id,
    status: "APPROVED",
  });
  expect(codeOf(await propose("2025-12-31"))).toBe("ALREADY_EXISTS");

  const after = await figures(2025);
  expect(after.sheet).toEqual(["EUR 5700.00 5700.00 0.00", "USD 50.00 50.00 0.00"]);
  expect(after.income).toEqual(before.income);
  expect(await figures(2025, before.knownAt)).toEqual(before);
  expect((await figures(2026)).sheet).toEqual([
    "EUR 6200.00 5700.00 500.00",
    "USD 50.00 50.00 0.00",
  ]);
  await expectSound();
});

test("two years are closed, and reopened one after the other, the last first", async () => {
  await closeYear("2026-12-31");
  expect((await figures(2026)).sheet).toEqual(["EUR 6200.00 6200.00 0.00", "USD 50.00 50.00 0.00"]);
  expect((await figures(2026)).income).toEqual(["EUR 500.00 0.00"]);
  const read = `query ($id: ID!) { fund(id: $id) {
    yearEnds { to reopenedAt transaction { id } } periods(first: 5) { nodes { id to reopenedAt } } } }`;
  const { yearEnds, periods } = dataOf<{
    yearEnds: { to: string; transaction: { id: string } }[];
    periods: { nodes: { id: string; to: string }[] };
  }>(await graph.run(ann, read, { id: fundId }), "fund");
  expect(yearEnds.map(({ to }) => to)).toEqual(["2026-12-31", "2025-12-31"]);

  const reopenPeriod = (to: string) =>
    run("mutation ($input: ReopenPeriodInput!) { reopenPeriod(input: $input) { id } }", {
      fundId,
      periodId: periods.nodes.find((period) => period.to === to)?.id,
      reason: "An invoice was missing",
    });
  expect(codeOf(await reopenPeriod("2026-12-31"))).toBe("POSTING_PERIOD_CLOSED");
  const reverse = { transactionId: yearEnds[0]?.transaction.id };
  expect(
    codeOf(
      await run(
        "mutation ($input: ReverseTransactionInput!) { reverseTransaction(input: $input) { id } }",
        reverse,
      ),
    ),
  ).toBe("INVALID_INPUT");
  expect(codeOf(await reopen())).toBe("ok");
  expect(codeOf(await reopenPeriod("2025-12-31"))).toBe("POSTING_PERIOD_CLOSED");
  expect(codeOf(await reopenPeriod("2026-12-31"))).toBe("ok");
  expect((await figures(2026)).sheet).toEqual([
    "EUR 6200.00 5700.00 500.00",
    "USD 50.00 50.00 0.00",
  ]);
  await post("2026-12-31", "5100", "1000", "100.00");
  await closeYear("2026-12-31");
  expect((await figures(2026)).sheet).toEqual(["EUR 6100.00 6100.00 0.00", "USD 50.00 50.00 0.00"]);
  await expectSound();
});

test("what was closed is proposed anew when its days were opened meanwhile", async () => {
  await close("2027-12-31");
  await post("2028-01-01", "1000", "4000", "1.00");
  expect(codeOf(await propose("2027-12-31"))).toBe("INVALID_INPUT");
  await close("2028-12-31");
  const { id } = dataOf<{ id: string }>(await propose("2028-12-31"), "proposeYearEnd");
  const { nodes } = dataOf<{ periods: { nodes: { id: string }[] } }>(
    await graph.run(
      ann,
      "query ($id: ID!) { fund(id: $id) { periods(first: 1) { nodes { id } } } }",
      {
        id: fundId,
      },
    ),
    "fund",
  ).periods;
  await ask(
    "reopenPeriod",
    "mutation ($input: ReopenPeriodInput!) { reopenPeriod(input: $input) { id } }",
    { fundId, periodId: nodes[0]?.id, reason: "Late" },
  );
  expect(codeOf(await approve(id))).toBe("POSTING_PERIOD_OPEN");
  await close("2028-12-31");
  expect(codeOf(await approve(id))).toBe("VERSION_CONFLICT");
});

const beside = (name: string, secondAdministrator: boolean, overrides = {}) =>
  signedIn(name, { secondAdministrator, overrides });

test("beside a second administrator one reopens a year when another approves, and alone otherwise", async () => {
  const waits = await reopen(beside("ann", true));
  expect(codeOf(waits)).toBe("APPROVAL_REQUIRED");
  const approver = beside("approver", true, { scopes: ["ledger:read", "ledger:approve"] });
  for (const by of [approver, beside("ann", true)]) {
    expect(codeOf(await approve(waitingIn(waits), by))).toBe("FORBIDDEN");
  }
  expect(codeOf(await approve(waitingIn(waits), beside("bob", true)))).toBe("ok");
  expect(codeOf(await reopen(beside("ann", false)))).toBe("ok");
  await expectSound();
});
