import { expect, test } from "vitest";
import { totalCashHistory } from "./total-history.ts";

const fund = (points: [string, string | null][], currency = "EUR") => ({
  currency,
  points: points.map(([date, amount]) => ({
    date,
    cash: amount === null ? null : { amount, currency },
  })),
});

test("adds funds exactly, each with its last balance", () => {
  const history = totalCashHistory(
    [
      fund([
        ["2026-01-01", "100.10"],
        ["2026-03-01", "50.00"],
      ]),
      fund([["2026-02-01", "0.20"]]),
    ],
    "EUR",
  );
  expect(history).toEqual([
    { date: "2026-01-01", amount: "100.10" },
    { date: "2026-02-01", amount: "100.30" },
    { date: "2026-03-01", amount: "50.20" },
  ]);
});

test("leaves out dates on which the cash of a fund is unknown", () => {
  const unknown = fund([
    ["2026-01-01", null],
    ["2026-03-01", "5"],
  ]);
  const known = fund([
    ["2026-01-01", "1"],
    ["2026-02-01", "2"],
  ]);
  expect(totalCashHistory([unknown, known], "EUR")).toEqual([{ date: "2026-03-01", amount: "7" }]);
});

test("leaves out other currencies", () => {
  expect(totalCashHistory([fund([["2026-01-01", "7"]], "JPY")], "EUR")).toEqual([]);
});
