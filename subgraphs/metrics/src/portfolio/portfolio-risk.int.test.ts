import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";
import { addDays } from "../series/calendar.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const DAYS = Array.from({ length: 120 }, (_, offset) => addDays("2025-08-01", offset));
const wave = (step: number) => (at: number) => 100 + ((at * step) % 11);

async function importCloses(symbol: string, currency: string, close: (at: number) => number) {
  const rows = DAYS.map((day, at) => `${day},${close(at)}`);
  const { data, errors } = await service.execute(
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
    { input: { symbol, currency, content: ["date,close", ...rows].join("\n") } },
  );
  expect(errors).toBeUndefined();
  return (data["importPrices"] as { instrument: { id: string } }).instrument.id;
}

/** A fund whose shares are worth what a price is, revalued every day. */
async function openFund(close: (at: number) => number, units: number): Promise<string> {
  const book = new BookFixture();
  const shares = book.account("1500", "ASSET", "EUR", { countsAsCash: false });
  const capital = book.account("3000", "EQUITY");
  const gain = book.account("4000", "INCOME");
  const first = String(close(0) * units);
  book.post(DAYS[0], [shares, "DEBIT", first], [capital, "CREDIT", first]);
  for (const [at, day] of DAYS.entries()) {
    const change = at === 0 ? 0 : (close(at) - close(at - 1)) * units;
    const amount = String(Math.abs(change));
    if (change > 0) book.post(day, [shares, "DEBIT", amount], [gain, "CREDIT", amount]);
    if (change < 0) book.post(day, [gain, "DEBIT", amount], [shares, "CREDIT", amount]);
  }
  service.ledger.publish(book.events);
  await service.applied(book);
  return book.fundId;
}

const QUERY = `
  query ($input: PortfolioRiskInput!) { portfolioRisk(input: $input) {
    currency from to returns volatility valueAtRisk expectedShortfall calendar { frequency }
    contributions { fundId instrumentId weight volatility valueAtRisk expectedShortfall ownVolatility } } }`;

interface Risk {
  readonly volatility: number;
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}
type Answer = Risk & {
  readonly contributions: readonly (Risk & { fundId: string | null; weight: number })[];
};

async function ask(input: object): Promise<Answer> {
  const { data, errors } = await service.execute(QUERY, { input });
  expect(errors).toBeUndefined();
  return data["portfolioRisk"];
}

const total = ({ contributions }: Answer, figure: keyof Risk) =>
  contributions.reduce((sum, part) => sum + part[figure], 0);

describe("the risk of a portfolio", () => {
  test("of funds equals that of instruments with their prices, and adds up", async () => {
    const [one, other] = [wave(3), wave(7)];
    const range = { currency: "EUR", from: DAYS[0], to: DAYS.at(-1) };
    const instruments = [
      await importCloses("ONE", "EUR", one),
      await importCloses("TWO", "EUR", other),
    ];
    const funds = [await openFund(one, 10), await openFund(other, 30)];
    const worth = [one(119) * 10, other(119) * 30];
    const weights = worth.map((each) => each / (worth[0] + worth[1]));
    const ofAll = await ask(range);
    const ofInstruments = await ask({
      ...range,
      holdings: instruments.map((instrumentId, at) => ({ instrumentId, weight: weights[at] })),
    });
    for (const figure of ["volatility", "valueAtRisk", "expectedShortfall"] as const) {
      expect(total(ofAll, figure)).toBeCloseTo(ofAll[figure], 10);
      expect(ofAll[figure]).toBeCloseTo(ofInstruments[figure], 9);
    }
    const byFund = new Map(ofAll.contributions.map((part) => [part.fundId, part]));
    for (const [at, fundId] of funds.entries()) {
      const part = byFund.get(fundId);
      expect(part?.weight).toBeCloseTo(weights[at], 12);
      expect(part?.volatility).toBeCloseTo(ofInstruments.contributions[at].volatility, 9);
    }
    expect(ofAll).toMatchObject({
      currency: "EUR",
      returns: 119,
      calendar: { frequency: "DAILY" },
    });
  });

  test.each([
    ["a holding that is both", { holdings: [{ weight: 1 }] }, "INVALID_INPUT"],
    ["a weight of nothing", { holdings: [{ instrumentId: "x" }] }, "INVALID_INPUT"],
    ["no holdings", { holdings: [] }, "INVALID_INPUT"],
    ["a fund of another", { holdings: [{ fundId: "x", weight: 1 }] }, "FUND_NOT_FOUND"],
    ["a level of all", { level: 1 }, "INVALID_INPUT"],
    ["a currency without a rate", { currency: "JPY" }, "INSUFFICIENT_DATA"],
    ["a range backwards", { from: "2026-01-01", to: "2025-01-01" }, "INVALID_INPUT"],
  ])("is refused for %s", async (_what, change, code) => {
    const { errors } = await service.execute(QUERY, { input: { currency: "EUR", ...change } });
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});
