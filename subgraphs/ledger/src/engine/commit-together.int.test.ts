import { newId } from "@allfunds/platform/ids";
import { testContext, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openBooks,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../ledger-database.fixture.ts";
import { signedIn } from "../ledger-graph.fixture.ts";
import type { BookRequest } from "../slices/model.ts";
import type { Verdict } from "./decide.ts";
import { tenantBookOf } from "./log-sql.ts";
import { expectSound } from "./sound-book.fixture.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createLedgerDatabase();
});
afterAll(() => database.drop());

const OPENING_EVENTS = 3;

const codes = (verdicts: readonly Verdict[]): string[] =>
  verdicts.map((verdict) => {
    if (!verdict.accepted) return verdict.refusal.code;
    return verdict.replayed ? "again" : "ok";
  });

const messageOf = (verdict: Verdict | undefined): string | undefined =>
  verdict?.accepted === false ? verdict.refusal.message : undefined;

/** Some funds, and two instances that write them. */
async function openFunds(count: number) {
  const [one, other] = [openBooks(database), openBooks(database)].map(({ books }) => books);
  if (one === undefined || other === undefined) throw new Error("no instances");
  const context = testContext();
  const funds: SmallFund[] = [];
  for (let nth = 0; nth < count; nth += 1) funds.push(await openSmallFund(one, context));
  const fund = (nth: number): SmallFund => {
    const found = funds[nth];
    if (found === undefined) throw new Error(`there is no fund ${nth}`);
    return found;
  };
  return { instances: [one, other] as const, context, funds, fund };
}

/** Events of a book behind its opening, with the transaction of the database that stored each. */
async function stored({ fundId }: SmallFund): Promise<string[]> {
  const { rows } = await database.pool.query<{ xmin: string }>(
    "SELECT xmin::text AS xmin FROM event WHERE book_id = $1 AND position > $2 ORDER BY position",
    [fundId, OPENING_EVENTS],
  );
  return rows.map(({ xmin }) => xmin);
}

const balanceOf = async ({ bank }: SmallFund): Promise<number> => {
  const read = "SELECT balance::int AS balance FROM account WHERE id = $1";
  const { rows } = await database.pool.query<{ balance: number }>(read, [bank]);
  return rows[0]?.balance ?? NaN;
};

test("commands of several books are stored by one transaction of the database, with verdicts in their order", async () => {
  const { instances, context, fund } = await openFunds(3);
  const requests = [payIn(fund(0), "1.00"), payIn(fund(1), "2.00"), payIn(fund(0), "3.00")];
  const verdicts = await instances[0].executeTogether(context, requests);
  expect(codes(verdicts)).toEqual(["ok", "ok", "ok"]);
  expect(verdicts.map((verdict) => verdict.accepted && verdict.events[0]?.position)).toEqual([
    4, 4, 5,
  ]);
  const by = [...(await stored(fund(0))), ...(await stored(fund(1)))];
  expect(by).toHaveLength(3);
  expect(new Set(by).size).toBe(1);
  expect(await stored(fund(2))).toEqual([]);
  // The queues of both instances go on behind what they did not write.
  for (const books of instances)
    for (const nth of [0, 1, 2]) await books.execute(context, payIn(fund(nth), "10.00"));
  expect([await balanceOf(fund(0)), await balanceOf(fund(1))]).toEqual([2_400, 2_200]);
  for (const nth of [0, 1, 2]) await expectSound(database, fund(nth));
});

test("a refusal in one book leaves nothing in any", async () => {
  const { instances, context, fund } = await openFunds(2);
  const [books] = instances;
  const requests = [payIn(fund(0), "1.00"), payIn(fund(1), "0"), payIn(fund(1), "3.00")];
  expect(codes(await books.executeTogether(context, requests))).toEqual([
    "BULK_REFUSED",
    "INVALID_AMOUNT",
    "BULK_REFUSED",
  ]);
  const absent = { ...fund(1), fundId: newId() };
  expect(
    codes(await books.executeTogether(context, [payIn(fund(0), "1.00"), payIn(absent, "1.00")])),
  ).toEqual(["BULK_REFUSED", "FUND_NOT_FOUND"]);
  await expect(
    books.executeTogether(context, [
      payIn(fund(0), "1.00"),
      { ...payIn(absent, "1.00"), bookId: "x" },
    ]),
  ).rejects.toMatchObject({ code: "FUND_NOT_FOUND" });
  expect([await stored(fund(0)), await stored(fund(1))]).toEqual([[], []]);
});

test("a fund that the caller may not see is answered as one that does not exist", async () => {
  const { instances, context, fund } = await openFunds(2);
  const { tenantId } = context;
  const caller = signedIn("eve", { funds: [fund(0).fundId], overrides: { tenantId } });
  const send = (second: SmallFund) =>
    instances[0].executeTogether(caller, [payIn(fund(0), "1.00"), payIn(second, "1.00")]);
  const ofUnseen = await send(fund(1));
  expect(codes(ofUnseen)).toEqual(["BULK_REFUSED", "FUND_NOT_FOUND"]);
  const absent = newId();
  expect(messageOf((await send({ ...fund(1), fundId: absent })).at(1))).toBe(
    messageOf(ofUnseen.at(1))?.replace(fund(1).fundId, absent),
  );
  expect([await stored(fund(0)), await stored(fund(1))]).toEqual([[], []]);
});

