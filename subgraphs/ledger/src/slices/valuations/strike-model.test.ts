import {
  currencyScale,
  divideRounded,
  PARITY,
  parseDecimal,
  quoted,
  type Quotation,
} from "@allfunds/contract/money";
import fc from "fast-check";
import { expect, it } from "vitest";
import { strike, toBase, type Strike, type StrikeClass, type StrikeInput } from "./strike.ts";
import { strikePostings, type StrikeAccount } from "./strike-postings.ts";

// A fund as a small model keeps it: accounts by name, and what the register and the portfolio count.
const CURRENCIES = ["EUR", "USD", "JPY", "BHD"] as const;
const CLASSES = [
  { key: "A", currency: "EUR", unitDecimals: 4 },
  { key: "B", currency: "USD", unitDecimals: 0 },
  { key: "C", currency: "JPY", unitDecimals: 18 },
] as const;
const SECURITIES = [
  { isin: "X", currency: "EUR" },
  { isin: "Y", currency: "USD" },
  { isin: "Z", currency: "BHD" },
] as const;
const NAV_DECIMALS = 4;

class ModelFund {
  readonly #accounts = new Map<string, bigint>();
  readonly units = new Map<string, bigint>();
  readonly quantities = new Map<string, bigint>();
  #rates = new Map<string, Quotation>();
  #ownAtStrike = new Map<string, bigint>();
  /** Units dealt since the last strike, by class, and how many orders they were. */
  readonly dealt = new Map<string, bigint>();
  orders = 0;
  last: Strike | undefined;

  /** Debit less credit. */
  balance(account: string): bigint {
    return this.#accounts.get(account) ?? 0n;
  }

