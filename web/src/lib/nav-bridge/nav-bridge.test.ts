import fc from "fast-check";
import { expect, test } from "vitest";
import type { AccountType } from "../graph/graph-types.generated.ts";
import { navBridges, type BridgeBalance, type ResultLine } from "./nav-bridge.ts";

const eur = (amount: bigint | string) => ({
  currency: "EUR",
  amount: typeof amount === "string" ? amount : `${amount / 100n}.00`,
});
const name = (id: string, type: AccountType, code = id) => ({ id, code, name: id, type });
const line = (
  id: string,
  type: AccountType,
  amount: string,
  change: Partial<ResultLine["account"]> = {},
): ResultLine => ({
  account: { ...name(id, type), class: "ORDINARY", managed: false, ...change },
  amount: eur(amount),
});
const balance = (assets: string, result: string, equity: string): BridgeBalance => ({
  totals: [{ currency: "EUR", assets: eur(assets), liabilities: eur("0.00"), result: eur(result) }],
  equity: [{ account: name("capital", "EQUITY"), money: eur(equity) }],
});

test("names capital, income, costs, prices and currency, and ties out", () => {
  const [bridge] = navBridges(
    balance("100.00", "0.00", "100.00"),
    balance("137.00", "17.00", "120.00"),
    [
      line("dividends", "INCOME", "5.00"),
      line("fees", "EXPENSE", "3.00"),
      line("unrealised", "INCOME", "11.00", { managed: true, code: "4200-EUR" }),
      line("currency", "INCOME", "6.00", { managed: true, code: "4110" }),
      line("difference", "EXPENSE", "2.00", { class: "CURRENCY_RESULT" }),
    ],
  );
  const steps = bridge?.steps.map(({ kind, money }) => [kind, money.amount]);
  expect(steps).toEqual([
    ["flows", "20.00"],
    ["income", "5.00"],
    ["costs", "-3.00"],
    ["prices", "11.00"],
    ["currency", "4.00"],
  ]);
  expect([bridge?.opening.amount, bridge?.closing.amount, bridge?.ties]).toEqual([
    "100.00",
    "137.00",
    true,
  ]);
});

test("takes an account of a fund's own chart by its type, whatever its code", () => {
  const [bridge] = navBridges(balance("0.00", "0.00", "0.00"), balance("9.00", "9.00", "0.00"), [
    line("interest", "INCOME", "9.00", { code: "4200" }),
  ]);
  expect(bridge?.steps.find(({ kind }) => kind === "income")?.money.amount).toBe("9.00");
});

test("states what a closed year carried to equity, so that it is no capital twice", () => {
  const [bridge] = navBridges(
    balance("150.00", "50.00", "100.00"),
    balance("160.00", "0.00", "160.00"),
    [line("dividends", "INCOME", "10.00")],
  );
  expect(bridge?.steps.find(({ kind }) => kind === "carried")?.money.amount).toBe("-60.00");
  expect(bridge?.ties).toBe(true);
});

test("does not tie out when the parts are of different states of the book", () => {
  const [bridge] = navBridges(
    balance("100.00", "0.00", "100.00"),
    balance("101.00", "0.00", "100.00"),
    [],
  );
  expect(bridge?.ties).toBe(false);
});

test("leaves units of securities out, and keeps currencies apart", () => {
  const units = {
    currency: "IE00B4L5Y983/4",
    assets: eur("1"),
    liabilities: eur("0"),
    result: eur("0"),
  };
  const before = balance("1.00", "0.00", "1.00");
  expect(navBridges({ ...before, totals: [...before.totals, units] }, before, [])).toHaveLength(1);
});

function print(units: bigint): string {
  const magnitude = (units < 0n ? -units : units).toString().padStart(3, "0");
  return `${units < 0n ? "-" : ""}${magnitude.slice(0, -2)}.${magnitude.slice(-2)}`;
}

const amount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });

test("ties out for all books that balance", () => {
  fc.assert(
    fc.property(
      amount,
      amount,
      amount,
      amount,
      amount,
      (start, capital, income, costs, carried) => {
        const net = income - costs;
        const [bridge] = navBridges(
          balance(print(start), "0.00", print(start)),
          balance(
            print(start + capital + net),
            print(net - carried),
            print(start + capital + carried),
          ),
          [line("in", "INCOME", print(income)), line("out", "EXPENSE", print(costs))],
        );
        expect(bridge?.ties).toBe(true);
      },
    ),
  );
});
