import { afterEach, beforeEach, expect, test } from "vitest";
import { BookFixture } from "./feed/book.fixture.ts";
import { fundOf, openService, type OpenService } from "./service.fixture.ts";

let service: OpenService;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const FIELD = "forecast(metric: CASH, horizon: 24) { points { value } }";

/** A book with a posting of 1900 and one of each month of the last two years. */
function oldBook(): BookFixture {
  const book = new BookFixture();
  const bank = book.account("1000", "ASSET");
  const sales = book.account("4000", "INCOME");
  const post = (day: string, amount: string) =>
    book.post(day, [bank, "DEBIT", amount], [sales, "CREDIT", amount]);
  post("1900-01-15", "1000");
  for (let month = 0; month < 24; month += 1) {
    const day = new Date(Date.UTC(2024, month, 10)).toISOString().slice(0, 10);
    post(day, String(100 + ((month * 37) % 90)));
  }
  return book;
}

/** The value of a line of /metrics. */
async function figure(line: string): Promise<number> {
  const text = await (await fetch(`${service.origin}/metrics`)).text();
  return Number(
    text
      .split("\n")
      .find((one) => one.startsWith(line))
      ?.split(" ")
      .at(-1),
  );
}

test("one forecast is computed for fifty aliases of it, and health is answered meanwhile", async () => {
  const book = oldBook();
  service.ledger.publish(book.events);
  await service.applied(book);
  const aliases = Array.from({ length: 50 }, (_, index) => `f${index}: ${FIELD}`).join(" ");
  const answer = service.executeEntity(fundOf(book), `... on Fund { ${aliases} }`);
  const answered = answer.then(() => "answered");
  const isHealthy = async () => (await fetch(`${service.origin}/health/live`)).status;
  let healthy = 0;
  while ((await Promise.race([answered, isHealthy()])) === 200) healthy += 1;
  const { errors, data } = await answer;
  expect(errors?.slice(0, 2)).toBeUndefined();
  const forecasts = Object.values(data._entities[0]);
  expect(forecasts).toHaveLength(50);
  for (const forecast of forecasts) expect(forecast).toEqual(forecasts[0]);
  expect(healthy).toBeGreaterThan(3);
  expect(await figure('compute_requests_total{task="forecast",found="new"')).toBe(1);
});
