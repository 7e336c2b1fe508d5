import { divideRounded, formatScaled, parseDecimal } from "@allfunds/contract/money";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BondTerms } from "../securities/security.ts";
import { accruedInterest, couponOf } from "./accrued-interest.ts";
import { couponDates, monthsFrom, yearFraction, type YearFraction } from "./day-count.ts";

const rounded = ({ numerator, denominator }: YearFraction, decimals = 12): string =>
  formatScaled(
    divideRounded(numerator * 10n ** BigInt(decimals), denominator, "HALF_UP"),
    decimals,
  );

const schedule = (more: Partial<BondTerms>): BondTerms => ({
  couponRate: "0.0425",
  frequency: 2,
  dayCount: "ACT_ACT_ICMA",
  accruesFrom: "2020-01-01",
  firstCoupon: null,
  maturity: "2030-01-01",
  isMonthEnd: false,
  exCouponDays: 0,
  ...more,
});

describe("yearFraction", () => {
  it.each([
    ["ACT_ACT_ISDA", "2003-11-01", "2004-05-01", "0.497724380567"],
    ["ACT_360", "2003-11-01", "2004-05-01", "0.505555555556"],
    ["ACT_365F", "2003-11-01", "2004-05-01", "0.498630136986"],
    ["THIRTY_360", "2006-08-31", "2007-02-28", "0.494444444444"],
    ["THIRTY_360", "2006-08-20", "2006-08-31", "0.030555555556"],
    ["THIRTY_E_360", "2006-08-20", "2006-08-31", "0.027777777778"],
    ["THIRTY_360", "2006-07-31", "2006-08-31", "0.083333333333"],
    ["ACT_ACT_ISDA", "2024-02-29", "2024-02-29", "0.000000000000"],
  ] as const)("counts %s from %s to %s as %s", (dayCount, from, to, expected) => {
    expect(rounded(yearFraction(dayCount, from, to))).toBe(expected);
  });

  it("counts ACT/ACT ICMA by coupon periods: half a year is a half", () => {
    const of = schedule({ accruesFrom: "2003-11-01", maturity: "2010-11-01" });
    expect(rounded(yearFraction("ACT_ACT_ICMA", "2003-11-01", "2004-05-01", of))).toBe(
      "0.500000000000",
    );
  });

  it.each([
    // The example of a short first period: 136 of 184 days from 15 August 2002 to 15 January 2003.
    [
      "a short first stub",
      schedule({
        frequency: 1,
        accruesFrom: "1999-02-01",
        firstCoupon: "1999-07-01",
        maturity: "2005-07-01",
      }),
      "1999-02-01",
      "1999-07-01",
      "0.410958904110",
    ],
    [
      "a long first stub",
      schedule({
        frequency: 2,
        accruesFrom: "2002-08-15",
        firstCoupon: "2003-07-15",
        maturity: "2010-07-15",
      }),
      "2002-08-15",
      "2003-07-15",
      "0.915760869565",
    ],
    [
      "a long first stub before a day that February does not have",
      schedule({
        frequency: 2,
        accruesFrom: "2026-12-05",
        firstCoupon: "2027-08-30",
        maturity: "2030-08-30",
      }),
      "2026-12-05",
      "2027-08-30",
      "0.733516483516",
    ],
  ] as const)(
    "counts %s over the quasi-coupon periods that it touches",
    (_what, of, from, to, expected) => {
      expect(rounded(yearFraction("ACT_ACT_ICMA", from, to, of))).toBe(expected);
    },
  );

  it.each(["2027-02-28", "2027-03-15"])(
    "counts a regular period as its part of a year, whatever the first coupon on %s",
    (firstCoupon) => {
      const of = schedule({ accruesFrom: "2026-12-05", firstCoupon, maturity: "2030-08-30" });
      const dates = couponDates(of).filter((date) => date >= "2027-08-30");
      expect(dates).toHaveLength(7);
      for (const [index, to] of dates.entries()) {
        const from = dates[index - 1] ?? "2027-02-28";
        expect(rounded(yearFraction("ACT_ACT_ICMA", from, to, of))).toBe("0.500000000000");
      }
    },
  );

  it("adds up over any day between, for day counts that count days", () => {
    const day = fc
      .integer({ min: 0, max: 4_000 })
      .map((n) => new Date(Date.UTC(2019, 0, 1 + n)).toISOString().slice(0, 10));
    const of = schedule({ maturity: "2035-01-01", accruesFrom: "2018-01-01" });
    fc.assert(
      fc.property(fc.tuple(day, day, day), (days) => {
        const [a = "", b = "", c = ""] = [...days].sort((one, other) => one.localeCompare(other));
        for (const dayCount of ["ACT_360", "ACT_365F", "ACT_ACT_ISDA", "ACT_ACT_ICMA"] as const) {
          const [first, second, whole] = [
            yearFraction(dayCount, a, b, of),
            yearFraction(dayCount, b, c, of),
            yearFraction(dayCount, a, c, of),
          ];
          expect(
            (first.numerator * second.denominator + second.numerator * first.denominator) *
              whole.denominator,
          ).toBe(whole.numerator * first.denominator * second.denominator);
        }
      }),
      { seed: Number(process.env["TEST_SEED"] ?? 1), numRuns: 100 },
    );
  });
});

describe("coupons", () => {
  const monthEnd = schedule({
    isMonthEnd: true,
    accruesFrom: "2020-12-31",
    maturity: "2031-12-31",
  });

  it("roll on month ends when the bond does", () => {
    expect(monthsFrom("2024-06-30", 6, true)).toBe("2024-12-31");
    expect(monthsFrom("2024-08-31", 6)).toBe("2025-02-28");
    expect(couponDates(monthEnd).slice(-3)).toEqual(["2030-12-31", "2031-06-30", "2031-12-31"]);
  });

  it("accrue 692.93 a 100,000 on 60 of 184 days", () => {
    expect(accruedInterest(monthEnd, parseDecimal("100000"), "EUR", "2024-08-29")).toBe(69_293n);
  });

  it("pay the rate by the frequency in a regular period and start again at nothing", () => {
    expect(couponOf(monthEnd, parseDecimal("100000"), "EUR", "2024-12-31")).toBe(212_500n);
    expect(accruedInterest(monthEnd, parseDecimal("100000"), "EUR", "2024-12-31")).toBe(0n);
    expect(accruedInterest(monthEnd, parseDecimal("100000"), "EUR", "2031-12-31")).toBe(0n);
  });

  it("accrue below zero in the days before a coupon that are ex", () => {
    const ex = { ...monthEnd, exCouponDays: 7 };
    expect(accruedInterest(ex, parseDecimal("100000"), "EUR", "2024-12-24")).toBe(-8_084n);
    expect(accruedInterest(ex, parseDecimal("100000"), "EUR", "2024-12-23")).toBe(203_261n);
  });
});
