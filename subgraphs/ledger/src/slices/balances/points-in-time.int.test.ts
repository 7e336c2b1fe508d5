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

const POST =
  "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { position } }";

const BALANCE = `query ($id: ID!, $asOf: Date, $knownAt: SafeInt) {
  account(id: $id) {
    balance(asOf: $asOf, knownAt: $knownAt) { amount }
    entries(to: $asOf, knownAt: $knownAt) { nodes { amount { amount } } }
  }
}`;

let service: TestService;
let fund: OpenedFund;
const positions: number[] = [];

beforeAll(async () => {
  service = await openService();
  fund = await openFund(service);
  for (const [effectiveDate, amount] of [
    ["2026-01-10", "100.00"],
    ["2026-03-10", "10.00"],
    // Known last, valid first.
    ["2026-01-05", "1.00"],
  ]) {
    const entries = [
      { accountId: fund.bank, side: "DEBIT", amount },
      { accountId: fund.capital, side: "CREDIT", amount },
    ];
    const input = { fundId: fund.fundId, effectiveDate, description: "Paid in", entries };
    const posted = await ask<{ postTransaction: { position: number } }>(service, POST, { input });
    positions.push(posted.postTransaction.position);
  }
});
afterAll(() => service.close());

interface Found {
  readonly account: {
    readonly balance: { readonly amount: string };
    readonly entries: { readonly nodes: readonly { readonly amount: { amount: string } }[] };
  };
}

const at = async (asOf?: string, known?: number): Promise<string> => {
  const knownAt = known === undefined ? undefined : positions[known];
  const { account } = await ask<Found>(service, BALANCE, { id: fund.bank, asOf, knownAt });
  const amounts = account.entries.nodes.map(({ amount }) => amount.amount);
  return `${account.balance.amount} = ${amounts.join(" + ")}`;
};

test("a backdated entry changes the past as it is known now, and not as it was known before", async () => {
  expect(await at()).toBe("111.00 = 100.00 + 10.00 + 1.00");
  expect(await at("2026-01-31")).toBe("101.00 = 100.00 + 1.00");
  expect(await at("2026-01-31", 2)).toBe("101.00 = 100.00 + 1.00");
  expect(await at("2026-01-31", 1)).toBe("100.00 = 100.00");
  expect(await at(undefined, 1)).toBe("110.00 = 100.00 + 10.00");
  expect(await at("2026-01-09", 1)).toBe("0.00 = ");
});

test("the other side is stated on its own normal side", async () => {
  const { account } = await ask<Found>(service, BALANCE, { id: fund.capital, asOf: "2026-01-31" });
  expect(account.balance.amount).toBe("101.00");
});

test("a position that the book has not reached is refused", async () => {
  for (const knownAt of [-1, (positions[2] ?? 0) + 1]) {
    expect(codeOf(await send(service, BALANCE, { id: fund.bank, knownAt }))).toBe("INVALID_INPUT");
  }
});
