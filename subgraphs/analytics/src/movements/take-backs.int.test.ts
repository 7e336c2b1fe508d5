import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import type { PostedEvent } from "../feed/book.fixture.ts";
import { listInsights } from "../insights/insight-store.ts";
import { awaitExamined } from "../examination/examination-marks.ts";
import { loadExpectations } from "../expectations/expectation-store.ts";
import { totalsByCategory } from "../predictions/prediction-store.ts";
import { openDatabase } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

const FEE = { amount: "-100.00", description: "MANAGEMENT FEE", counterparty: "Manager SA" };

/** The reversal of a posted transaction, or of a part of it. */
function reversalOf(book: BookFixture, { payload }: PostedEvent, part?: string): PostedEvent {
  const [bank] = payload.entries;
  const amount = part ?? bank?.amount ?? "0.00";
  const event = book.post({ amount, description: "Reversal", date: "2027-01-10" });
  const entries = payload.entries.map((entry) => ({
    ...entry,
    amount,
    side: entry.side === "DEBIT" ? ("CREDIT" as const) : ("DEBIT" as const),
  }));
  const source = { kind: "REVERSAL" as const, reverses: payload.transactionId };
  return { ...event, payload: { ...event.payload, entries, source } };
}

/** Received and paid by category, in minor units. */
async function totalsOf({ fundId }: BookFixture): Promise<Record<string, string>> {
  const span = { fundId, from: null, to: null };
  const totals = await totalsByCategory(database.reads, DEMO_TENANT_ID, span);
  return Object.fromEntries(
    totals.map(({ category, inflowMinor, outflowMinor }) => [
      category,
      `+${inflowMinor} -${outflowMinor}`,
    ]),
  );
}

const storedOf = ({ payload }: PostedEvent) =>
  withTransaction(database.pool, { tenantId: DEMO_TENANT_ID }, async (client) => {
    const { rows } = await client.query<{
      category: string;
      direction: string;
      role: string;
      takes_back: string | null;
      amount_minor: string;
      lines: object[] | null;
    }>("SELECT * FROM movement WHERE transaction_id = $1", [payload.transactionId]);
    return rows[0];
  });

