import { en } from "../language/catalogue/en.ts";
import { translator } from "../language/messages.ts";
import { expect, test } from "vitest";
import type {
  AccountType,
  EntrySide,
  TransactionEntryFragment,
} from "../graph/graph-types.generated.ts";
import { effectOf, routeOf } from "./transaction-effect.ts";

function entry(
  name: string,
  type: AccountType,
  side: EntrySide,
  amount: string,
): TransactionEntryFragment {
  const money = { amount, currency: "EUR" };
  const account = { id: name, code: name, name, type };
  return { id: `${name}-${side}`, side, amount: money, balanceAfter: money, account };
}

test("lowers the assets by the exact amount of a payment", () => {
  const entries = [
    entry("Fees", "EXPENSE", "DEBIT", "4109.59"),
    entry("Bank", "ASSET", "CREDIT", "4109.59"),
  ];
  expect(effectOf({ entries })).toEqual({
    money: { amount: "-4109.59", currency: "EUR" },
    changesAssets: true,
  });
  expect(routeOf({ entries }, translator("en", en))).toBe("Bank → Fees");
});

test("shows the volume of a movement between assets", () => {
  const entries = [
    entry("Investments", "ASSET", "DEBIT", "500.00"),
    entry("Bank", "ASSET", "CREDIT", "499.00"),
    entry("Broker", "ASSET", "CREDIT", "1.00"),
  ];
  expect(effectOf({ entries })).toEqual({
    money: { amount: "500.00", currency: "EUR" },
    changesAssets: false,
  });
  expect(routeOf({ entries }, translator("en", en))).toBe("Bank and 1 more → Investments");
});
