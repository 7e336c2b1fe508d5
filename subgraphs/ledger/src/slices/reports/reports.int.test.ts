import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  codeOf,
  OPEN_ACCOUNT,
  openFund,
  openService,
  send,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

const POST =
  "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { position } }";

const REPORTS = `query ($id: ID!, $asOf: Date, $knownAt: SafeInt, $from: Date!, $to: Date!) {
  fund(id: $id) {
    trialBalance(asOf: $asOf, knownAt: $knownAt) {
      totals { currency debit { amount } credit { amount } }
      lines { nodes { account { code } debit { amount } credit { amount } } totalCount }
    }
    balanceSheet(asOf: $asOf, knownAt: $knownAt) {
      totals { currency assets { amount } liabilities { amount } equity { amount } result { amount } }
      lines { nodes { account { code } amount { amount } } }
    }
    incomeStatement(from: $from, to: $to, knownAt: $knownAt) {
      totals { currency income { amount } expenses { amount } net { amount } }
      lines { nodes { account { code } amount { amount } } }
    }
  }
}`;

const PAGED = `query ($id: ID!, $after: Cursor) { fund(id: $id) { trialBalance {
  lines(first: 2, after: $after) { nodes { account { code } } pageInfo { hasNextPage endCursor } } } } }`;

let service: TestService;
let fund: OpenedFund;
const ids = new Map<string, string>();

beforeAll(async () => {
  service = await openService();
  fund = await openFund(service);
  ids.set("BANK", fund.bank).set("CAP", fund.capital);
  await open("DEBT", "LIABILITY");
  await open("FEES", "INCOME");
  await open("RENT", "EXPENSE");
  await open("USD", "ASSET", "USD");
  await open("USDCAP", "EQUITY", "USD");
  await post("2026-01-10", "100.00", "BANK", "CAP");
  await post("2026-01-20", "40.00", "BANK", "DEBT");
  await post("2026-02-01", "30.00", "BANK", "FEES");
  await post("2026-02-28", "12.50", "RENT", "BANK");
  await post("2026-03-01", "7.00", "USD", "USDCAP");
  // Position 14: known after all others, valid before them.
  await post("2026-01-31", "1.00", "BANK", "FEES");
});
afterAll(() => service.close());

async function open(code: string, type: string, currency?: string): Promise<void> {
  const input = { fundId: fund.fundId, code, name: code, type, currency };
  const opened = await ask<{ openAccount: { id: string } }>(service, OPEN_ACCOUNT, { input });
  ids.set(code, opened.openAccount.id);
}

async function post(date: string, amount: string, debit: string, credit: string): Promise<void> {
  const entries = [
    { accountId: ids.get(debit), side: "DEBIT", amount },
    { accountId: ids.get(credit), side: "CREDIT", amount },
  ];
  const { fundId } = fund;
  const input = { fundId, effectiveDate: date, description: `${debit} ${credit}`, entries };
  await ask(service, POST, { input });
}

/** A report on one line per total and account: names are left out, amounts stand in their order. */
const flat = (value: unknown): unknown =>
  typeof value !== "object" || value === null
    ? value
    : Array.isArray(value)
      ? value.map((inner) => String(flat(inner)))
      : Object.values(value).map(flat).join(" ");

const report = async (what: object): Promise<Record<string, Record<string, unknown>>> => {
  const period = { from: "2026-02-01", to: "2026-02-28" };
  const asked = await ask<{
    fund: Record<string, { totals: object[]; lines: { nodes: object[] } }>;
  }>(service, REPORTS, { id: fund.fundId, ...period, ...what });
  return Object.fromEntries(
    Object.entries(asked.fund).map(([name, { totals, lines }]) => [
      name,
      { totals: flat(totals), lines: flat(lines.nodes) },
    ]),
  );
};

test("the reports of today", async () => {
  expect(await report({})).toEqual({
    trialBalance: {
      totals: ["EUR 171.00 171.00", "USD 7.00 7.00"],
      lines: [
        "BANK 158.50 0.00",
        "CAP 0.00 100.00",
        "DEBT 0.00 40.00",
        "FEES 0.00 31.00",
        "RENT 12.50 0.00",
        "USD 7.00 0.00",
        "USDCAP 0.00 7.00",
      ],
    },
    balanceSheet: {
      totals: ["EUR 158.50 40.00 100.00 18.50", "USD 7.00 0.00 7.00 0.00"],
      lines: ["BANK 158.50", "CAP 100.00", "DEBT 40.00", "USD 7.00", "USDCAP 7.00"],
    },
    incomeStatement: { totals: ["EUR 30.00 12.50 17.50"], lines: ["FEES 30.00", "RENT 12.50"] },
  });
});

