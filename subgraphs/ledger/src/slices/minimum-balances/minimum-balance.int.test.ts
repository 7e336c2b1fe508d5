import { setTimeout as pause } from "node:timers/promises";
import { randomFrom, testSeed, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Books } from "../model.ts";
import type { Verdict } from "../../engine/decide.ts";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { codeOf, openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";

const CLIENTS = 16;
const SPENDS = 15;

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

/** A fund whose bank account holds 1,000 and may not fall below zero. */
async function fundWithThousand(books: Books): Promise<SmallFund> {
  const fund = await openSmallFund(books);
  await books.execute(fund.context, payIn(fund, "1000.00"));
  await books.execute(fund.context, {
    bookId: fund.fundId,
    command: {
      kind: "SetAccountFloor",
      fundId: fund.fundId,
      accountId: fund.bank,
      minimumBalance: "0",
    },
    key: undefined,
    content: null,
  });
  return fund;
}

const spend = (fund: SmallFund) =>
  payIn(fund, "100.00", {
    entries: [
      { accountId: fund.bank, side: "CREDIT", amount: "100.00" },
      { accountId: fund.capital, side: "DEBIT", amount: "100.00" },
    ],
  });

function tally(verdicts: readonly Verdict[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const verdict of verdicts) {
    const outcome = verdict.accepted ? "ok" : verdict.refusal.code;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

async function bankRow(fund: SmallFund): Promise<unknown> {
  const { rows } = await database.pool.query(
    "SELECT balance::int AS balance FROM account WHERE id = $1",
    [fund.bank],
  );
  return rows[0];
}

const TEN_OF_240 = { ok: 10, INSUFFICIENT_FUNDS: CLIENTS * SPENDS - 10 };

describe("16 clients with 15 spends of 100 each, from a balance of 1,000", () => {
  test.each([1, 2])("exactly 10 succeed over %i service instances", async (instances) => {
    const fund = await fundWithThousand(openBooks(database).books);
    const services = Array.from({ length: instances }, () => openBooks(database).books);
    const verdicts = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        const random = randomFrom(testSeed() + client);
        const own: Verdict[] = [];
        for (let round = 0; round < SPENDS; round += 1) {
          await pause(random(4));
          const books = services.at(client % instances);
          const one = await books?.executeEach(fund.context, fund.fundId, [spend(fund)], false);
          own.push(...(one ?? []));
        }
        return own;
      }),
    );
    expect(tally(verdicts.flat())).toEqual(TEN_OF_240);
    expect(await bankRow(fund)).toEqual({ balance: 0 });
  });

  test("exactly 10 succeed inside one batch, and the first 10 at that", async () => {
    const { books } = openBooks(database);
    const fund = await fundWithThousand(books);
    const orders = Array.from({ length: CLIENTS * SPENDS }, () => spend(fund));
    const verdicts = await books.executeEach(fund.context, fund.fundId, orders, false);
    expect(tally(verdicts)).toEqual(TEN_OF_240);
    expect(verdicts.slice(0, 10).every(({ accepted }) => accepted)).toBe(true);
  });

  test("an atomic bulk that would overspend spends nothing", async () => {
    const { books } = openBooks(database);
    const fund = await fundWithThousand(books);
    const orders = Array.from({ length: 11 }, () => spend(fund));
    const verdicts = await books.executeEach(fund.context, fund.fundId, orders, true);
    expect(tally(verdicts)).toEqual({ BULK_REFUSED: 10, INSUFFICIENT_FUNDS: 1 });
    expect(await bankRow(fund)).toEqual({ balance: 100_000 });
  });
});

describe("through the graph", () => {
  let graph: LedgerGraph;
  beforeAll(async () => {
    graph = await openGraph(database);
  });
  afterAll(() => graph.close());

  const set = async (
    fund: SmallFund,
    mutation: string,
    minimumBalance: string | null,
    key = "",
  ) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const idempotencyKey = key === "" ? undefined : key;
    const answer = await graph.run(
      fund.context,
      `mutation ($input: ${type}!) {
        ${mutation}(input: $input) { minimumBalance { amount currency } replayed }
      }`,
      { input: { accountId: fund.bank, minimumBalance, idempotencyKey } },
    );
    return [codeOf(answer), answer.data?.[mutation] ?? null];
  };
  test.each(["setMinimumBalance", "setAccountFloor"])(
    "%s sets and removes it",
    async (mutation) => {
      const fund = await openSmallFund(graph.books);
      const amount = "-5.00";
      expect(await set(fund, mutation, amount)).toEqual([
        "ok",
        { minimumBalance: { amount, currency: "EUR" }, replayed: false },
      ]);
      expect(await set(fund, mutation, "1.00")).toEqual(["INSUFFICIENT_FUNDS", null]);
      expect(await set(fund, mutation, null)).toEqual([
        "ok",
        { minimumBalance: null, replayed: false },
      ]);
    },
  );

  test("a repeat under the earlier name is answered as the first request", async () => {
    const fund = await openSmallFund(graph.books);
    await set(fund, "setAccountFloor", "-5.00", "once");
    expect(await set(fund, "setMinimumBalance", "-5.00", "once")).toEqual([
      "ok",
      { minimumBalance: { amount: "-5.00", currency: "EUR" }, replayed: true },
    ]);
  });
});

test("the database itself refuses a balance below the minimum", async () => {
  const { books } = openBooks(database);
  const fund = await fundWithThousand(books);
  await expect(
    database.pool.query("UPDATE account SET balance = -1 WHERE id = $1", [fund.bank]),
  ).rejects.toMatchObject({ constraint: "account_above_minimum" });
});
