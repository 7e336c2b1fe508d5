import { expect, test } from "vitest";
import { readSimulation } from "./simulation-form.ts";

const TYPED = {
  source: "parameters",
  return: "6,5",
  volatility: "12",
  method: "GBM",
  step: "MONTH",
  years: "20",
  paths: "5000",
  seed: "7",
  start: "1.000.000,00",
  contribution: "500",
  contributionEvery: "STEP",
  withdrawal: "40.000",
  withdrawalEvery: "YEAR",
  withdrawalFrom: "11",
  increase: "2",
  fee: "0,5",
  goal: "2 000 000",
  idempotencyKey: "key",
};

function read(changed: Partial<typeof TYPED> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...TYPED, ...changed })) form.set(name, value);
  return readSimulation({ form, fundId: "fund-1", currency: "EUR", point: "," });
}

test("reads a plan as people type it", () => {
  expect(read()).toEqual({
    assets: [{ expectedReturn: 0.065, volatility: 0.12 }],
    method: "GBM",
    step: "MONTH",
    horizon: 240,
    paths: 5000,
    seed: 7,
    initialValue: "1000000.00",
    currency: "EUR",
    yearlyFee: 0.005,
    plan: [
      { kind: "CONTRIBUTION", amount: "500", everySteps: 1, firstStep: 1, yearlyIncrease: 0.02 },
      { kind: "WITHDRAWAL", amount: "40000", everySteps: 12, firstStep: 132, yearlyIncrease: 0.02 },
    ],
    goal: "2000000",
    idempotencyKey: "key",
  });
});

test.each([
  ["fund", { fundId: "fund-1" }],
  ["instrument-1", { instrumentId: "instrument-1" }],
])("takes the returns of a history: %s", (source, asset) => {
  expect(read({ source, return: "" })).toMatchObject({ assets: [asset] });
});

test.each([
  [{ years: "0" }, "simulate.badYears"],
  [{ years: "1.5" }, "simulate.badYears"],
  [{ years: "101" }, "simulate.badYears"],
  [{ start: "" }, "simulate.badStart"],
  [{ start: "-1" }, "simulate.badStart"],
  [{ start: "much" }, "simulate.badStart"],
  [{ fee: "low" }, "simulate.badPercent"],
  [{ goal: "0" }, "simulate.badAmount"],
  [{ withdrawal: "-5" }, "simulate.badAmount"],
  [{ paths: "many" }, "simulate.badPaths"],
  [{ seed: "99999999999999999999" }, "simulate.badSeed"],
  [{ volatility: "" }, "simulate.needReturns"],
] as const)("names what is wrong with %j", (changed, fault) => {
  expect(read(changed)).toBe(fault);
});
