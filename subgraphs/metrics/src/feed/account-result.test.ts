import type { AccountType } from "@allfunds/contract/events";
import { expect, test } from "vitest";
import { accountResults } from "./account-result.ts";

const accounts: Readonly<Record<string, readonly [AccountType, boolean]>> = {
  bank: ["ASSET", true],
  shares: ["ASSET", false],
  bonds: ["ASSET", false],
  loan: ["LIABILITY", false],
  capital: ["EQUITY", false],
  gain: ["INCOME", false],
  loss: ["EXPENSE", false],
};

const accountOf = (accountId: string) => {
  const [type, countsAsCash] = accounts[accountId] ?? (["ASSET", false] as const);
  return { tenantId: "t", accountId, type, currency: "EUR", countsAsCash };
};

type Nets = Readonly<Record<string, bigint>>;

test.each<[string, Nets, Nets]>([
  ["interest is the bank's", { bank: 5n, gain: -5n }, { bank: 5n }],
  ["a transfer earns nothing", { bank: -50n, shares: 50n }, {}],
  ["capital earns nothing", { bank: 50n, capital: -50n }, {}],
  ["a sale's gain is the shares'", { shares: -80n, bank: 100n, gain: -20n }, { shares: 20n }],
  ["a purchase's fee is the shares'", { shares: 100n, bank: -102n, loss: 2n }, { shares: -2n }],
  ["a loan's interest is the loan's", { loan: 50n, bank: -55n, loss: 5n }, { loan: -5n }],
  [
    "a revaluation is what each rose and fell",
    { shares: 10n, bonds: -4n, gain: -10n, loss: 4n },
    { shares: 10n, bonds: -4n },
  ],
  [
    "a gain of two sales is shared by their sizes, half a cent away from zero",
    { shares: -80n, bonds: -20n, bank: 102n, gain: -2n },
    { shares: 2n, bonds: 0n },
  ],
  ["what was reversed earns nothing", { bank: 0n, gain: 0n }, {}],
])("%s", (_name, nets, expected) => {
  const results = accountResults(Object.entries(nets), accountOf);
  expect(Object.fromEntries(results)).toEqual(expected);
});
