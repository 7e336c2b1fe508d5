import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { openDatabase } from "../service.fixture.ts";
import type { OpenDatabase } from "../service.fixture.ts";
import { listInsights } from "./insight-store.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

const PAYMENTS = 600;

/** Amounts evenly spread over three whole orders of magnitude: exactly Benford's law. */
const lawful = Array.from({ length: PAYMENTS }, (_, index) =>
  (10 ** (1 + (3 * (index + 0.5)) / PAYMENTS)).toFixed(2),
);

async function findingsOf(amounts: readonly (readonly [amount: string, payee: string])[]) {
  const book = new BookFixture();
  const posted = amounts.map(([amount, counterparty], index) =>
    book.post({
      amount: `-${amount}`,
      description: `Invoice ${index}`,
      counterparty,
      date: `2026-0${1 + (index % 6)}-${String(1 + (index % 28)).padStart(2, "0")}`,
    }),
  );
  await database.apply([...book.opening, ...posted]);
  await database.examine();
  const filter = { kinds: ["DIGIT_DISTRIBUTION" as const] };
  const page = { fundId: book.fundId, after: null, limit: 10, filter };
  return listInsights(database.reads, DEMO_TENANT_ID, page);
}

describe("first digits of a fund's payments", () => {
  const ordinary = lawful.map((amount, index) => [amount, `Payee ${index % 50}`] as const);

  test("just below a limit are an insight, with their digit", async () => {
    const below = Array.from(
      { length: PAYMENTS / 5 },
      (_, index) => [(4_000 + 8.3 * index).toFixed(2), `Payee ${index % 50}`] as const,
    );
    expect(await findingsOf([...ordinary, ...below])).toMatchObject([
      {
        message: expect.stringMatching(/^The first digits of 720 payments .*: 4 is more frequent/),
      },
    ]);
  });

  test("of a rent that is paid again and again are none", async () => {
    const rent = Array.from({ length: PAYMENTS / 2 }, () => ["4500.00", "Landlord"] as const);
    expect(await findingsOf([...ordinary, ...rent])).toEqual([]);
  });
});
