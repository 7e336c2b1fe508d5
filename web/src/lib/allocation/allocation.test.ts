import { expect, test } from "vitest";
import type { HeldPositionFragment } from "../graph/graph-types.generated.ts";
import { allocate, type Allocation } from "./allocation.ts";
import { checksOf, DEFAULT_LIMITS, readLimits } from "./concentration.ts";

const EUR = (amount: string) => ({ amount, currency: "EUR" });

function held(isin: string, value: string | null, more: object = {}): HeldPositionFragment {
  const {
    quantity = "1",
    type = "EQUITY",
    currency = "EUR",
    sector = null,
    country = null,
  } = more as Record<string, string>;
  return {
    isin,
    quantity,
    value: null,
    valueBase: value === null ? null : EUR(value),
    price: null,
    security: { id: isin, name: `Name of ${isin}`, securityType: type, currency, sector, country },
  } as HeldPositionFragment;
}

const whole = (...given: Parameters<typeof allocate>): Allocation => {
  const found = allocate(...given);
  if ("code" in found) throw new Error(found.code);
  return found;
};

test("shares add up positions and cash, exactly and the largest first", () => {
  const positions = [
    held("A", "100000000000000000000.10"),
    held("B", "300000000000000000000.20", {
      type: "BOND",
      currency: "USD",
      sector: "UTILITIES",
      country: "DE",
    }),
  ];
  const { total, holdings, byType, byCurrency, bySector, byCountry } = whole(
    positions,
    EUR("0.70"),
  );
  expect(total).toEqual(EUR("400000000000000000001.00"));
  expect(holdings.map(({ key, share }) => [key, share])).toEqual([
    ["B", 0.75],
    ["A", 0.25],
    ["CASH", 0],
  ]);
  expect(holdings[0]?.name).toBe("Name of B");
  expect(byType.map(({ key }) => key)).toEqual(["BOND", "EQUITY", "CASH"]);
  expect(byCurrency.map(({ key }) => key)).toEqual(["USD", "EUR", "CASH"]);
  expect(bySector.map(({ key }) => key)).toEqual(["UTILITIES", "NOT_STATED", "CASH"]);
  expect(byCountry.map(({ key, share }) => [key, share])).toEqual([
    ["DE", 0.75],
    ["NOT_STATED", 0.25],
    ["CASH", 0],
  ]);
});

test("states no share while a position or the cash has no value", () => {
  const unvalued = held("B", null);
  expect(allocate([held("A", "1.00"), unvalued], EUR("1.00"))).toEqual({
    code: "NO_VALUE",
    positions: [unvalued],
  });
  expect(allocate([held("A", "1.00")], null)).toEqual({ code: "NO_CASH" });
  expect(allocate([held("A", "-5.00")], EUR("1.00"))).toEqual({ code: "NOT_POSITIVE" });
});

test("leaves out positions that were closed", () => {
  expect(allocate([held("A", null, { quantity: "0.0000" })], EUR("1.00"))).toEqual({
    code: "NOTHING",
  });
});

test("compares with the limits, which may be met exactly", () => {
  const found = whole(
    [
      held("A", "10.00"),
      held("B", "9.00", { currency: "USD" }),
      held("C", "5.00"),
      held("D", "51.00"),
    ],
    EUR("25.00"),
  );
  const [single, sum, cash, foreign] = checksOf(found, DEFAULT_LIMITS, "EUR");
  expect(single).toMatchObject({ found: 0.51, isWithin: false });
  expect(single?.parts.map(({ key }) => key)).toEqual(["D"]);
  // 5 % is not above 5 %.
  expect(sum?.parts.map(({ key }) => key)).toEqual(["D", "A", "B"]);
  expect(sum?.found).toBeCloseTo(0.7, 9);
  expect(cash).toMatchObject({ found: 0.25, isWithin: false });
  expect(foreign).toMatchObject({ found: 0.09, isWithin: true });
  const wide = { ...DEFAULT_LIMITS, single: 51, sum: 70, cash: 25 };
  expect(checksOf(found, wide, "EUR").every(({ isWithin }) => isWithin)).toBe(true);
});

test.each([["single=abc"], ["sum=101"], ["cash=-1"], ["foreign=1e1"]])(
  "reads no limits from %s",
  (search) => {
    expect(readLimits(new URLSearchParams(search))).toBeUndefined();
  },
);

test("takes the default of a limit that is not given", () => {
  expect(readLimits(new URLSearchParams("single=7.5&sum="))).toEqual({
    ...DEFAULT_LIMITS,
    single: 7.5,
  });
});
