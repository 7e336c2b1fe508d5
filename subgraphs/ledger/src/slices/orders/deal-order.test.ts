import {
  formatAmount,
  PARITY,
  parseAmount,
  parseDecimal,
  quoted,
  type Quotation,
} from "@allfunds/contract/money";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dealRedemption,
  dealSubscription,
  dealSwitchIn,
  NO_CHARGE,
  unitsToHold,
  worthOf,
  type DealingPrice,
} from "./deal-order.ts";

const price = (nav: string, more: Partial<DealingPrice> = {}): DealingPrice => ({
  nav: parseDecimal(nav),
  currency: "EUR",
  base: "EUR",
  rate: PARITY,
  unitDecimals: 4,
  unitRounding: "DOWN",
  amountRounding: "HALF_UP",
  chargeRate: NO_CHARGE,
  ...more,
});

const eur = (amount: string): bigint => parseAmount(amount, "EUR");
const units = (text: string): bigint => parseAmount(text, "U/4");
const dollars = (rate: string): Partial<DealingPrice> => ({
  currency: "USD",
  rate: quoted(parseDecimal(rate)),
});

describe("the orders of the worked month", () => {
  test("a subscription of 50,000.00 pays its charge and buys units of the rest", () => {
    const dealt = dealSubscription(
      { amountMinor: eur("50000.00") },
      price("100.1195", { chargeRate: parseDecimal("0.0100") }),
    );
    expect(dealt).toMatchObject({
      units: units("494.4091"),
      netMinor: eur("49500.00"),
      chargeMinor: eur("500.00"),
    });
  });

  test("a subscription of 100 units costs what they are worth, in both currencies", () => {
    const dealt = dealSubscription(
      { units: units("100.0000") },
      price("102.0049", dollars("1.1000")),
    );
    expect(dealt).toMatchObject({ amountMinor: eur("10200.49"), amountBase: eur("9273.17") });
  });

  test("a redemption of 250 units leaves its charge in the class", () => {
    const dealt = dealRedemption(
      { units: units("250.0000") },
      price("100.1195", { chargeRate: parseDecimal("0.0050") }),
    );
    expect(dealt).toMatchObject({
      amountMinor: eur("25029.88"),
      chargeMinor: eur("125.15"),
      netMinor: eur("24904.73"),
    });
  });

  test("a redemption of an amount takes so many units, cut, and pays the amount", () => {
    const dealt = dealRedemption(
      { amountMinor: eur("20000.00") },
      price("104.8878", dollars("1.1200")),
    );
    expect(dealt).toMatchObject({
      units: units("190.6799"),
      amountMinor: eur("20000.00"),
      amountBase: eur("17857.14"),
    });
  });

  test("a subscription at the second strike buys 734.4787 units", () => {
    const dealt = dealSubscription(
      { amountMinor: eur("75000.00") },
      price("101.0921", { chargeRate: parseDecimal("0.0100") }),
    );
    expect(dealt).toMatchObject({ units: units("734.4787"), chargeMinor: eur("750.00") });
  });
});

describe("other currencies and decimals", () => {
  test.each([
    ["JPY", 0, "10000", "12345.6789", "0"],
    ["BHD", 3, "100.000", "3.141", "31.836"],
    ["EUR", 18, "1.00", "3", "0.333333333333333333"],
  ])("%s with %i decimals of units", (currency, unitDecimals, amount, nav, expected) => {
    const own = price(nav, { currency, base: currency, unitDecimals });
    const dealt = dealSubscription({ amountMinor: parseAmount(amount, currency) }, own);
    expect(formatAmount(dealt.units, `U/${unitDecimals}`)).toBe(expected);
  });

  test("a charge on a subscription of units is its share of what is paid", () => {
    const dealt = dealSubscription(
      { units: units("99.0000") },
      price("100.0000", { chargeRate: parseDecimal("0.01") }),
    );
    expect(dealt).toMatchObject({ amountMinor: eur("10000.00"), chargeMinor: eur("100.00") });
  });

  test("a switch moves the same capital in base", () => {
    const out = dealRedemption({ amountMinor: eur("1000.00") }, price("100.0000"));
    const into = dealSwitchIn(out, price("100.0000"), price("50.0000", dollars("1.2500")));
    expect(into).toMatchObject({ netBase: out.amountBase, units: units("25.0000") });
  });
});

const crossed = (units: string, per: string): Quotation => ({
  units: parseDecimal(units),
  per: parseDecimal(per),
});

test("a switch crosses from currency to currency with one rounding, and not at all within one", () => {
  const yen = { base: "JPY", chargeRate: NO_CHARGE } as const;
  const inDollars = price("58.45", { ...yen, currency: "USD", rate: crossed("1.1133", "157.35") });
  const inDinars = price("70.75", { ...yen, currency: "KWD", rate: crossed("0.34219", "157.35") });
  const out = dealRedemption({ amountMinor: parseAmount("16500.00", "USD") }, inDollars);
  // 16,500.00 / 1.1133 x 0.34219 = 5,071.5306...; over 2,332,053 yen it would be 5,071.530.
  expect(out.amountBase).toBe(2_332_053n);
  expect(dealSwitchIn(out, inDollars, inDinars)).toMatchObject({
    amountMinor: parseAmount("5071.531", "KWD"),
    netBase: 2_332_053n,
  });
  expect(dealSwitchIn(out, inDollars, { ...inDinars, amountRounding: "DOWN" }).amountMinor).toBe(
    parseAmount("5071.530", "KWD"),
  );
  const small = dealRedemption({ amountMinor: 101n }, inDollars);
  expect(dealSwitchIn(small, inDollars, inDollars).amountMinor).toBe(101n);
});

const money = fc.bigInt({ min: 1n, max: 10n ** 12n });
const nav = fc.bigInt({ min: 1n, max: 10n ** 9n }).map((unscaled) => ({ unscaled, scale: 4 }));
const rate = fc.bigInt({ min: 0n, max: 999n }).map((unscaled) => ({ unscaled, scale: 4 }));

test("what dealing gives is never worth more than was paid, and charge and net make the amount", () => {
  fc.assert(
    fc.property(money, nav, rate, (amountMinor, of, chargeRate) => {
      const own = price("1", { nav: of, chargeRate });
      const bought = dealSubscription({ amountMinor }, own);
      expect(bought.chargeMinor + bought.netMinor).toBe(amountMinor);
      const exactWorth = bought.units * of.unscaled;
      expect(exactWorth <= bought.netMinor * 10n ** 6n).toBe(true);
      const sold = dealRedemption({ amountMinor }, own);
      expect(sold.chargeMinor + sold.netMinor).toBe(amountMinor);
      expect(unitsToHold(amountMinor, own) >= sold.units).toBe(true);
      expect(unitsToHold(amountMinor, own) - sold.units <= 1n).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("units that are bought and sold at one NAV without charge come back within a minor unit", () => {
  fc.assert(
    fc.property(money, nav, (count, of) => {
      const own = price("1", { nav: of });
      expect(dealRedemption({ units: count }, own).amountMinor).toBe(worthOf(count, own));
      expect(dealSubscription({ units: count }, own).amountMinor).toBe(worthOf(count, own));
    }),
    { numRuns: 200 },
  );
});
