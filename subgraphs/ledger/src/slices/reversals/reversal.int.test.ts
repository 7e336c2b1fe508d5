import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  codeOf,
  openFund,
  openService,
  POST,
  posting,
  send,
  type Posted,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const REVERSE = `mutation ($input: ReverseTransactionInput!) {
  reverseTransaction(input: $input) { id replayed effectiveDate description reverses { id } entries { side amount { amount } } }
}`;

interface Reversed {
  readonly reverseTransaction: { readonly id: string; readonly replayed: boolean };
}

async function payIn(): Promise<{ readonly id: string; readonly bank: string }> {
  const fund = await openFund(service);
  const { postTransaction } = await ask<{ postTransaction: { id: string } }>(
    service,
    "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
    {
      input: {
        fundId: fund.fundId,
        effectiveDate: "2026-06-30",
        description: "Paid in",
        entries: [
          { accountId: fund.bank, side: "DEBIT", amount: "100.00" },
          { accountId: fund.capital, side: "CREDIT", amount: "100.00" },
        ],
      },
    },
  );
  return { id: postTransaction.id, bank: fund.bank };
}

const balanceOf = async (id: string): Promise<string> => {
  const { account } = await ask<{ account: { balance: { amount: string } } }>(
    service,
    "query ($id: ID!) { account(id: $id) { balance { amount } } }",
    { id },
  );
  return account.balance.amount;
};

describe("reversals through the graph", () => {
  test("are linked both ways, answer repeats, and end when nothing is left", async () => {
    const { id, bank } = await payIn();
    const part = { input: { transactionId: id, amount: "40.00", idempotencyKey: "k" } };
    const { reverseTransaction: first } = await ask<Reversed>(service, REVERSE, part);
    expect(first).toMatchObject({
      replayed: false,
      description: "Reversal: Paid in",
      reverses: { id },
      entries: [
        { side: "CREDIT", amount: { amount: "40.00" } },
        { side: "DEBIT", amount: { amount: "40.00" } },
      ],
    });
    const { reverseTransaction: again } = await ask<Reversed>(service, REVERSE, part);
    expect(again).toEqual({ ...first, replayed: true });
    const rest = { input: { transactionId: id, effectiveDate: "2026-06-30" } };
    const { reverseTransaction: second } = await ask<Reversed>(service, REVERSE, rest);
    expect(second).toMatchObject({ effectiveDate: "2026-06-30" });
    expect(await balanceOf(bank)).toBe("0.00");
    expect(codeOf(await send(service, REVERSE, rest))).toBe("ALREADY_REVERSED");
    expect(codeOf(await send(service, REVERSE, { input: { transactionId: first.id } }))).toBe(
      "INVALID_INPUT",
    );
    expect(codeOf(await send(service, REVERSE, { input: { transactionId: newId() } }))).toBe(
      "TRANSACTION_NOT_FOUND",
    );
    const { transaction } = await ask<{ transaction: unknown }>(
      service,
      "query ($id: ID!) { transaction(id: $id) { reverses { id } reversedBy { id } } }",
      { id },
    );
    expect(transaction).toEqual({
      reverses: null,
      reversedBy: [{ id: first.id }, { id: second.id }],
    });
  });

  test("that come at once take back no more than there was", async () => {
    const { id, bank } = await payIn();
    const whole = { input: { transactionId: id } };
    const verdicts = await Promise.all(
      Array.from({ length: 10 }, async () => codeOf(await send(service, REVERSE, whole))),
    );
    expect(verdicts.filter((code) => code === "ok")).toHaveLength(1);
    expect(await balanceOf(bank)).toBe("0.00");

    const other = await payIn();
    const part = { input: { transactionId: other.id, amount: "30.00" } };
    const parts = await Promise.all(
      Array.from({ length: 10 }, async () => codeOf(await send(service, REVERSE, part))),
    );
    expect(parts.filter((code) => code === "ok")).toHaveLength(3);
    expect(await balanceOf(other.bank)).toBe("10.00");
  });
});

test("many transactions are reversed together, all or none, and once", async () => {
  const fund = await openFund(service);
  const post = async (amount: string): Promise<string> => {
    const posted = await ask<Posted>(service, POST, posting(fund, amount));
    return posted.postTransaction.id;
  };
  const transactionIds = [await post("10.00"), await post("20.00"), await post("30.00")];
  const reverse = `mutation ($input: ReverseTransactionsInput!) { reverseTransactions(input: $input) {
    posted refused results { error { code } transaction { replayed reverses { id } } } } }`;
  const twice = { transactionIds: [...transactionIds, transactionIds[0]] };
  expect(await ask(service, reverse, { input: twice })).toMatchObject({
    reverseTransactions: { posted: 0, refused: 4 },
  });
  expect(await balanceOf(fund.bank)).toBe("60.00");
  const input = { transactionIds, idempotencyKey: newId() };
  for (const replayed of [false, true]) {
    expect(await ask(service, reverse, { input })).toMatchObject({
      reverseTransactions: {
        posted: 3,
        results: transactionIds.map((id) => ({
          error: null,
          transaction: { replayed, reverses: { id } },
        })),
      },
    });
  }
  expect(await balanceOf(fund.bank)).toBe("0.00");
  const other = await payIn();
  const mixed = { transactionIds: [transactionIds[0], other.id] };
  expect(await ask(service, reverse, { input: mixed })).toMatchObject({
    reverseTransactions: {
      posted: 0,
      results: [{ error: { code: "ALREADY_REVERSED" } }, { error: { code: "BULK_REFUSED" } }],
    },
  });
  expect(await balanceOf(other.bank)).toBe("100.00");
});
