import { describe, expect, it } from "vitest";
import {
  formatAmount,
  formatScaled,
  parseAmount,
  parseDecimal,
  quoted,
  type Decimal,
} from "@allfunds/contract/money";
import type { FeePeriod } from "./fee.ts";
import { MONTH_POSTINGS, MONTH_TRIAL_BALANCE } from "./fund-month.fixture.ts";
import { strike, type Strike, type StrikeClass, type StrikeInput } from "./strike.ts";
import { strikePostings, type StrikeAccount } from "./strike-postings.ts";

// Debits less credits, in minor units, by label of the account.
type Book = Map<string, { currency: string; minor: bigint }>;

function post(book: Book, label: string, currency: string, debitMinor: bigint): void {
  const before = book.get(label)?.minor ?? 0n;
  book.set(label, { currency, minor: before + debitMinor });
}

const CODES: Readonly<Record<string, string>> = {
  "APPRECIATION EUR": "1250",
  "APPRECIATION USD": "1260",
  "EXCHANGE_BASE USD": "1900",
  "EXCHANGE_FOREIGN USD": "2900",
  "UNREALISED_PRICE EUR": "4200",
  "UNREALISED_CURRENCY EUR": "4210",
  "MANAGEMENT_FEE A": "5000",
  "MANAGEMENT_FEE B": "5001",
  "MANAGEMENT_FEE_PAYABLE EUR": "2200",
  "ADMINISTRATION_FEE EUR": "5010",
  "ADMINISTRATION_FEE_PAYABLE EUR": "2210",
  "CLASS_RESULT A": "3100",
  "CLASS_RESULT B": "3110",
  "RESULT_ALLOCATED EUR": "3900",
};
const codeOf = ({ kind, currency, foreign, classKey }: StrikeAccount): string =>
  CODES[`${kind} ${foreign ?? classKey ?? currency}`] ?? `no code for ${kind}`;

const COMMON = ["4000", "4100", "4110", "4200", "4210", "5010", "5100", "5200"];
const OWN: Readonly<Record<string, readonly string[]>> = { A: ["4300", "5000"], B: ["5001"] };
const CAPITAL: Readonly<Record<string, readonly [string, string, string]>> = {
  A: ["3000", "3100", "3800"],
  B: ["3010", "3110", "3810"],
};

const year = (rate: string, days: bigint): FeePeriod[] => [
  {
    tiers: [{ fromMinor: 0n, rate: parseDecimal(rate) }],
    years: { numerator: days, denominator: 365n },
  },
];

interface MonthDay {
  readonly days: bigint;
  readonly rate: string;
  readonly quantities: Readonly<Record<"X" | "Y", string>>;
  readonly prices: Readonly<Record<"X" | "Y", string>>;
  readonly ownBefore: Readonly<Record<string, bigint>>;
}

/** The fund of the month as a strike sees it. */
function inputOf(book: Book, day: MonthDay): StrikeInput {
  const debit = (code: string): bigint => book.get(code)?.minor ?? 0n;
  const own = (key: string): bigint =>
    -(OWN[key] ?? []).reduce((all, code) => all + debit(code), 0n);
  const classOf = (key: string, currency: string, fee: string): StrikeClass => {
    const [capital, result, units] = CAPITAL[key] ?? ["", "", ""];
    return {
      key,
      currency,
      units: { unscaled: debit(units), scale: 4 },
      openingMinor: -debit(capital) - debit(result),
      ownItemsMinor: own(key) - (day.ownBefore[key] ?? 0n),
      fees: [{ kind: "MANAGEMENT", periods: year(fee, day.days) }],
    };
  };
  const position = (isin: "X" | "Y", currency: string, cost: string, appreciation: string) => ({
    isin,
    currency,
    quantity: parseDecimal(day.quantities[isin]),
    costMinor: debit(cost),
    appreciationMinor: debit(appreciation),
    price: { value: parseDecimal(day.prices[isin]), isPercent: false },
  });
  return {
    baseCurrency: "EUR",
    navDecimals: 4,
    navRounding: "HALF_UP",
    rates: new Map([["USD", quoted(parseDecimal(day.rate))]]),
    positions: [position("X", "EUR", "1200", "1250"), position("Y", "USD", "1210", "1260")],
    interests: [],
    exchanges: [{ currency: "USD", netMinor: -debit("2900"), carriedMinor: debit("1900") }],
    unallocatedMinor:
      -COMMON.reduce((all, code) => all + debit(code), 0n) + own("A") + own("B") - debit("3900"),
    fees: [{ kind: "ADMINISTRATION", periods: year("0.0010", day.days) }],
    classes: [classOf("A", "EUR", "0.0150"), classOf("B", "USD", "0.0075")],
  };
}

const MONTH_DAYS = {
  "2026-10-15": {
    days: 15n,
    rate: "1.1000",
    quantities: { X: "5000", Y: "2000" },
    prices: { X: "122.00", Y: "198.00" },
    ownBefore: {},
  },
  "2026-10-30": {
    days: 15n,
    rate: "1.1200",
    quantities: { X: "4000", Y: "1500" },
    prices: { X: "124.00", Y: "205.00" },
    ownBefore: { A: -61_644n, B: -14_269n },
  },
} as const satisfies Record<string, MonthDay>;

