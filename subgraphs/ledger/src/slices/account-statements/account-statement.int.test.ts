import { afterAll, beforeAll, expect, test } from "vitest";
import {
  ask,
  codeOf,
  openFund,
  openService,
  send,
  type OpenedFund,
  type TestService,
} from "../../service.fixture.ts";

const POST = "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }";

const STATEMENT = `query ($id: ID!, $from: Date, $to: Date, $knownAt: SafeInt, $first: Int, $after: Cursor) {
  account(id: $id) {
    statement(from: $from, to: $to, knownAt: $knownAt) {
      knownAt openingBalance { amount } closingBalance { amount }
      lines(first: $first, after: $after) {
        nodes { effectiveDate balance { amount } entry { side amount { amount } transaction { description } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

interface Statement {
  readonly knownAt: number;
  readonly openingBalance: { readonly amount: string };
  readonly closingBalance: { readonly amount: string };
  readonly lines: {
    readonly nodes: readonly {
      readonly effectiveDate: string;
      readonly balance: { readonly amount: string };
      readonly entry: { readonly side: string; readonly amount: { readonly amount: string } };
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

let service: TestService;
let fund: OpenedFund;

beforeAll(async () => {
  service = await openService();
  fund = await openFund(service);
  await post("2026-02-10", "100.00");
  await post("2026-03-10", "10.00");
  await post("2026-01-05", "1.00");
  await post("2026-02-10", "5.00", true);
});
afterAll(() => service.close());

async function post(effectiveDate: string, amount: string, isPayment = false): Promise<void> {
  const [debit, credit] = isPayment ? [fund.capital, fund.bank] : [fund.bank, fund.capital];
  const entries = [
    { accountId: debit, side: "DEBIT", amount },
    { accountId: credit, side: "CREDIT", amount },
  ];
  const input = { fundId: fund.fundId, effectiveDate, description: "A posting", entries };
  await ask(service, POST, { input });
}

const read = async (what: object = {}): Promise<Statement> => {
  const variables = { id: fund.bank, ...what };
  const asked = await ask<{ account: { statement: Statement } }>(service, STATEMENT, variables);
  return asked.account.statement;
};

const linesOf = ({ lines }: Statement): string[] =>
  lines.nodes.map(
    ({ effectiveDate, balance, entry }) =>
      `${effectiveDate} ${entry.side} ${entry.amount.amount} -> ${balance.amount}`,
  );

test("lines stand in the order of their value dates, with the balance running on", async () => {
  const whole = await read();
  expect(linesOf(whole)).toEqual([
    "2026-01-05 DEBIT 1.00 -> 1.00",
    "2026-02-10 DEBIT 100.00 -> 101.00",
    "2026-02-10 CREDIT 5.00 -> 96.00",
    "2026-03-10 DEBIT 10.00 -> 106.00",
  ]);
  expect([whole.openingBalance.amount, whole.closingBalance.amount]).toEqual(["0.00", "106.00"]);
});

test("a period opens with what came before it and closes with its last line", async () => {
  const february = await read({ from: "2026-02-01", to: "2026-02-28" });
  expect(february.openingBalance.amount).toBe("1.00");
  expect(linesOf(february)).toHaveLength(2);
  expect(february.closingBalance.amount).toBe("96.00");
});

test("the other side runs on its own normal side", async () => {
  expect(linesOf(await read({ id: fund.capital, from: "2026-03-01" }))).toEqual([
    "2026-03-10 CREDIT 10.00 -> 106.00",
  ]);
});

test("a statement of an earlier knowledge stays what it was", async () => {
  const before = await read({ knownAt: 5 });
  expect(linesOf(before)).toEqual([
    "2026-02-10 DEBIT 100.00 -> 100.00",
    "2026-03-10 DEBIT 10.00 -> 110.00",
  ]);
  expect(before.closingBalance.amount).toBe("110.00");
});

test("pages agree with each other even when an entry is backdated between them", async () => {
  const first = await read({ first: 2 });
  await post("2026-01-01", "1000.00");
  const second = await read({ first: 2, after: first.lines.pageInfo.endCursor });
  expect([...linesOf(first), ...linesOf(second)].map((line) => line.split(" -> ")[1])).toEqual([
    "1.00",
    "101.00",
    "96.00",
    "106.00",
  ]);
  expect(second.lines.pageInfo.hasNextPage).toBe(false);
  expect(linesOf(await read())[0]).toBe("2026-01-01 DEBIT 1000.00 -> 1000.00");
});

test("foreign cursors and impossible periods are refused", async () => {
  const other = Buffer.from(JSON.stringify([99, "2026-01-01", 1, 0, "0"])).toString("base64url");
  for (const what of [
    { after: "zzz" },
    { after: other },
    { from: "2026-02-01", to: "2026-01-01" },
  ]) {
    const answer = await send(service, STATEMENT, { id: fund.bank, ...what });
    expect(codeOf(answer)).toBe("INVALID_INPUT");
  }
});
