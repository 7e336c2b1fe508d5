import type { ValuationInputs } from "@allfunds/contract/valuation";
import { PARITY, parseAmount, parseDecimal, quoted } from "@allfunds/contract/money";
import { describe, expect, test } from "vitest";
import { NOTHING_MADE, madeWith, type DealtOrder } from "./compensation.ts";
import { differencePostings, restate } from "./restatement.ts";
import { strike } from "./strike.ts";
import { strikePostings } from "./strike-postings.ts";
import { figuresOf, toStrikeInput } from "./valuation-inputs.ts";

const CLASS = "018f0000-0000-7000-8000-00000000c10a";
type Price = ValuationInputs["positions"][number]["price"];

const priced = (price: string): Price => ({
  price,
  kind: "LAST",
  date: "2026-10-15",
  source: "XETR",
  fundId: null,
  position: 1,
  line: 0,
});

const years = (days: string) => ({ numerator: days, denominator: "365" });
const fee = [
  {
    kind: "MANAGEMENT" as const,
    periods: [{ tiers: [{ from: "0", rate: "0.0150" }], ...years("15") }],
  },
];

/** A fund with 1,000 units of X and 60,000.00 in cash, and 2,000 units in issue. */
const INPUTS: ValuationInputs = {
  baseCurrency: "EUR",
  navDecimals: 4,
  navRounding: "HALF_UP",
  since: "2026-09-30",
  rates: [],
  positions: [
    {
      isin: "X",
      currency: "EUR",
      quantity: "1000",
      cost: "100000.00",
      appreciation: "0.00",
      price: priced("110.00"),
      interest: null,
    },
  ],
  interests: [],
  exchanges: [],
  unallocated: "0.00",
  fees: [],
  classes: [
    {
      classId: CLASS,
      code: "A",
      currency: "EUR",
      units: "2000.0000",
      opening: "160000.00",
      ownItems: "0.00",
      ownItemsEver: "0.00",
      fees: fee,
    },
  ],
};

/** The next strike on what a strike left behind. */
function following(inputs: ValuationInputs, price: string): ValuationInputs {
  const struck = strike(toStrikeInput(inputs));
  const [one] = figuresOf(inputs).classes;
  return {
    ...inputs,
    since: "2026-10-15",
    positions: inputs.positions.map((position, index) => ({
      ...position,
      appreciation: `${(struck.positions[index]?.valueMinor ?? 0n) - 10_000_000n}`.replace(
        /(..)$/,
        ".$1",
      ),
      price: priced(price),
    })),
    classes: inputs.classes.map((each) => ({
      ...each,
      opening: one?.netAssetsBase ?? "0",
      ownItemsEver: `-${one?.fees}`,
    })),
  };
}

const published = (inputs: ValuationInputs, price: string, orders: readonly DealtOrder[] = []) => ({
  valuationId: `valuation of ${inputs.since}`,
  inputs,
  prices: new Map([["X", priced(price)]]),
  rates: [],
  orders,
});

/** Debits less credits by account and currency. */
function sumsOf(postings: ReturnType<typeof strikePostings>): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { account, side, amountMinor } of postings.flatMap(({ entries }) => entries)) {
    const key = JSON.stringify(account);
    sums.set(key, (sums.get(key) ?? 0n) + (side === "DEBIT" ? amountMinor : -amountMinor));
  }
  return sums;
}

const order = (isSubscription: boolean, made = NOTHING_MADE): DealtOrder => ({
  orderId: "018f0000-0000-7000-8000-0000000d0001",
  dealingDate: "2026-10-15",
  classId: CLASS,
  accountId: "018f0000-0000-7000-8000-0000000a0001",
  isSubscription,
  price: "84.9507",
  units: 1_000_000n,
  netMinor: 849_507n,
  keptMinor: 0n,
  rate: PARITY,
  isSwitch: false,
  unitRounding: "DOWN",
  amountRounding: "HALF_UP",
  made,
});

const opening = (inputs: ValuationInputs | undefined): bigint =>
  parseAmount(inputs?.classes[0]?.opening ?? "0", "EUR");

const switchDealtAt = (rate: string) => {
  const [one] = INPUTS.classes;
  if (one === undefined) throw new Error("no class");
  const used = { currency: "USD", units: "1.1", per: "1", date: "2026-10-15", records: [] };
  const classes = [{ ...one, currency: "USD", fees: [] }];
  const dollars = { ...INPUTS, rates: [used], classes };
  const dealt = { ...order(true), isSwitch: true, rate: quoted(parseDecimal(rate)) };
  return restate([{ ...published(dollars, "110.00", [dealt]), rates: [used] }]);
};

