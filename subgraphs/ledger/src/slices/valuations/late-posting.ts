import type { AccountType, LotChange } from "@allfunds/contract/events";
import { formatAmount, formatScaled, parseAmount } from "@allfunds/contract/money";
import type { ValuationInputs } from "@allfunds/contract/valuation";
import { uuidOfText } from "../../engine/canonical-json.ts";
import { CHART } from "../fund-terms/fund-accounts.ts";
import { LOT_SCALE } from "../lots/lot.ts";
import { parseQuantity } from "../lots/portfolio-fact.ts";

/** What a fact of the portfolio posted behind published NAVs, although it counts from an earlier day. */
export interface LatePosting {
  /** The trade or corporate action. */
  readonly factId: string;
  /** Whether its lots are named by it. */
  readonly hasLots: boolean;
  /** The value date that it has, and the one that it is moved to: its own day, or the first that is restated. */
  readonly from: string;
  readonly to: string;
  readonly lots: readonly LotChange[];
  /** What it posted; null when only lots changed. */
  readonly transactionId: string | null;
  readonly entries: readonly LateEntry[];
}

interface LateEntry {
  readonly accountId: string;
  readonly code: string;
  readonly type: AccountType;
  readonly currency: string;
  /** Debit above zero, in minor units of the account. */
  readonly minor: bigint;
}

/** Whether a NAV of a day lacks what should have been in it. */
export const isMissingOn = ({ from, to }: LatePosting, navDate: string): boolean =>
  to <= navDate && navDate < from;

/** Id of the transaction by which a restatement, named by its first valuation, moves another to a day, or from it. */
export const moveId = (valuationId: string, transactionId: string, day: string): string =>
  uuidOfText(`move ${valuationId} ${transactionId} ${day}`);

/** The change of a lot that takes another back. */
export function opposite({ quantity, cost, baseCost, ...lot }: LotChange): LotChange {
  return { ...lot, quantity: negated(quantity), cost: negated(cost), baseCost: negated(baseCost) };
}

const negated = (text: string): string => {
  if (/^[0.]*$/.test(text)) return text;
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
};

/**
 * What a NAV rests on when late postings stand on their own days: `since` is the NAV date before it. Prices, and
 * the interest of bonds, are those of the positions before.
 */
export function withLatePostings(
  old: ValuationInputs,
  late: readonly LatePosting[],
  { navDate, since }: { readonly navDate: string; readonly since: string | null },
): ValuationInputs {
  const missing = late.filter((posting) => isMissingOn(posting, navDate));
  const base = old.baseCurrency;
  const sums = new EntrySums(missing);
  const flowMinor = late.reduce(
    (all, posting) => all + flowOf(posting, navDate, since) * resultOf(posting, base),
    0n,
  );
  return {
    ...old,
    unallocated: add(old.unallocated, flowMinor, base),
    positions: positionsWith(old.positions, missing),
    interests: merged(old.interests, sums.currenciesOf("ACCRUED_INTEREST"), (currency) => ({
      currency,
      due: formatAmount(0n, currency),
      posted: formatAmount(0n, currency),
    })).map((one) => ({
      ...one,
      posted: add(one.posted, sums.of("ACCRUED_INTEREST", one.currency), one.currency),
    })),
    exchanges: merged(old.exchanges, sums.currenciesOf("EXCHANGE_FOREIGN"), (currency) => ({
      currency,
      net: formatAmount(0n, currency),
      carried: formatAmount(0n, base),
    })).map(({ currency, net, carried }) => ({
      currency,
      net: add(net, -sums.of("EXCHANGE_FOREIGN", currency), currency),
      carried: add(carried, sums.of("EXCHANGE_BASE", currency), base),
    })),
  };
}

const add = (amount: string, minor: bigint, currency: string): string =>
  formatAmount(parseAmount(amount, currency) + minor, currency);

/** How often the result of a posting counts more than it did between two NAVs: 1, 0 or -1. */
function flowOf({ from, to }: LatePosting, navDate: string, since: string | null): bigint {
  const isBetween = (day: string): bigint =>
    day <= navDate && (since === null || day > since) ? 1n : 0n;
  return isBetween(to) - isBetween(from);
}

/** Income less expenses, in minor units of the base currency. */
const resultOf = ({ entries }: LatePosting, base: string): bigint =>
  entries
    .filter(({ type, currency }) => currency === base && (type === "INCOME" || type === "EXPENSE"))
    .reduce((all, { minor }) => all - minor, 0n);

/** Sums of entries by number of the chart, and the currency that the code names. */
class EntrySums {
  readonly #sums = new Map<string, bigint>();

  constructor(postings: readonly LatePosting[]) {
    for (const { code, currency, minor } of postings.flatMap(({ entries }) => entries)) {
      const [number = "", named] = code.split("-");
      const key = `${number} ${named ?? currency}`;
      this.#sums.set(key, (this.#sums.get(key) ?? 0n) + minor);
    }
  }

  of(kind: keyof typeof CHART, currency: string): bigint {
    return this.#sums.get(`${CHART[kind].number} ${currency}`) ?? 0n;
  }

  currenciesOf(kind: keyof typeof CHART): string[] {
    const prefix = `${CHART[kind].number} `;
    return [...this.#sums.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  }
}

/** Rows by currency with those that are new among them, in order. */
function merged<Row extends { readonly currency: string }>(
  rows: readonly Row[],
  currencies: readonly string[],
  empty: (currency: string) => Row,
): Row[] {
  const present = new Set(rows.map(({ currency }) => currency));
  const added = currencies.filter((currency) => !present.has(currency)).map(empty);
  return [...rows, ...added].toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
}

type Position = ValuationInputs["positions"][number];

function positionsWith(
  positions: readonly Position[],
  missing: readonly LatePosting[],
): Position[] {
  const byIsin = new Map(positions.map((position) => [position.isin, position]));
  for (const lot of missing.flatMap(({ lots }) => lots)) {
    const { isin, currency, side } = lot;
    const before = byIsin.get(isin) ?? emptyPosition(isin, currency);
    const sign = side === "LONG" ? 1n : -1n;
    const quantity = parseQuantity(before.quantity) + sign * parseQuantity(lot.quantity);
    const cost = parseAmount(before.cost, currency) + sign * parseAmount(lot.cost, currency);
    byIsin.set(isin, {
      ...before,
      quantity: spellQuantity(quantity),
      cost: formatAmount(cost, currency),
    });
  }
  return [...byIsin.values()].toSorted((a, b) => (a.isin < b.isin ? -1 : 1));
}

/** A position that a NAV did not show. */
export const emptyPosition = (isin: string, currency: string): Position => ({
  isin,
  currency,
  quantity: "0",
  cost: formatAmount(0n, currency),
  appreciation: formatAmount(0n, currency),
  price: null,
  interest: null,
});

/** Without the zeros behind the last digit that counts. */
export function spellQuantity(quantity: bigint): string {
  const text = formatScaled(quantity, LOT_SCALE);
  return text.replace(/\.?0+$/, "");
}
