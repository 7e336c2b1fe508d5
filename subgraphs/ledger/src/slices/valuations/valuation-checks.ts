import type { FundTerms } from "@allfunds/contract/fund-administration";
import { parseDecimal, type Decimal } from "@allfunds/contract/money";
import type {
  ValuationCheck,
  ValuationFigures,
  ValuationInputs,
} from "@allfunds/contract/valuation";

type CheckKind = ValuationCheck["kind"];
type CheckRow = ValuationCheck["rows"][number];

/** What the books show beside the inputs of a valuation. Amounts are decimal strings. */
export interface BookFindings {
  /** Accounts of income or cost outside the base currency. */
  readonly foreignResults: readonly CheckRow[];
  /** Assets less liabilities in base against what the classes own; one row when they differ. */
  readonly trialBalance: readonly CheckRow[];
  /** Classes whose units in issue are not those of their holders. */
  readonly register: readonly CheckRow[];
  /** Bank accounts whose balance is not that of their last statement up to the day: the statement's less the book's. */
  readonly cash: readonly CheckRow[];
}

/** What a valuation is checked against. */
export interface CheckedValuation {
  readonly navDate: string;
  readonly terms: Pick<
    FundTerms,
    "stalePriceDays" | "staleRateDays" | "priceMoveLimit" | "navMoveLimit"
  >;
  readonly inputs: ValuationInputs;
  readonly figures: ValuationFigures | null;
  /** The valuation published last. */
  readonly last:
    | { readonly inputs: ValuationInputs; readonly figures: ValuationFigures }
    | undefined;
  readonly findings: BookFindings;
}

const MAX_ROWS = 100;

/** Every check that found something. A blocking one keeps the NAV from being published. */
export function checkValuation(valuation: CheckedValuation): ValuationCheck[] {
  const { terms, findings } = valuation;
  const checks: [CheckKind, ValuationCheck["severity"], string | null, readonly CheckRow[]][] = [
    ["PRICE_MISSING", "BLOCKING", null, missingPrices(valuation)],
    ["RATE_MISSING", "BLOCKING", null, missingRates(valuation)],
    ["TRIAL_BALANCE", "BLOCKING", "0", findings.trialBalance],
    ["FOREIGN_RESULT", "BLOCKING", "0", findings.foreignResults],
    ["REGISTER", "BLOCKING", "0", findings.register],
    ["NAV_ROUNDED_TO_ZERO", "BLOCKING", null, vanishedNavs(valuation)],
    ["CASH_UNRECONCILED", "WARNING", "0", findings.cash],
    ["PRICE_STALE", "WARNING", String(terms.stalePriceDays), stalePrices(valuation)],
    ["RATE_STALE", "WARNING", String(terms.staleRateDays), staleRates(valuation)],
    ["PRICE_MOVED", "WARNING", terms.priceMoveLimit, movedPrices(valuation)],
    ["NAV_MOVED", "WARNING", terms.navMoveLimit, movedNavs(valuation)],
    ["RESULT_UNALLOCATED", "WARNING", "0", unallocated(valuation)],
  ];
  return checks
    .filter(([, , , rows]) => rows.length > 0)
    .map(([kind, severity, threshold, rows]) => ({
      kind,
      severity,
      threshold,
      count: rows.length,
      rows: rows.slice(0, MAX_ROWS),
    }));
}

/** A restated NAV beside the one before it; what the books show besides was checked when it was published. */
export const checkRestated = (valuation: Omit<CheckedValuation, "findings">): ValuationCheck[] =>
  checkValuation({
    ...valuation,
    findings: { foreignResults: [], trialBalance: [], register: [], cash: [] },
  });

const isZero = (text: string): boolean => parseDecimal(text).unscaled === 0n;

const isHeld = ({ quantity }: ValuationInputs["positions"][number]): boolean => !isZero(quantity);

const missingPrices = ({ inputs }: CheckedValuation): CheckRow[] =>
  inputs.positions
    .filter((position) => isHeld(position) && position.price === null)
    .map(({ isin, quantity }) => ({ subject: isin, found: `${quantity} without a price` }));