const DEALING = /^(?:subscription|redemption) /;

/** Posts the facts of the month in the order of their dates, and the strikes before the dealing of their dates. */
function runMonth(): { readonly book: Book; readonly strikes: Map<string, Strike> } {
  const book: Book = new Map();
  const strikes = new Map<string, Strike>();
  const days = new Map<string, MonthDay>(Object.entries(MONTH_DAYS));
  for (const line of MONTH_POSTINGS) {
    const [date = "", text = "", ...entries] = line.split(" | ");
    for (const [due, day] of days) {
      if (date < due || (date === due && !DEALING.test(text))) continue;
      days.delete(due);
      strikes.set(due, strikeInto(book, inputOf(book, day)));
    }
    for (const entry of entries) {
      const [code = "", side, amount = "", currency = ""] = entry.split(" ");
      const minor = parseAmount(amount, currency);
      post(book, code, currency, side === "D" ? minor : -minor);
    }
  }
  return { book, strikes };
}

function strikeInto(book: Book, input: StrikeInput): Strike {
  const struck = strike(input);
  for (const { entries } of strikePostings(struck, input.baseCurrency)) {
    for (const { account, side, amountMinor } of entries) {
      post(book, codeOf(account), account.currency, side === "DEBIT" ? amountMinor : -amountMinor);
    }
  }
  return struck;
}

const eur = (minor: bigint | undefined): string => formatAmount(minor ?? 0n, "EUR");

describe("a strike", () => {
  const { book, strikes } = runMonth();

  it.each([
    ["2026-10-15", "1464853.48", "495960.00", "2649.65", "60.12", "-8416.83"],
    ["2026-10-30", "1513242.67", "469635.49", "15298.78", "61.59", "-5290.10"],
  ])("values the fund of the month on %s", (date, total, usd, common, admin, revaluation) => {
    const struck = strikes.get(date);
    expect([
      eur(struck?.netAssetsMinor),
      formatAmount(struck?.revaluations[0]?.netMinor ?? 0n, "USD"),
      eur(struck?.commonMinor),
      eur(struck?.fees.find(({ kind }) => kind === "ADMINISTRATION")?.amountMinor),
      eur(struck?.revaluations[0]?.changeMinor),
    ]).toEqual([total, usd, common, admin, revaluation]);
  });

  it.each([
    ["2026-10-15", "A", "1001194.71", "1001194.71", "100.1195", "616.44", "1811.15", "1194.71"],
    ["2026-10-15", "B", "463658.77", "510024.65", "102.0049", "142.69", "838.50", "695.81"],
    ["2026-10-30", "A", "1035628.46", "1035628.46", "101.0921", "632.26", "10470.74", "9963.63"],
    ["2026-10-30", "B", "477614.21", "534927.92", "104.8878", "145.77", "4828.04", "4682.27"],
  ])("on %s gives class %s its NAV", (date, key, base, own, nav, fee, share, result) => {
    const one = strikes.get(date)?.classes.find((candidate) => candidate.key === key);
    expect([
      eur(one?.netAssetsBaseMinor),
      eur(one?.netAssetsMinor),
      formatScaled(one?.navPerUnit ?? 0n, 4),
      eur(one?.feesMinor),
      eur(one?.commonShareMinor),
      eur(one?.resultMinor),
    ]).toEqual([base, own, nav, fee, share, result]);
  });

  it("leaves the trial balance of the month to the cent", () => {
    const lines = [...book]
      .filter(([, { minor }]) => minor !== 0n)
      .map(([code, { currency, minor }]) => {
        const amount = formatAmount(minor < 0n ? -minor : minor, currency);
        return `${code} ${minor > 0n ? "D" : "C"} ${amount} ${currency}`;
      });
    expect(new Set(lines)).toEqual(new Set(MONTH_TRIAL_BALANCE));
    expect(lines).toHaveLength(MONTH_TRIAL_BALANCE.length);
  });
});

const decimal = (text: string): Decimal => parseDecimal(text);

const EMPTY: StrikeInput = {
  baseCurrency: "EUR",
  navDecimals: 4,
  navRounding: "HALF_UP",
  rates: new Map(),
  positions: [],
  interests: [],
  exchanges: [],
  unallocatedMinor: 0n,
  fees: [],
  classes: [],
};

const classOf = (over: Partial<StrikeClass>): StrikeClass => ({
  key: "A",
  currency: "EUR",
  units: decimal("100.0000"),
  openingMinor: 1_000_000n,
  ownItemsMinor: 0n,
  fees: [],
  ...over,
});