describe("a restatement", () => {
  test("brings each NAV and each account to where the right prices would have brought them", () => {
    const wrong = [INPUTS, following(INPUTS, "120.00")] as const;
    const rightFirst = {
      ...INPUTS,
      positions: INPUTS.positions.map((p) => ({ ...p, price: priced("112.00") })),
    };
    const right = [rightFirst, following(rightFirst, "120.00")] as const;
    const restated = restate([published(wrong[0], "112.00"), published(wrong[1], "120.00")]);
    expect(restated.map(({ inputs }) => inputs)).toEqual(right);
    for (const [index, { inputs }] of restated.entries()) {
      const old = wrong[index] ?? INPUTS;
      const sums = sumsOf(strikePostings(strike(toStrikeInput(old)), "EUR"));
      for (const [key, minor] of sumsOf(differencePostings(old, inputs))) {
        sums.set(key, (sums.get(key) ?? 0n) + minor);
      }
      const moved = [...sums].filter(([, minor]) => minor !== 0n);
      expect(new Map(moved)).toEqual(sumsOf(strikePostings(strike(toStrikeInput(inputs)), "EUR")));
    }
  });

  // Published at 84.9507, 100 units dealt for 8,495.07.
  test.each<[string, boolean, string, { kind: string; units: string; amount: string } | undefined]>(
    [
      [
        "gives the missing units to who bought too dear",
        true,
        "100.00",
        { kind: "UNITS", units: "6.2538", amount: "0.00" },
      ],
      [
        "charges the manager for units bought too cheap",
        true,
        "120.00",
        { kind: "BY_MANAGER", units: "0", amount: "500.01" },
      ],
      [
        "charges the manager for units sold too dear",
        false,
        "100.00",
        { kind: "BY_MANAGER", units: "0", amount: "500.00" },
      ],
      [
        "pays who sold too cheap",
        false,
        "120.00",
        { kind: "TO_INVESTOR", units: "0", amount: "500.00" },
      ],
      ["compensates nothing when the NAV was right", true, "110.00", undefined],
    ],
  )("%s", (_, isSubscription, price, expected) => {
    const [restated] = restate([published(INPUTS, price, [order(isSubscription)])]);
    const [made] = restated?.compensations ?? [];
    const found = made && { kind: made.kind, units: made.units, amount: made.amount };
    expect(found).toEqual(expected);
  });

  // The NAV that was right is 79.9507: 8,495.07 buy 106.25385... units.
  test.each([
    ["DOWN", "6.2538"],
    ["HALF_UP", "6.2539"],
    ["HALF_EVEN", "6.2539"],
  ] as const)("rounds missing units %s as the fund deals", (unitRounding, units) => {
    const dealt = { ...order(true), unitRounding };
    const [restated] = restate([published(INPUTS, "100.00", [dealt])]);
    expect(restated?.compensations.map((one) => one.units)).toEqual([units]);
  });

  // 100.0010 units were sold 5.0000 too cheap: 500.005.
  test.each([
    ["DOWN", "500.00"],
    ["HALF_UP", "500.01"],
    ["HALF_EVEN", "500.00"],
  ] as const)("rounds money %s as the fund deals", (amountRounding, amount) => {
    const dealt = { ...order(false), units: 1_000_010n, amountRounding };
    const [restated] = restate([published(INPUTS, "120.00", [dealt])]);
    expect(restated?.compensations.map((one) => one.amount)).toEqual([amount]);
  });

  test("refuses a switch that was dealt at another rate", () => {
    const message: unknown = expect.stringContaining("2026-10-15");
    expect(() => switchDealtAt("1.25")).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT", message }),
    );
  });

  test("leaves a switch that was dealt at the same rate", () => {
    expect(switchDealtAt("1.1000")).toHaveLength(1);
  });

  // Each price makes a NAV per unit of a twentieth of it less: 79.9507, 84.9507, 89.9508 and so on.
  test.each<[string, boolean, readonly string[], readonly string[]]>([
    ["takes the manager's debt down with R", true, ["120.00", "114.00"], ["-300.01"]],
    ["takes all of it back where P was right", true, ["120.00", "110.00"], ["-500.01"]],
    [
      "gives units where a charge of the manager was wrong",
      true,
      ["120.00", "100.00"],
      ["6.2538", "-500.01"],
    ],
    ["adds the units that are still missing", true, ["104.00", "100.00"], ["2.5931"]],
    ["leaves units where they are, and charges them", true, ["100.00", "110.00"], ["531.26"]],
    ["pays a seller the rest", false, ["114.00", "120.00"], ["300.00"]],
    ["charges the manager for what a seller keeps", false, ["120.00", "114.00"], ["300.00"]],
    ["turns a charge into a payment", false, ["100.00", "120.00"], ["-500.00", "500.00"]],
    ["makes nothing twice", true, ["100.00", "100.00"], []],
  ])("of a restated NAV %s", (_, isSubscription, prices, expected) => {
    const [first, second] = [prices[0] ?? "", prices[1] ?? ""];
    const [once] = restate([published(INPUTS, first, [order(isSubscription)])]);
    const made = (once?.compensations ?? []).reduce(
      (sum, one) => madeWith(sum, one, "EUR"),
      NOTHING_MADE,
    );
    const inputs = once?.inputs ?? INPUTS;
    const [twice] = restate([published(inputs, second, [order(isSubscription, made)])]);
    const found = twice?.compensations.map((one) =>
      one.kind === "UNITS" ? one.units : one.amount,
    );
    expect(found).toEqual(expected);
  });

  test("opens the next NAV with what was compensated", () => {
    const second = following(INPUTS, "110.00");
    const [, next] = restate([
      published(INPUTS, "120.00", [order(false)]),
      published(second, "110.00"),
    ]);
    // 1,000 units of X are worth 10.00 more each; 500.00 of it go to who sold too cheap.
    expect(opening(next?.inputs) - opening(second)).toBe(1_000_000n - 50_000n);
  });
});
