import { isConnectionFailure } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
} from "../ledger-database.fixture.ts";
import type { Verdict } from "./decide.ts";
import { expectSound } from "./sound-book.fixture.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

const count = async (table: string, fundId: string): Promise<number> => {
  const { rows } = await database.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM ${table} WHERE book_id = $1`,
    [fundId],
  );
  return rows[0]?.n ?? -1;
};
const balance = async (accountId: string): Promise<string | undefined> => {
  const { rows } = await database.pool.query<{ balance: string }>(
    "SELECT balance FROM account WHERE id = $1",
    [accountId],
  );
  return rows[0]?.balance;
};
const code = (verdict: Verdict | undefined): string => {
  if (verdict === undefined) return "none";
  if (!verdict.accepted) return verdict.refusal.code;
  return verdict.replayed ? "again" : "ok";
};
const OPENING_EVENTS = 3;

describe("group commit", () => {
  test("commits what arrives together in few transactions, each command with its own verdict", async () => {
    let commits = 0;
    const { books } = openBooks(database, () => (commits += 1));
    const fund = await openSmallFund(books);
    commits = 0;
    const amounts = Array.from({ length: 200 }, (_, index) => (index % 10 === 0 ? "0" : "1.00"));
    const verdicts = await Promise.all(
      amounts.map(async (amount) => {
        const order = payIn(fund, amount);
        const [verdict] = await books.executeEach(fund.context, fund.fundId, [order], false);
        return code(verdict);
      }),
    );
    expect(verdicts).toEqual(amounts.map((amount) => (amount === "0" ? "INVALID_AMOUNT" : "ok")));
    expect(commits).toBeLessThan(5);
    expect(await balance(fund.bank)).toBe("18000");
    await expectSound(database, fund);
  });

  test("takes bulks of every size beside single commands", async () => {
    const { books } = openBooks(database);
    const fund = await openSmallFund(books);
    const send = async (size: number): Promise<number> => {
      const orders = Array.from({ length: size }, () => payIn(fund, "0.01"));
      return (await books.executeEach(fund.context, fund.fundId, orders, false)).length;
    };
    const sizes = [100, 100, 100, 100, 1, 600, 9, 250, 1, 499, 2, 33];
    const clients = sizes.map(async (size, first) => {
      let sent = 0;
      for (let round = 0; round < 4; round += 1) sent += await send(sizes.at(first - round) ?? 0);
      return sent;
    });
    const sent = (await Promise.all(clients)).reduce((sum, each) => sum + each, 0);
    expect(await count("event", fund.fundId)).toBe(OPENING_EVENTS + sent);
    await expectSound(database, fund);
  });

  test("writes nothing for a refusal", async () => {
    const { books } = openBooks(database);
    const fund = await openSmallFund(books);
    for (const [code, order] of [
      ["INVALID_AMOUNT", payIn(fund, "1e3")],
      ["INVALID_INPUT", payIn(fund, "1.00", { description: "" })],
      ["ACCOUNT_NOT_FOUND", payIn({ ...fund, bank: newId() }, "1.00")],
    ] as const) {
      await expect(books.execute(fund.context, order)).rejects.toMatchObject({ code });
    }
    expect(await count("event", fund.fundId)).toBe(OPENING_EVENTS);
    expect(await count("entry", fund.fundId)).toBe(0);
  });

  test("does not start a book for a fund that was never opened", async () => {
    const { books } = openBooks(database);
    const fundId = newId();
    const order = payIn(
      { context: testContext(), fundId, bank: newId(), capital: newId() },
      "1.00",
    );
    await expect(books.execute(testContext(), order)).rejects.toMatchObject({
      code: "FUND_NOT_FOUND",
    });
    await expect(books.execute(testContext(), { ...order, bookId: "x" })).rejects.toMatchObject({
      code: "FUND_NOT_FOUND",
    });
    const { rows } = await database.pool.query("SELECT FROM book WHERE id = $1", [fundId]);
    expect(rows).toEqual([]);
  });

  test("keeps two tenants with the same fund id apart", async () => {
    const { books } = openBooks(database);
    const fund = await openSmallFund(books);
    const otherTenant = testContext({ tenantId: newId() });
    await expect(books.execute(otherTenant, payIn(fund, "1.00"))).rejects.toMatchObject({
      code: "FUND_NOT_FOUND",
    });
  });
});

describe("an idempotency key", () => {
  test("writes once for twins that arrive at two instances at the same time", async () => {
    const first = openBooks(database);
    const instances = [first, openBooks(database)];
    const fund = await openSmallFund(first.books);
    const rounds = Array.from({ length: 40 }, (_, index) => `twin-${index}`);
    const ids = await Promise.all(
      rounds.flatMap((key) =>
        instances.flatMap(({ books }) =>
          [1, 2].map(async () => {
            const [posted] = await books.execute(fund.context, payIn(fund, "1.00", { key }));
            return `${key} ${posted?.position}`;
          }),
        ),
      ),
    );
    expect(new Set(ids).size).toBe(rounds.length);
    expect(await balance(fund.bank)).toBe("4000");
    await expectSound(database, fund);
  });

  test("gives the first answer again after a restart, and a conflict for another body", async () => {
    const fund = await openSmallFund(openBooks(database).books);
    const order = payIn(fund, "1.00", { key: "once" });
    const first = await openBooks(database).books.execute(fund.context, order);
    const { books } = openBooks(database);
    expect(first).toMatchObject(await books.execute(fund.context, order));
    await expect(
      books.execute(fund.context, payIn(fund, "2.00", { key: "once" })),
    ).rejects.toMatchObject({ code: "IDEMPOTENCY_CONFLICT" });
    expect(await count("event", fund.fundId)).toBe(OPENING_EVENTS + 1);
  });

  test("stands for what it led to, though the command would be refused now", async () => {
    const fund = await openSmallFund(openBooks(database).books);
    const order = (nth: number, amount = "1.00") =>
      payIn(fund, amount, { key: `key-${nth}`, reference: `reference-${nth}` });
    const { books: earlier } = openBooks(database);
    const even = [0, 2, 4, 6, 8, 10];
    for (const nth of even) await earlier.execute(fund.context, order(nth));
    // A service that has met none of the keys: alone, and beside others that are new or carry something else.
    const alone = await openBooks(database).books.carryOut(fund.context, order(0));
    expect(alone).toMatchObject({ replayed: true, events: [{ position: OPENING_EVENTS + 1 }] });
    const { books } = openBooks(database);
    const together = await Promise.all(
      Array.from({ length: 24 }, async (_, nth) => {
        const asked = order(nth % 12, nth < 12 ? "1.00" : "2.00");
        return code((await books.executeEach(fund.context, fund.fundId, [asked], false))[0]);
      }),
    );
    expect(together.slice(0, 12)).toEqual(
      Array.from({ length: 12 }, (_, nth) => (even.includes(nth) ? "again" : "ok")),
    );
    expect(together.slice(12)).toEqual(Array.from({ length: 12 }, () => "IDEMPOTENCY_CONFLICT"));
    const taken = openBooks(database).books.execute(fund.context, { ...order(1), key: "new" });
    await expect(taken).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    expect(await count("event", fund.fundId)).toBe(OPENING_EVENTS + 12);
    await expectSound(database, fund);
  });

  test("is looked up for a bulk beside a command that has the same one", async () => {
    const fund = await openSmallFund(openBooks(database).books);
    const order = payIn(fund, "1.00", { key: "both", reference: "both" });
    await openBooks(database).books.execute(fund.context, order);
    const { books } = openBooks(database);
    const answers = await Promise.all(
      [[order], [order, payIn(fund, "2.00")]].map((orders) =>
        books.executeEach(fund.context, fund.fundId, orders, false),
      ),
    );
    expect(answers.map((verdicts) => verdicts.map(code))).toEqual([["again"], ["again", "ok"]]);
    expect(await balance(fund.bank)).toBe("300");
  });

  test("does not expire: a year later it still stands for what it led to", async () => {
    const fund = await openSmallFund(openBooks(database).books);
    const order = payIn(fund, "1.00", { key: "old" });
    const [first] = await openBooks(database).books.execute(fund.context, order);
    const { books } = openBooks(database);
    const now = new Date(fund.context.now.getTime() + 366 * 86_400_000);
    const later = { ...fund.context, now };
    const events = [{ position: first?.position, recordedAt: first?.recordedAt }];
    expect(await books.carryOut(later, order)).toMatchObject({ replayed: true, events });
    await expect(books.execute(later, payIn(fund, "2.00", { key: "old" }))).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
  });
});

describe("an id that a client made", () => {
  test("is refused when taken, in the same book and in another, and harms no other command", async () => {
    const { books } = openBooks(database);
    const [one, two] = [await openSmallFund(books), await openSmallFund(books)];
    const transactionId = newId();
    await books.execute(one.context, payIn(one, "1.00", { transactionId }));
    const verdicts = await books.executeEach(
      two.context,
      two.fundId,
      [payIn(two, "1.00"), payIn(two, "2.00", { transactionId }), payIn(two, "4.00")],
      false,
    );
    expect(verdicts.map(code)).toEqual(["ok", "ALREADY_EXISTS", "ok"]);
    expect(await balance(two.bank)).toBe("500");
  });

  test("is refused by the database when two books take it at once", async () => {
    const { books } = openBooks(database);
    const funds = await Promise.all([1, 2, 3, 4].map(() => openSmallFund(books)));
    const transactionId = newId();
    const verdicts = await Promise.all(
      funds.flatMap((fund) =>
        // No look-up can see the others' uncommitted row: here only the constraint decides.
        [
          { ...payIn(fund, "1.00", { transactionId }), clientChoseId: false },
          payIn(fund, "2.00"),
        ].map(async (order) =>
          code((await books.executeEach(fund.context, fund.fundId, [order], false))[0]),
        ),
      ),
    );
    expect(verdicts.filter((verdict) => verdict === "ALREADY_EXISTS")).toHaveLength(3);
    expect(verdicts.filter((verdict) => verdict === "ok")).toHaveLength(5);
    for (const fund of funds) await expectSound(database, fund);
  });
});

describe("two instances", () => {
  test("share a book without a gap, a fork or a lost balance", async () => {
    const first = openBooks(database);
    const instances = [first, openBooks(database), openBooks(database)];
    const fund = await openSmallFund(first.books);
    await Promise.all(
      instances.flatMap(({ books }) =>
        Array.from({ length: 5 }, async () => {
          for (let round = 0; round < 20; round += 1) {
            await books.execute(fund.context, payIn(fund, "0.01"));
          }
        }),
      ),
    );
    expect(await balance(fund.bank)).toBe("300");
    await expectSound(database, fund);
  });
});

test("connections killed in the middle of commits lose and repeat nothing", async () => {
  const { books } = openBooks(database);
  const fund = await openSmallFund(books);
  const work = { goesOn: true };
  const posted: number[] = [];
  const writers = Array.from({ length: 8 }, async () => {
    while (work.goesOn) {
      // No client key: only the key made for the command shows whether a lost commit arrived.
      const [event] = await books.execute(fund.context, payIn(fund, "0.01"));
      if (event !== undefined) posted.push(event.position);
    }
  });
  for (let kill = 0; kill < 40; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    await database.pool
      .query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
      )
      .catch((error: unknown) => {
        if (!isConnectionFailure(error)) throw error;
      });
  }
  // However slow the machine was meanwhile, the work goes on after the last kill; the test's time limit is the bound.
  const postedByThen = posted.length;
  while (posted.length <= postedByThen + 50) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  work.goesOn = false;
  await Promise.all(writers);
  await books.drain();
  expect(new Set(posted).size).toBe(posted.length);
  expect(await balance(fund.bank)).toBe(String(posted.length));
  expect(await count("event", fund.fundId)).toBe(OPENING_EVENTS + posted.length);
  await expectSound(database, fund);
});

describe("the database itself", () => {
  test.each([
    "UPDATE event SET actor = 'another actor'",
    "DELETE FROM event",
    "TRUNCATE event",
    "UPDATE entry SET amount = amount + 1",
    "DELETE FROM entry",
  ])("refuses the service's own role %s", async (statement) => {
    await expect(database.pool.query(statement)).rejects.toMatchObject({ code: "42501" });
  });

  test("refuses entries that do not sum to zero", async () => {
    const fund = await openSmallFund(openBooks(database).books);
    const insert = `INSERT INTO entry (tenant_id, book_id, position, leg, account_id, effective_date, currency, amount, balance_after)
      VALUES ($1, $2, 99, 0, $3, '2026-01-01', 'EUR', 100, 100), ($1, $2, 99, 1, $4, '2026-01-01', $5, -100, 100)`;
    const values = [fund.context.tenantId, fund.fundId, fund.bank, fund.capital];
    await expect(database.pool.query(insert, [...values, "USD"])).rejects.toMatchObject({
      constraint: "entry_sums_to_zero",
    });
  });
});