describe("the NAV per unit", () => {
  it.each<[string, string, Partial<StrikeInput>, Partial<StrikeClass>, string | undefined]>([
    [
      "is absent without units",
      "EUR",
      {},
      { units: decimal("0.0000"), openingMinor: 0n },
      undefined,
    ],
    ["is below zero when the class is", "EUR", {}, { openingMinor: -1_000_050n }, "-100.0050"],
    ["is zero when nothing is left", "EUR", {}, { openingMinor: 0n }, "0.0000"],
    [
      "rounds half a last decimal up",
      "EUR",
      { navDecimals: 1 },
      { openingMinor: 1_000_500n },
      "100.1",
    ],
    ["is in yen without decimals", "JPY", { navDecimals: 0 }, { currency: "JPY" }, "16250"],
    ["counts dinars of three decimals", "BHD", {}, { currency: "BHD" }, "40.5000"],
    [
      "takes units of 18 decimals",
      "EUR",
      {},
      { units: decimal("33.333333333333333333") },
      "300.0000",
    ],
  ])("%s", (_, currency, over, oneClass, nav) => {
    const input = {
      ...EMPTY,
      rates: new Map([
        ["JPY", quoted(decimal("162.5"))],
        ["BHD", quoted(decimal("0.405"))],
      ]),
      classes: [classOf({ currency, ...oneClass })],
      ...over,
    };
    const navPerUnit = strike(input).classes[0]?.navPerUnit;
    expect(navPerUnit === undefined ? undefined : formatScaled(navPerUnit, input.navDecimals)).toBe(
      nav,
    );
  });
});

describe("what a strike refuses to guess", () => {
  const held = {
    isin: "IE00B4L5Y983",
    currency: "USD",
    quantity: decimal("10"),
    costMinor: 100_000n,
    appreciationMinor: 0n,
    price: { value: decimal("0"), isPercent: false },
  };

  it("is a position without a price", () => {
    const input = { ...EMPTY, positions: [{ ...held, price: undefined }] };
    expect(() => strike(input)).toThrow(expect.objectContaining({ code: "PRICE_MISSING" }));
  });

  it("is a foreign amount without a rate", () => {
    const input = { ...EMPTY, positions: [held] };
    expect(() => strike(input)).toThrow(expect.objectContaining({ code: "RATE_MISSING" }));
  });

  it("is not a price of zero: the position is lost", () => {
    const input = { ...EMPTY, positions: [{ ...held, currency: "EUR" }], classes: [classOf({})] };
    expect(strike(input).netAssetsMinor).toBe(900_000n);
  });

  it("is not a position sold since the last strike: its mark is taken back", () => {
    const sold = {
      ...held,
      quantity: decimal("0"),
      costMinor: 0n,
      appreciationMinor: 500n,
      price: undefined,
      currency: "EUR",
    };
    expect(strike({ ...EMPTY, positions: [sold] }).positions[0]?.mark.minor).toBe(-500n);
  });
});

describe("the common result", () => {
  it("waits for the next strike while no class has anything", () => {
    const none = classOf({ openingMinor: 0n, units: decimal("0.0000") });
    const struck = strike({ ...EMPTY, unallocatedMinor: -1_000n, classes: [none] });
    expect([struck.leftMinor, struck.netAssetsMinor]).toEqual([-1_000n, -1_000n]);
  });

  it("leaves out a class below zero while another is above", () => {
    const classes = [classOf({ openingMinor: -100n }), classOf({ key: "B" })];
    const struck = strike({ ...EMPTY, unallocatedMinor: 1_000n, classes });
    expect(struck.classes.map(({ commonShareMinor }) => commonShareMinor)).toEqual([0n, 1_000n]);
  });

  it("gives the odd cent of equal classes to the first", () => {
    const classes = [classOf({}), classOf({ key: "B" })];
    const struck = strike({ ...EMPTY, unallocatedMinor: -5n, classes });
    expect(struck.classes.map(({ commonShareMinor }) => commonShareMinor)).toEqual([-3n, -2n]);
  });
});

describe("a fee", () => {
  it("applies each tier to its slice of the net assets", () => {
    const tiers = [
      { fromMinor: 0n, rate: decimal("0.0150") },
      { fromMinor: 500_000n, rate: decimal("0.0100") },
    ];
    const periods = [{ tiers, years: { numerator: 1n, denominator: 1n } }];
    const one = classOf({ fees: [{ kind: "MANAGEMENT", periods }] });
    expect(strike({ ...EMPTY, classes: [one] }).fees[0]?.amountMinor).toBe(12_500n);
  });

  it("rounds once when its rate changes within the period", () => {
    const half = { numerator: 1n, denominator: 2n };
    const periods = ["0.000001", "0.000002"].map((rate) => ({
      tiers: [{ fromMinor: 0n, rate: decimal(rate) }],
      years: half,
    }));
    const one = classOf({ fees: [{ kind: "CUSTODY", periods }] });
    expect(strike({ ...EMPTY, classes: [one] }).fees[0]?.amountMinor).toBe(2n);
  });

  it("is nothing on net assets below zero", () => {
    const one = classOf({
      openingMinor: -1_000_000n,
      fees: [{ kind: "MANAGEMENT", periods: year("0.0150", 365n) }],
    });
    expect(strike({ ...EMPTY, classes: [one] }).fees[0]?.amountMinor).toBe(0n);
  });
});