  sumOf(pattern: RegExp): bigint {
    let sum = 0n;
    for (const [account, minor] of this.#accounts) if (pattern.test(account)) sum += minor;
    return sum;
  }

  post(...debits: readonly (readonly [account: string, minor: bigint])[]): void {
    for (const [account, minor] of debits) {
      this.#accounts.set(account, this.balance(account) + minor);
    }
  }

  /** The account in its currency against a base account, by way of the exchange accounts. */
  postAgainstBase(account: string, currency: string, base: string, minor: bigint): void {
    if (currency === "EUR") return this.post([`${account} EUR`, minor], [base, -minor]);
    const baseMinor = toBase(minor, currency, { baseCurrency: "EUR", rates: this.#rates });
    this.post([`${account} ${currency}`, minor], [`2900 ${currency}`, -minor]);
    this.post([`1900 ${currency}`, baseMinor], [base, -baseMinor]);
  }

  setRates(rates: readonly bigint[]): void {
    const foreign = CURRENCIES.filter((currency) => currency !== "EUR");
    this.#rates = new Map(
      foreign.map((currency, index) => [
        currency,
        quoted({ unscaled: rates[index] ?? 1n, scale: 4 }),
      ]),
    );
  }

  input(prices: readonly bigint[], days: bigint): StrikeInput {
    const exchanges = CURRENCIES.filter((currency) => currency !== "EUR").map((currency) => ({
      currency,
      netMinor: -this.balance(`2900 ${currency}`),
      carriedMinor: this.balance(`1900 ${currency}`),
    }));
    return {
      baseCurrency: "EUR",
      navDecimals: NAV_DECIMALS,
      navRounding: "HALF_UP",
      rates: this.#rates,
      positions: SECURITIES.map(({ isin, currency }, index) => ({
        isin,
        currency,
        quantity: { unscaled: this.quantities.get(isin) ?? 0n, scale: 2 },
        costMinor: this.balance(`1200 ${isin} ${currency}`),
        appreciationMinor: this.balance(`1250 ${isin} ${currency}`),
        price: { value: { unscaled: prices[index] ?? 0n, scale: 3 }, isPercent: false },
      })),
      interests: [],
      exchanges,
      unallocatedMinor: -this.sumOf(/^(?:4|5|3900)/),
      fees: [{ kind: "ADMINISTRATION", periods: yearly("0.0010", days) }],
      classes: CLASSES.map((one) => this.#classInput(one, days)),
    };
  }

  #own(key: string): bigint {
    return -this.sumOf(new RegExp(`^(?:4|5).*-${key}$`));
  }

  #classInput(
    { key, currency, unitDecimals }: (typeof CLASSES)[number],
    days: bigint,
  ): StrikeClass {
    return {
      key,
      currency,
      units: { unscaled: this.units.get(key) ?? 0n, scale: unitDecimals },
      openingMinor: this.opening(key),
      ownItemsMinor: this.#own(key) - (this.#ownAtStrike.get(key) ?? 0n),
      fees: [{ kind: "MANAGEMENT", periods: yearly("0.0150", days) }],
    };
  }

  opening(key: string): bigint {
    return -this.balance(`3000-${key}`) - this.balance(`3100-${key}`);
  }

  strike(input: StrikeInput): Strike {
    const struck = strike(input);
    for (const { entries } of strikePostings(struck, "EUR")) {
      const sums = new Map<string, bigint>();
      for (const { account, side, amountMinor } of entries) {
        if (amountMinor <= 0n) throw new Error(`an entry of ${amountMinor}`);
        const minor = side === "DEBIT" ? amountMinor : -amountMinor;
        sums.set(account.currency, (sums.get(account.currency) ?? 0n) + minor);
        this.post([nameOf(account), minor]);
      }
      if ([...sums.values()].some((left) => left !== 0n)) throw new Error("entries do not balance");
    }
    // Marks are posted by currency; the model keeps them by position.
    for (const { isin, currency, mark } of struck.positions) {
      this.post([`1250 ${isin} ${currency}`, mark.minor]);
      this.post([`1250 ${currency}`, -mark.minor]);
    }
    this.#ownAtStrike = new Map(CLASSES.map(({ key }) => [key, this.#own(key)]));
    this.last = struck;
    this.dealt.clear();
    this.orders = 0;
    return struck;
  }

  issue(key: string, units: bigint): void {
    this.units.set(key, (this.units.get(key) ?? 0n) + units);
    this.dealt.set(key, (this.dealt.get(key) ?? 0n) + abs(units));
    this.orders += 1;
  }

  netAssets(): bigint {
    return this.sumOf(/^(?:1|2).* EUR$|^1900/);
  }
}

const yearly = (rate: string, days: bigint) => [
  {
    tiers: [{ fromMinor: 0n, rate: parseDecimal(rate) }],
    years: { numerator: days, denominator: 365n },
  },
];

const NUMBERS: Readonly<Partial<Record<StrikeAccount["kind"], string>>> = {
  APPRECIATION: "1250",
  EXCHANGE_FOREIGN: "2900",
  EXCHANGE_BASE: "1900",
  ADMINISTRATION_FEE_PAYABLE: "2210",
  MANAGEMENT_FEE_PAYABLE: "2200",
};
const RESULT: Readonly<Partial<Record<StrikeAccount["kind"], string>>> = {
  UNREALISED_PRICE: "4200",
  UNREALISED_CURRENCY: "4210",
  ADMINISTRATION_FEE: "5010",
  MANAGEMENT_FEE: "5000",
  CLASS_RESULT: "3100",
  RESULT_ALLOCATED: "3900",
};

function nameOf({ kind, currency, foreign, classKey }: StrikeAccount): string {
  const result = RESULT[kind];
  if (result !== undefined) return classKey === undefined ? result : `${result}-${classKey}`;
  return `${NUMBERS[kind]} ${foreign ?? currency}`;
}

type Fact = (fund: ModelFund) => void;

const amount = (max: bigint) => fc.bigInt({ min: 1n, max });
const subscription: fc.Arbitrary<Fact> = fc
  .tuple(fc.constantFrom(...CLASSES), amount(10n ** 8n))
  .map(
    ([one, minor]) =>
      (fund) =>
        deal(fund, one, minor),
  );
const redemption: fc.Arbitrary<Fact> = fc
  .tuple(fc.constantFrom(...CLASSES), fc.bigInt({ min: 1n, max: 4n }))
  .map(
    ([one, quarters]) =>
      (fund) =>
        redeem(fund, one, quarters),
  );
const purchase: fc.Arbitrary<Fact> = fc
  .tuple(fc.constantFrom(...SECURITIES), amount(10n ** 5n), amount(10n ** 7n))
  .map(([{ isin, currency }, quantity, costMinor]) => (fund) => {
    fund.quantities.set(isin, (fund.quantities.get(isin) ?? 0n) + quantity);
    fund.post([`1200 ${isin} ${currency}`, costMinor], [`1000 ${currency}`, -costMinor]);
  });
const sale: fc.Arbitrary<Fact> = fc
  .tuple(fc.constantFrom(...SECURITIES), amount(10n ** 7n))
  .map(([{ isin, currency }, netMinor]) => (fund) => {
    const costMinor = fund.balance(`1200 ${isin} ${currency}`);
    fund.quantities.set(isin, 0n);
    fund.post([`1000 ${currency}`, costMinor], [`1200 ${isin} ${currency}`, -costMinor]);
    fund.postAgainstBase("1000", currency, "4100", netMinor - costMinor);
  });
const income: fc.Arbitrary<Fact> = fc
  .tuple(fc.constantFrom(...CURRENCIES), fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }))
  .map(
    ([currency, minor]) =>
      (fund) =>
        fund.postAgainstBase("1000", currency, "4000", minor),
  );