test("the reports of an earlier day, as known now and as known then", async () => {
  const january = { asOf: "2026-01-31", from: "2026-01-01", to: "2026-01-31" };
  const now = await report(january);
  expect(now["trialBalance"]?.["totals"]).toEqual(["EUR 141.00 141.00"]);
  expect(now["balanceSheet"]?.["totals"]).toEqual(["EUR 141.00 40.00 100.00 1.00"]);
  expect(now["incomeStatement"]?.["totals"]).toEqual(["EUR 1.00 0.00 1.00"]);
  const then = await report({ ...january, knownAt: 13 });
  expect(then["trialBalance"]?.["totals"]).toEqual(["EUR 140.00 140.00"]);
  expect(then["incomeStatement"]?.["totals"]).toEqual([]);
  expect(await report({ knownAt: 0 })).toEqual({
    trialBalance: { totals: [], lines: [] },
    balanceSheet: { totals: [], lines: [] },
    incomeStatement: { totals: [], lines: [] },
  });
});

test("a report's accounts come in pages", async () => {
  const codes: string[] = [];
  let after: string | undefined;
  for (let hasNext = true; hasNext;) {
    const asked = await ask<{
      fund: {
        trialBalance: {
          lines: {
            nodes: { account: { code: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
      };
    }>(service, PAGED, { id: fund.fundId, after });
    const { nodes, pageInfo } = asked.fund.trialBalance.lines;
    codes.push(...nodes.map(({ account }) => account.code));
    after = pageInfo.endCursor;
    hasNext = pageInfo.hasNextPage;
  }
  expect(codes).toEqual(["BANK", "CAP", "DEBT", "FEES", "RENT", "USD", "USDCAP"]);
});

const refusalOf = async (what: object): Promise<string> => {
  const period = { from: "2026-01-01", to: "2026-01-31" };
  return codeOf(await send(service, REPORTS, { id: fund.fundId, ...period, ...what }));
};

test("a period that ends before it begins, and a position to come, are refused", async () => {
  expect(await refusalOf({ to: "2025-12-31" })).toBe("INVALID_INPUT");
  expect(await refusalOf({ knownAt: 99 })).toBe("INVALID_INPUT");
});

const CASH = `query ($id: ID!, $method: CashFlowMethod!, $parent: ID!) { fund(id: $id) {
  cashFlowStatement(from: "2026-01-15", to: "2026-02-28", method: $method) {
    totals { currency opening { amount } operating { amount } investing { amount } financing { amount } closing { amount } }
    lines { nodes { account { code } activity amount { amount } } }
  }
  balanceSheet { tree(depth: 1) { nodes { account { code } level accounts amounts { amount currency } } } }
} account(id: $parent) { code } }`;

test("the cash-flow statement ties out to cash by both methods, and the chart is rolled up", async () => {
  await open("CASH-EUR", "ASSET");
  const parentId = ids.get("CASH-EUR");
  const rename = "mutation ($input: RenameAccountInput!) { renameAccount(input: $input) { code } }";
  await ask(service, rename, { input: { accountId: ids.get("BANK"), parentId } });
  const reports = await Promise.all(
    ["DIRECT", "INDIRECT"].map(async (method) => {
      const asked = await ask<{
        fund: Record<
          "cashFlowStatement" | "balanceSheet",
          { totals: object[]; lines: { nodes: object[] }; tree: { nodes: object[] } }
        >;
      }>(service, CASH, { id: fund.fundId, method, parent: parentId });
      const { cashFlowStatement: cash, balanceSheet } = asked.fund;
      return {
        totals: flat(cash.totals),
        lines: flat(cash.lines.nodes),
        tree: flat(balanceSheet.tree.nodes),
      };
    }),
  );
  const expected = {
    totals: ["EUR 100.00 58.50 0.00 0.00 158.50"],
    lines: ["DEBT OPERATING 40.00", "FEES OPERATING 31.00", "RENT OPERATING -12.50"],
    tree: [
      "CAP 1 1 100.00 EUR",
      "CASH-EUR 1 1 158.50 EUR",
      "DEBT 1 1 40.00 EUR",
      "USD 1 1 7.00 USD",
      "USDCAP 1 1 7.00 USD",
    ],
  };
  expect(reports).toEqual([expected, expected]);
});
