import { CASH, type Allocation, type Part } from "./allocation.ts";

/** Most that a fund lets its portfolio be concentrated, in percent. */
export interface Limits {
  /** Of one security. */
  readonly single: number;
  /** From where on a security counts as large. */
  readonly large: number;
  /** Of all large securities together. */
  readonly sum: number;
  /** Of cash. */
  readonly cash: number;
  /** Of securities in other currencies than the fund's, together. */
  readonly foreign: number;
}

/** 5, 10 and 40 % as UCITS has them for issuers, 20 % for deposits; currencies without a limit. */
export const DEFAULT_LIMITS: Limits = { single: 10, large: 5, sum: 40, cash: 20, foreign: 100 };
export const LIMIT_NAMES = ["single", "large", "sum", "cash", "foreign"] as const;

const PERCENT = /^\d{1,3}(?:\.\d{1,4})?$/;

/** Reads the address; undefined when a limit is none. */
export function readLimits(search: URLSearchParams): Limits | undefined {
  const limits: Record<string, number> = { ...DEFAULT_LIMITS };
  for (const name of LIMIT_NAMES) {
    const text = search.get(name)?.trim() ?? "";
    if (text === "") continue;
    if (!PERCENT.test(text) || Number(text) > 100) return undefined;
    limits[name] = Number(text);
  }
  return limits as unknown as Limits;
}

/** A check of the portfolio: what was found beside its limit, as ratios, and what it is made of. */
export interface Check {
  readonly name: "single" | "sum" | "cash" | "foreign";
  readonly found: number;
  readonly limit: number;
  readonly isWithin: boolean;
  readonly parts: readonly Part[];
}

/** Compares a portfolio with its limits. A limit that is met exactly is kept. */
export function checksOf(
  { holdings, byCurrency }: Allocation,
  limits: Limits,
  currency: string,
): Check[] {
  const securities = holdings.filter(({ key }) => key !== CASH);
  const [largest] = securities;
  const large = securities.filter(({ share }) => share > limits.large / 100);
  const cash = holdings.filter(({ key }) => key === CASH);
  const foreign = byCurrency.filter(({ key }) => key !== CASH && key !== currency);
  return [
    check("single", largest?.share ?? 0, limits.single, overOr(securities, limits.single)),
    check("sum", total(large), limits.sum, large),
    check("cash", total(cash), limits.cash, cash),
    check("foreign", total(foreign), limits.foreign, foreign),
  ];
}

/** Everything above the limit; the largest alone where nothing is. */
function overOr(parts: readonly Part[], limit: number): readonly Part[] {
  const over = parts.filter(({ share }) => share > limit / 100);
  return over.length > 0 ? over : parts.slice(0, 1);
}

const total = (parts: readonly Part[]): number => parts.reduce((sum, { share }) => sum + share, 0);

function check(name: Check["name"], found: number, percent: number, parts: readonly Part[]): Check {
  const limit = percent / 100;
  // Ratios are rounded to ten digits, so sums of many may be that little above.
  return { name, found, limit, isWithin: found <= limit + 1e-9, parts };
}