describe("a reversal", () => {
  test.each([
    ["in one batch", true],
    ["in batches of their own", false],
  ])("and what it reverses count as nothing, %s", async (_, together) => {
    const book = new BookFixture();
    const kept = book.post(FEE);
    const reversed = book.post(FEE);
    const reversal = reversalOf(book, reversed);
    const all = [kept, reversed, reversal];
    await database.apply(book.opening);
    for (const batch of together ? [all] : all.map((event) => [event])) await database.apply(batch);
    expect(await totalsOf(book)).toEqual({ MANAGEMENT_FEE: "+0 -10000" });
    expect(await storedOf(reversal)).toMatchObject({
      category: "MANAGEMENT_FEE",
      direction: "NONE",
      role: "REVERSAL",
      takes_back: reversed.payload.transactionId,
    });
    await database.examine();
    const page = { fundId: book.fundId, after: null, limit: 9, filter: {} };
    expect(await listInsights(database.reads, DEMO_TENANT_ID, page)).toEqual([]);
  });

  test("of a part leaves the rest, and of the rest nothing", async () => {
    const book = new BookFixture();
    const fee = book.post(FEE);
    await database.apply([...book.opening, fee, reversalOf(book, fee, "40.00")]);
    expect(await totalsOf(book)).toEqual({ MANAGEMENT_FEE: "+0 -6000" });
    await database.apply([reversalOf(book, fee, "60.00")]);
    expect(await totalsOf(book)).toEqual({});
  });

  test("takes the occurrence out of its series", async () => {
    const book = new BookFixture();
    const rents = [1, 2, 3, 4].map((month) =>
      book.post({ ...FEE, description: "OFFICE RENT", date: `2026-0${month}-01` }),
    );
    const [first] = rents as [PostedEvent];
    const datesOf = async (): Promise<string[][]> => {
      await database.examine();
      const series = await loadExpectations(database.reads, DEMO_TENANT_ID, book.fundId);
      return series.map(({ model }) => model.occurrences.map(({ date }) => date));
    };
    const fund = { id: book.fundId, position: book.position };
    const version = () => awaitExamined(database.reads, DEMO_TENANT_ID, fund);
    await database.apply([...book.opening, ...rents]);
    expect(await datesOf()).toEqual([["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]]);
    const before = await version();
    expect([before.split(" ")[0], await version()]).toEqual(["1", before]);
    await database.apply([reversalOf(book, first)]);
    expect(await datesOf()).toEqual([["2026-02-01", "2026-03-01", "2026-04-01"]]);
    expect(await version()).not.toBe(before);
  });

  test("of a transaction that is not there is a movement of its own", async () => {
    const book = new BookFixture();
    const fee = book.post(FEE);
    const lost = { ...fee, payload: { ...fee.payload, transactionId: newId() } };
    const reversal = { ...reversalOf(book, lost), position: fee.position };
    await database.apply([...book.opening, reversal]);
    expect(await storedOf(reversal)).toMatchObject({ direction: "IN", takes_back: null });
  });
});

describe("a refund", () => {
  const paid = { ...FEE, description: "OFFICE RENT", date: "2026-03-01" };
  const refund = { ...paid, amount: "30.00", description: "Refund", date: "2026-03-20" };

  test("is netted against the payment it refunds, and its reversal undoes that", async () => {
    const book = new BookFixture();
    const back = book.post(refund);
    const events = [book.post(paid), book.post({ ...refund, counterparty: "Other Ltd" })];
    const netted = { ...book.post(refund), payload: { ...back.payload, transactionId: newId() } };
    await database.apply([...book.opening, ...events, netted]);
    expect((await totalsOf(book))["RENT"]).toBe("+0 -7000");
    expect(await storedOf(netted)).toMatchObject({ category: "RENT", role: "REFUND" });
    await database.apply([reversalOf(book, netted)]);
    expect((await totalsOf(book))["RENT"]).toBe("+0 -10000");
  });

  test.each(["זיכוי בגין חיוב", "החזר תשלום"])(
    "is one in Hebrew, too: %s, but not what is paid back of a loan",
    async (description) => {
      const book = new BookFixture();
      const first = book.post(paid);
      const back = book.post({ ...refund, description });
      const loan = book.post({ ...refund, description: "החזר הלוואה" });
      await database.apply([...book.opening, first, back, loan]);
      expect(await storedOf(back)).toMatchObject({ role: "REFUND" });
      expect(await storedOf(loan)).toMatchObject({ role: "FLOW", direction: "IN" });
    },
  );

  test("of a split reduces the line it is booked against, and none when it is booked elsewhere", async () => {
    const book = new BookFixture();
    const opened = [book.account("Rent", "EXPENSE"), book.account("Cleaning", "EXPENSE")];
    const event = book.post({ ...paid, contra: "Rent" });
    const [bank, rent] = event.payload.entries as [never, (typeof event.payload.entries)[number]];
    const cleaning = (opened[1]?.payload as { accountId?: string } | undefined)?.accountId ?? "";
    const lines = [
      { ...rent, amount: "60.00" },
      { ...rent, accountId: cleaning, amount: "40.00" },
    ];
    const split = { ...event, payload: { ...event.payload, entries: [bank, ...lines] } };
    const back = book.post({ ...refund, contra: "Cleaning" });
    const elsewhere = book.post(refund);
    await database.apply([...book.opening, ...opened, split, back, elsewhere]);
    expect(await storedOf(back)).toMatchObject({ role: "REFUND" });
    expect(await storedOf(elsewhere)).toMatchObject({ role: "FLOW", direction: "IN" });
    expect(await storedOf(split)).toMatchObject({
      amount_minor: "7000",
      lines: [{ amountMinor: "6000" }, { amountMinor: "1000" }],
    });
  });

  test("that is larger than every payment, or of a payee never paid, is income", async () => {
    const book = new BookFixture();
    const more = book.post({ ...refund, amount: "130.00" });
    await database.apply([...book.opening, book.post(paid), more]);
    expect(await storedOf(more)).toMatchObject({ direction: "IN", role: "FLOW" });
  });
});

test("an adjustment corrects a balance and moves no money", async () => {
  const book = new BookFixture();
  const fee = book.post(FEE);
  const source = { kind: "ADJUSTMENT" as const };
  await database.apply([...book.opening, { ...fee, payload: { ...fee.payload, source } }]);
  expect(await totalsOf(book)).toEqual({});
});

/** A dividend of 100 of which tax was withheld, in lines of their own. */
function splitIn(book: BookFixture, income: string) {
  const opened = [
    book.account("Dividend income", "INCOME"),
    book.account("Withholding tax", "EXPENSE"),
  ];
  const event = book.post({ amount: "85.00", description: "QQX 77", contra: "Dividend income" });
  const [bank, other] = event.payload.entries as [never, (typeof event.payload.entries)[number]];
  const tax = opened[1]?.payload as { accountId: string };
  const entries = [
    bank,
    { ...other, amount: income },
    { ...other, accountId: tax.accountId, side: "DEBIT" as const, amount: "15.00" },
  ];
  return { opened, split: { ...event, payload: { ...event.payload, entries } } };
}

describe("a split", () => {
  test("has a category and an amount for each line, which reversals reduce", async () => {
    const book = new BookFixture();
    const { opened, split } = splitIn(book, "100.00");
    await database.apply([...book.opening, ...opened, split]);
    expect(await storedOf(split)).toMatchObject({
      lines: [
        { line: 2, accountName: "Dividend income", direction: "IN", category: "DIVIDEND" },
        { line: 3, accountName: "Withholding tax", direction: "OUT", category: "TAX" },
      ],
    });
    expect(await totalsOf(book)).toEqual({ DIVIDEND: "+10000 -0", TAX: "+0 -1500" });
    await database.apply([reversalOf(book, split)]);
    expect(await totalsOf(book)).toEqual({});
  });
});