function missingRates({ inputs }: CheckedValuation): CheckRow[] {
  const { baseCurrency, positions, exchanges, classes } = inputs;
  const needed = new Set([
    ...positions.filter(isHeld).map(({ currency }) => currency),
    ...exchanges.filter(({ net }) => !isZero(net)).map(({ currency }) => currency),
    ...classes.map(({ currency }) => currency),
  ]);
  for (const { currency } of inputs.rates) needed.delete(currency);
  needed.delete(baseCurrency);
  return [...needed]
    .toSorted()
    .map((currency) => ({ subject: currency, found: `none per ${baseCurrency}` }));
}

const DAY_MS = 86_400_000;

/** Calendar days from one date to another. */
const daysBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / DAY_MS;

const stalePrices = ({ inputs, navDate, terms }: CheckedValuation): CheckRow[] =>
  inputs.positions.flatMap((position) => {
    const { isin, price } = position;
    if (price === null || !isHeld(position)) return [];
    const isStale = daysBetween(price.date, navDate) > terms.stalePriceDays;
    return isStale ? [{ subject: isin, found: `${price.price} of ${price.date}` }] : [];
  });

const staleRates = ({ inputs, navDate, terms }: CheckedValuation): CheckRow[] =>
  inputs.rates
    .filter(({ date }) => daysBetween(date, navDate) > terms.staleRateDays)
    .map(({ currency, date }) => ({ subject: currency, found: `of ${date}` }));

/** A price of zero has moved by all of it. */
function movedPrices({ inputs, last, terms }: CheckedValuation): CheckRow[] {
  const before = new Map(last?.inputs.positions.map(({ isin, price }) => [isin, price]));
  return inputs.positions.flatMap((position) => {
    const old = before.get(position.isin);
    const { price, isin } = position;
    if (price === null || !isHeld(position)) return [];
    if (isZero(price.price)) return [{ subject: isin, found: "0" }];
    if (old === undefined || old === null || terms.priceMoveLimit === null) return [];
    if (!hasMoved(old.price, price.price, terms.priceMoveLimit)) return [];
    return [{ subject: isin, found: `${old.price} to ${price.price}` }];
  });
}

function movedNavs({ figures, last, terms }: CheckedValuation): CheckRow[] {
  const limit = terms.navMoveLimit;
  const before = new Map(
    last?.figures.classes.map(({ classId, navPerUnit }) => [classId, navPerUnit]),
  );
  return (figures?.classes ?? []).flatMap(({ classId, code, navPerUnit }) => {
    const old = before.get(classId) ?? null;
    if (navPerUnit === null || parseDecimal(navPerUnit).unscaled <= 0n) {
      return navPerUnit === null ? [] : [{ subject: code, found: navPerUnit }];
    }
    if (old === null || limit === null || !hasMoved(old, navPerUnit, limit)) return [];
    return [{ subject: code, found: `${old} to ${navPerUnit}` }];
  });
}

/** Net assets that the decimals of the NAV are too few to show: units would be worth nothing. */
const vanishedNavs = ({ figures }: CheckedValuation): CheckRow[] =>
  (figures?.classes ?? []).flatMap(({ code, currency, netAssets, netAssetsBase, navPerUnit }) =>
    navPerUnit === null || !isZero(navPerUnit) || isZero(netAssetsBase)
      ? []
      : [{ subject: code, found: `${netAssets} ${currency} as ${navPerUnit} a unit` }],
  );

/** True when |after - before| is more than `limit` of |before|. */
function hasMoved(before: string, after: string, limit: string): boolean {
  const [from, to, share] = [before, after, limit].map((text) => parseDecimal(text));
  if (from === undefined || to === undefined || share === undefined) return false;
  const moved = abs(atScale(to, from.scale) - atScale(from, to.scale));
  const allowed = abs(atScale(from, to.scale)) * share.unscaled;
  return moved * 10n ** BigInt(share.scale) > allowed;
}

/** Unscaled at the scale of both numbers together. */
const atScale = ({ unscaled }: Decimal, otherScale: number): bigint =>
  unscaled * 10n ** BigInt(otherScale);

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

const unallocated = ({ figures, inputs }: CheckedValuation): CheckRow[] =>
  figures === null || isZero(figures.unallocated)
    ? []
    : [{ subject: inputs.baseCurrency, found: figures.unallocated }];