/** Deals a subscription at the NAV of the last strike; the launch price stands for one that there is not. */
function deal(
  fund: ModelFund,
  { key, currency, unitDecimals }: (typeof CLASSES)[number],
  minor: bigint,
): void {
  const nav = fund.last?.classes.find((one) => one.key === key)?.navPerUnit ?? 1_000_000n;
  if (nav <= 0n) return;
  const scale = 10n ** BigInt(unitDecimals + NAV_DECIMALS - currencyScale(currency));
  const units = (minor * scale) / nav;
  fund.issue(key, units);
  fund.postAgainstBase("1000", currency, `3000-${key}`, minor);
}

/** Deals a redemption of some quarters of the units in issue; an exit charge stays in the class. */
function redeem(
  fund: ModelFund,
  { key, currency, unitDecimals }: (typeof CLASSES)[number],
  quarters: bigint,
): void {
  const nav = fund.last?.classes.find((one) => one.key === key)?.navPerUnit;
  const issued = fund.units.get(key) ?? 0n;
  const units = (issued * quarters) / 4n;
  if (nav === undefined || nav <= 0n || units === 0n) return;
  const scale = 10n ** BigInt(unitDecimals + NAV_DECIMALS - currencyScale(currency));
  const grossMinor = divideRounded(units * nav, scale, "HALF_UP");
  fund.issue(key, -units);
  fund.postAgainstBase("1000", currency, `3000-${key}`, -grossMinor);
  fund.postAgainstBase("1000", currency, `4300-${key}`, grossMinor / 200n);
}

const period = fc.record({
  facts: fc.array(fc.oneof(purchase, sale, income), { maxLength: 6 }),
  orders: fc.array(fc.oneof(subscription, redemption), { maxLength: 4 }),
  rates: fc.tuple(amount(30_000n), amount(2_000_000n), amount(9_000n)),
  prices: fc.tuple(...SECURITIES.map(() => fc.bigInt({ min: 0n, max: 500_000n }))),
  days: fc.bigInt({ min: 0n, max: 400n }),
});

