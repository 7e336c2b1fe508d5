import { expect, test } from "vitest";
import { withNewestMonth } from "./newest-month.ts";

const euros = (amount: string) => ({ amount, currency: "EUR" });
const month = (date: string, cash: string) => ({
  date,
  cash: euros(cash),
  netAssetValue: euros(cash),
  rates: [],
});
const months = [month("2026-10-31", "1.00"), month("2026-11-20", "2.00")];
const figuresOf = (asOf: string) => ({
  asOf,
  cash: euros("3.00"),
  netAssetValue: euros("4.00"),
  values: [],
});

const amounts = (asOf: string) =>
  withNewestMonth(months, figuresOf(asOf)).map(({ cash }) => cash?.amount);

test("gives the running month the newest figures, and begins the next one", () => {
  expect(amounts("2026-11-29")).toEqual(["1.00", "3.00"]);
  expect(amounts("2026-12-01")).toEqual(["1.00", "2.00", "3.00"]);
  expect(amounts("2026-10-31")).toEqual(["1.00", "2.00"]);
});

test("shows no older figures where the newest are unknown", () => {
  const unknown = withNewestMonth(months, {
    ...figuresOf("2026-11-29"),
    cash: null,
    netAssetValue: null,
  });
  expect(unknown.map(({ cash }) => cash?.amount)).toEqual(["1.00", undefined]);
  expect(unknown.at(-1)?.netAssetValue).toBeNull();
});

test("names the rates of the newest figures, those of postings without a source", () => {
  const inputs = [
    { name: "accounts", value: "2" },
    { name: "rate EUR/USD", value: "1.08" },
    { name: "date of rate EUR/USD", value: "2026-11-28" },
    { name: "source of rate EUR/USD", value: "ECB" },
    { name: "rate GBP/USD", value: "1.27" },
    { name: "date of rate GBP/USD", value: "2026-11-27" },
    { name: "source of rate GBP/USD", value: "book" },
  ];
  const metric = {
    value: null,
    money: null,
    unit: "MONEY",
    method: "",
    unavailable: null,
  } as const;
  const cash = { ...metric, name: "cash", asOf: "2026-11-29", absence: null, inputs } as const;
  const [newest] = withNewestMonth(months, { ...figuresOf("2026-11-29"), values: [cash] }).slice(
    -1,
  );
  expect(newest?.rates).toEqual([
    { base: "EUR", quote: "USD", rate: "1.08", date: "2026-11-28", source: "ECB" },
    { base: "GBP", quote: "USD", rate: "1.27", date: "2026-11-27", source: null },
  ]);
});

test("leaves a history without figures as it is", () => {
  expect(withNewestMonth(months, undefined)).toBe(months);
  expect(withNewestMonth([], figuresOf("2026-11-29"))).toEqual([]);
});