test("a repeat with the same keys is answered as before, and one with other content refused", async () => {
  const { instances, context, fund } = await openFunds(2);
  const order = (nth: number, amount: string, key: string): BookRequest =>
    payIn(fund(nth), amount, { key });
  const first = [order(0, "1.00", "a"), order(1, "2.00", "b")];
  expect(codes(await instances[0].executeTogether(context, first))).toEqual(["ok", "ok"]);
  const again = [order(0, "1.00", "a"), order(1, "2.00", "b")];
  expect(codes(await instances[1].executeTogether(context, again))).toEqual(["again", "again"]);
  const other = [order(0, "5.00", "c"), order(1, "2.01", "b")];
  expect(codes(await instances[1].executeTogether(context, other))).toEqual([
    "BULK_REFUSED",
    "IDEMPOTENCY_CONFLICT",
  ]);
  const partly = [order(0, "1.00", "a"), order(1, "4.00", "d")];
  expect(codes(await instances[0].executeTogether(context, partly))).toEqual(["again", "ok"]);
  expect([await balanceOf(fund(0)), await balanceOf(fund(1))]).toEqual([100, 600]);
});

test("a connection that is lost while it waits leaves nothing, and the repeat is carried out once", async () => {
  const { instances, context, fund } = await openFunds(2);
  const requests = () => [
    payIn(fund(0), "1.00", { key: "lost-0" }),
    payIn(fund(1), "2.00", { key: "lost-1" }),
  ];
  const blocker = await database.pool.connect();
  try {
    const lock = [20_212, Number.parseInt(fund(1).fundId.slice(-8), 16) | 0];
    await blocker.query("SELECT pg_advisory_lock($1, $2)", lock);
    const sent = instances[0].executeTogether(context, requests()).then(
      () => "answered",
      (error: { code?: string }) => error.code,
    );
    await expect
      .poll(async () => {
        const { rowCount } = await database.pool.query(
          "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = $1::bigint::oid",
          [lock[1] === undefined ? 0 : lock[1] >>> 0],
        );
        return rowCount;
      })
      .toBe(1);
    expect(await sent).toBe("UPSTREAM_TIMEOUT");
    await blocker.query("SELECT pg_advisory_unlock($1, $2)", lock);
  } finally {
    blocker.release();
  }
  expect([await stored(fund(0)), await stored(fund(1))]).toEqual([[], []]);
  expect(codes(await instances[1].executeTogether(context, requests()))).toEqual(["ok", "ok"]);
  expect(codes(await instances[0].executeTogether(context, requests()))).toEqual([
    "again",
    "again",
  ]);
});

test("beside single postings, a moving tenant's book and a second instance every sum is that of the answers", async () => {
  const { instances, context, funds } = await openFunds(4);
  const { tenantId } = context;
  const rate = (nth: number): BookRequest => ({
    bookId: tenantBookOf(tenantId),
    command: {
      kind: "RecordExchangeRates",
      batchId: newId(),
      rates: [{ date: "2026-06-30", base: "EUR", quote: "USD", rate: `1.1${nth}`, source: "BANK" }],
    },
    key: undefined,
    content: nth,
  });
  const steps = fc.array(
    fc.record({
      instance: fc.nat(1),
      items: fc.array(fc.record({ fund: fc.nat(3), cents: fc.integer({ min: 0, max: 20 }) }), {
        minLength: 1,
        maxLength: 5,
      }),
    }),
    { minLength: 5, maxLength: 25 },
  );
  const expected = funds.map(() => 0);
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await Promise.all(
        all.map(async ({ instance, items }, nth) => {
          const books = instances[instance] ?? instances[0];
          if (nth % 4 === 0) await books.execute(context, rate(nth));
          const requests = items.flatMap(({ fund, cents }) => {
            const own = funds[fund];
            return own === undefined ? [] : [payIn(own, (cents / 100).toFixed(2))];
          });
          const verdicts = await books.executeTogether(context, requests);
          const isWhole = items.every(({ cents }) => cents > 0);
          expect(verdicts.every(({ accepted }) => accepted)).toBe(isWhole);
          expect(verdicts.some(({ accepted }) => accepted)).toBe(isWhole);
          if (!isWhole) return;
          for (const { fund, cents } of items) expected[fund] = (expected[fund] ?? 0) + cents;
        }),
      );
    }),
    { numRuns: 6 },
  );
  expect(await Promise.all(funds.map(balanceOf))).toEqual(expected);
  for (const fund of funds) await expectSound(database, fund);
});