function expectSound(fund: ModelFund, struck: Strike): void {
  const classes = struck.classes.reduce((all, one) => all + one.netAssetsBaseMinor, 0n);
  expect(classes + struck.leftMinor).toBe(fund.netAssets());
  expect(struck.netAssetsMinor).toBe(fund.netAssets());
  expect(struck.leftMinor).toBe(-fund.sumOf(/^(?:4|5|3900)/));
  for (const { isin, currency, valueMinor } of struck.positions) {
    const cost = fund.balance(`1200 ${isin} ${currency}`);
    expect(cost + fund.balance(`1250 ${isin} ${currency}`)).toBe(valueMinor);
  }
  for (const { currency, netMinor, carriedMinor } of struck.revaluations) {
    expect([-fund.balance(`2900 ${currency}`), fund.balance(`1900 ${currency}`)]).toEqual([
      netMinor,
      carriedMinor,
    ]);
  }
  for (const one of struck.classes) expect(fund.opening(one.key)).toBe(one.netAssetsBaseMinor);
}

/** |units x NAV per unit - class NAV| <= units x half a unit of the last decimal + half a minor unit. */
function expectTieOut(struck: Strike): void {
  for (const { units, currency, netAssetsMinor, navPerUnit } of struck.classes) {
    if (navPerUnit === undefined) continue;
    const minorScale = 10n ** BigInt(units.scale + NAV_DECIMALS - currencyScale(currency));
    const difference = units.unscaled * navPerUnit - netAssetsMinor * minorScale;
    const twice = (difference < 0n ? -difference : difference) * 2n;
    expect(twice <= units.unscaled + minorScale).toBe(true);
  }
}

it("keeps every invariant through random months of trades, income, dealing and strikes", () => {
  const months = fc.property(fc.array(period, { minLength: 1, maxLength: 6 }), (periods) => {
    const fund = new ModelFund();
    for (const { facts, orders, rates, prices, days } of periods) {
      fund.setRates(rates);
      for (const fact of facts) fact(fund);
      const struck = fund.strike(fund.input(prices, days));
      expectSound(fund, struck);
      expectTieOut(struck);
      for (const order of orders) order(fund);
      expectDealingNeutral(fund, struck, fund.input(prices, 0n));
    }
  });
  expect(() => {
    fc.assert(months, { numRuns: 50 });
  }).not.toThrow();
});

/**
 * A strike right after the dealing finds the same NAV per unit, but for what rounding leaves: half a last decimal
 * of the NAV on each unit dealt, and for each order a last decimal of units and of money.
 */
function expectDealingNeutral(fund: ModelFund, before: Strike, input: StrikeInput): void {
  if (before.leftMinor !== 0n) return;
  const own = input.classes.reduce((all, { ownItemsMinor }) => all + ownItemsMinor, 0n);
  const classes = input.classes.map((one) => ({ ...one, ownItemsMinor: 0n }));
  const unallocatedMinor = input.unallocatedMinor - own;
  const after = strike({ ...input, classes, unallocatedMinor });
  const orders = BigInt(fund.orders);
  for (const [index, { key, currency, units, navPerUnit }] of after.classes.entries()) {
    const nav = before.classes[index]?.navPerUnit;
    if (nav === undefined || navPerUnit === undefined) continue;
    const moved = navPerUnit > nav ? navPerUnit - nav : nav - navPerUnit;
    const minorScale = 10n ** BigInt(units.scale + NAV_DECIMALS - currencyScale(currency));
    const { unscaled: rate, scale } = (input.rates.get(currency) ?? PARITY).units;
    const centsInMinor = (rate * 10n ** BigInt(currencyScale(currency))) / 10n ** BigInt(scale + 2);
    const perOrder = abs(nav) + minorScale * (2n + 2n * centsInMinor);
    const bound = (fund.dealt.get(key) ?? 0n) + (orders + 2n) * perOrder;
    expect(moved <= 2n + bound / units.unscaled).toBe(true);
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
