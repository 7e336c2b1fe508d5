import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { fundOf, openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";
import { addDays } from "../series/calendar.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const DAYS = Array.from({ length: 60 }, (_, index) => addDays("2025-01-01", index));
const navOf = (index: number): string => (100 + ((index * 7) % 11)).toFixed(4);

async function importCloses(input: object, closeOf: (index: number) => string): Promise<string> {
  const content = ["date,close", ...DAYS.map((day, at) => `${day},${closeOf(at)}`)].join("\n");
  const { data, errors } = await service.execute(
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }",
    { input: { ...input, content } },
  );
  expect(errors).toBeUndefined();
  return (data["importPrices"] as { instrument: { id: string } }).instrument.id;
}

/** A class with a NAV each day, and an instrument with the same prices. */
async function twins() {
  const book = new BookFixture("SEK");
  const classId = newId();
  for (const [index, day] of DAYS.entries()) book.publish(day, classId, navOf(index));
  service.ledger.publish(book.events);
  await service.applied(book);
  const twin = await importCloses({ symbol: "TWIN", currency: "SEK" }, navOf);
  const pair = {
    symbol: "SEKNOK",
    currency: "NOK",
    kind: "CURRENCY_PAIR",
    baseCurrency: "SEK",
  };
  await importCloses(pair, (index) => (1 + (index % 5) / 100).toFixed(4));
  const shareClass = { __typename: "ShareClass", id: classId, fund: fundOf(book) };
  const ofClass = async (fields: string) => {
    const answer = await service.executeEntity(shareClass, `... on ShareClass { ${fields} }`);
    const [entity] = (answer.data?.["_entities"] ?? []) as unknown as Record<string, never>[];
    return { ...answer, entity };
  };
  const ofTwin = async (fields: string) => {
    const { data, errors } = await service.execute(`{ instrument(id: "${twin}") { ${fields} } }`);
    expect(errors).toBeUndefined();
    return data["instrument"] as unknown as Record<string, Record<string, unknown>>;
  };
  return { book, twin, ofClass, ofTwin };
}

test("a share class has every figure that an instrument of the same prices has", async () => {
  const { book, twin, ofClass, ofTwin } = await twins();
  const figures =
    "values(metrics: [CUMULATIVE_RETURN, ANNUALISED_VOLATILITY, MAX_DRAWDOWN, BETA]) { name value unavailable } calendar { frequency }";
  const tables =
    "monthlyReturns { year total } drawdowns(first: 3) { nodes { from trough depth } }";
  const rolled = "(figure: VOLATILITY, window: 20, first: 60) { nodes { date value } }";
  const reader = `currency: "NOK", benchmarkId: "${twin}"`;
  const { entity, errors } = await ofClass(`
    performance { currency conversion { pairs } ${tables} }
    inReader: performance(${reader}, level: 0.9) { currency navs conversion { pairs withoutRate } ${figures} }
    rolling${rolled}
    rollingBeta: rolling(figure: BETA, window: 30, benchmarkId: "${twin}", first: 60) { nodes { value } }
    known: performance(knownAt: ${book.position - 30}) { navs }`);
  expect(errors).toBeUndefined();
  const priced = await ofTwin(`${tables}
    metrics(${reader}, level: 0.9) { ${figures} }
    rolling${rolled}`);
  expect(entity).toMatchObject({
    performance: {
      currency: "SEK",
      conversion: null,
      monthlyReturns: priced["monthlyReturns"],
      drawdowns: priced["drawdowns"],
    },
    inReader: {
      ...priced["metrics"],
      currency: "NOK",
      navs: 60,
      conversion: { pairs: ["SEKNOK"], withoutRate: 0 },
    },
    rolling: priced["rolling"],
    known: { navs: 30 },
  });
  const rollingBeta = entity?.["rollingBeta"] as { nodes: { value: number | null }[] } | undefined;
  expect(rollingBeta?.nodes.at(-1)?.value).toBeCloseTo(1, 12);

  const none = await ofClass(`
    performance(currency: "JPY") { navs values(metrics: [SHARPE]) { unavailable } }
    rolling(figure: VOLATILITY, window: 20, currency: "JPY") { nodes { value } }`);
  const reason = "There are no rates that lead from SEK to JPY.";
  expect(none.entity).toMatchObject({
    performance: { navs: 0, values: [{ unavailable: reason }] },
    rolling: null,
  });
  expect(none.errors).toMatchObject([
    { message: reason, extensions: { code: "INSUFFICIENT_DATA" } },
  ]);
});
