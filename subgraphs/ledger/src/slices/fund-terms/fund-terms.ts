import { AppError, invalidInput } from "@allfunds/contract/errors";
import type {
  Fee,
  FundTerms,
  FundTermsSet as Payload,
} from "@allfunds/contract/fund-administration";
import { isLei } from "@allfunds/contract/identifiers";
import { currencyScale, parseDecimal } from "@allfunds/contract/money";
import { isCalendarDate } from "@allfunds/platform/dates";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import { Findings, checkDate, decimalOrNull } from "../../engine/input-rules.ts";
import { defineTable, ONLY, required } from "../../engine/table.ts";
import { fundOf, requireFund } from "../funds/fund.ts";

/** The terms of a fund as they hold from a date on, until later ones do. */
export interface TermsState {
  /** First day, `YYYY-MM-DD`; also the row's key. */
  readonly effectiveFrom: string;
  readonly terms: FundTerms;
  readonly position: number;
}

export const FUND_TERMS = defineTable<TermsState>({
  name: "fund_terms",
  bookColumn: "book_id",
  keyColumn: "effective_from",
  columns: [
    { name: "effective_from", type: "date", of: (row) => row.effectiveFrom, fixed: true },
    { name: "terms", type: "text", of: ({ terms }) => canonicalJson(terms) },
    { name: "position", type: "bigint", of: ({ position }) => position },
  ],
  read: (texts) => ({
    effectiveFrom: required(texts, "effective_from"),
    terms: JSON.parse(required(texts, "terms")) as FundTerms,
    position: Number(required(texts, "position")),
  }),
});

/** Decimals of the launch prices of classes without a NAV, the most of them; the slice of share classes puts it. */
export const LAUNCH_DECIMALS = defineRows<number>("decimals of launch prices");

/** The terms of the book's fund on a date; undefined while it is not administered. */
export function termsOn(state: BookState, date: string): FundTerms | undefined {
  let found: TermsState | undefined;
  for (const row of state.all(FUND_TERMS).values()) {
    if (row.effectiveFrom > date) continue;
    if (found === undefined || row.effectiveFrom > found.effectiveFrom) found = row;
  }
  return found?.terms;
}

/** The same; INVALID_INPUT when the fund is not administered on that date. */
export function requireTerms(state: BookState, date: string): FundTerms {
  const terms = termsOn(state, date);
  if (terms !== undefined) return terms;
  throw new AppError("INVALID_INPUT", `The fund has no terms on ${date}: administer it first.`);
}

/** The command to give a fund terms from a date on; members that are absent stay as they are on that date. */
export interface AdministerFund {
  readonly kind: "AdministerFund";
  readonly fundId: string;
  readonly effectiveFrom: string;
  readonly terms: Partial<FundTerms>;
}

/** A fund is administered by these terms from a date on. */
export interface FundTermsSet extends Payload {
  readonly type: "FundTermsSet";
}

/** What holds for terms that a fund never named. */
const DEFAULTS: Omit<FundTerms, "cutOffTime" | "timeZone"> = {
  lei: null,
  holidays: [],
  valuationFrequency: "DAILY",
  noticeDays: 0,
  settlementDays: 3,
  navDecimals: 4,
  unitDecimals: 4,
  navRounding: "HALF_UP",
  unitRounding: "DOWN",
  amountRounding: "HALF_UP",
  lotMethod: "FIFO",
  transactionCosts: "EXPENSE",
  shortSales: false,
  financialYearEnd: "12-31",
  administrationFee: null,
  custodyFee: null,
  priceSources: [],
  stalePriceDays: 3,
  staleRateDays: 3,
  priceMoveLimit: "0.20",
  navMoveLimit: "0.05",
  materialityLimit: "0.005",
};

/** No events when the fund has these terms from that date on already. */
export function decideAdministerFund(command: AdministerFund, state: BookState): FundTermsSet[] {
  const { fundId, effectiveFrom } = command;
  const findings = new Findings();
  checkDate(findings, "effectiveFrom", effectiveFrom);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const terms = completed(command.terms, termsOn(state, effectiveFrom));
  refuseTerms(terms);
  refuseOddTiers(state, terms, ["administrationFee", "custodyFee"]);
  const needed = state.get(LAUNCH_DECIMALS, ONLY) ?? 0;
  if (terms.navDecimals < needed) {
    throw invalidInput("navDecimals", `must be at least ${needed}, as a launch price has`);
  }
  const before = state.get(FUND_TERMS, effectiveFrom);
  if (before !== undefined && canonicalJson(before.terms) === canonicalJson(terms)) return [];
  return [{ type: "FundTermsSet", fundId, effectiveFrom, terms }];
}

function completed(given: Partial<FundTerms>, present: FundTerms | undefined): FundTerms {
  const { cutOffTime, timeZone, ...rest } = { ...DEFAULTS, ...present, ...given };
  if (cutOffTime === undefined) throw invalidInput("cutOffTime", "must be given");
  if (timeZone === undefined) throw invalidInput("timeZone", "must be given");
  const holidays = [...new Set(rest.holidays)].toSorted();
  return { ...rest, holidays, cutOffTime, timeZone };
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const MAX_HOLIDAYS = 2_000;

/** Refuses terms that no fund can be administered by, with every fault at once. */
export function refuseTerms(terms: FundTerms): void {
  const findings = new Findings();
  if (terms.lei !== null && !isLei(terms.lei)) findings.add("lei", "has no right check digits");
  if (terms.holidays.length > MAX_HOLIDAYS) {
    findings.add("holidays", `must be at most ${MAX_HOLIDAYS}`);
  }
  for (const [index, day] of terms.holidays.entries())
    checkDate(findings, `holidays.${index}`, day);
  if (!TIME.test(terms.cutOffTime)) findings.add("cutOffTime", "must be HH:MM or HH:MM:SS");
  if (!isTimeZone(terms.timeZone)) {
    findings.add("timeZone", "must be an IANA zone such as Europe/Luxembourg");
  }
  // A leap day ends no financial year.
  if (!isCalendarDate(`2027-${terms.financialYearEnd}`)) {
    findings.add("financialYearEnd", "must be a month and a day, MM-DD");
  }
  checkCounts(findings, terms);
  checkFee(findings, "administrationFee", terms.administrationFee);
  checkFee(findings, "custodyFee", terms.custodyFee);
  for (const name of ["priceMoveLimit", "navMoveLimit", "materialityLimit"] as const) {
    if (terms[name] !== null) checkRate(findings, name, terms[name]);
  }
  if (terms.priceSources.some((source) => source.trim() === "" || source.length > 40)) {
    findings.add("priceSources", "must be names of 1 to 40 characters");
  }
  findings.refuseIfAny();
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return false;
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** The most that each count may be. */
const MOST = {
  noticeDays: 400,
  settlementDays: 30,
  navDecimals: 18,
  unitDecimals: 18,
  stalePriceDays: 3_650,
  staleRateDays: 3_650,
} as const;

function checkCounts(findings: Findings, terms: FundTerms): void {
  for (const [name, most] of Object.entries(MOST)) {
    const count = terms[name as keyof typeof MOST];
    if (!Number.isInteger(count) || count < 0 || count > most) {
      findings.add(name, `must be from 0 to ${most}`);
    }
  }
}

/** A rate between 0 and 1, as a decimal of at most 12 places. */
export function checkRate(findings: Findings, path: string, text: string): void {
  const rate = decimalOrNull(text);
  if (rate === null || rate.scale > 12 || rate.unscaled < 0n) {
    return findings.add(path, "must be a decimal number from 0 to 1, such as 0.015");
  }
  if (rate.unscaled > 10n ** BigInt(rate.scale)) findings.add(path, "must be at most 1");
}

/** A NAV counts slices in minor units of the base currency. */
export function refuseOddTiers<Name extends string>(
  state: BookState,
  terms: Readonly<Record<Name, Fee | null>>,
  names: readonly Name[],
): void {
  const findings = new Findings();
  const scale = currencyScale(fundOf(state)?.currency ?? "");
  for (const name of names) {
    for (const [index, { from }] of (terms[name]?.tiers ?? []).entries()) {
      if (parseDecimal(from).scale <= scale) continue;
      findings.add(`${name}.tiers.${index}.from`, `must have at most ${scale} decimals`);
    }
  }
  findings.refuseIfAny();
}

const MAX_TIERS = 20;

/** Tiers begin at 0 and rise. */
export function checkFee(findings: Findings, path: string, fee: Fee | null): void {
  if (fee === null) return;
  if (fee.tiers.length === 0 || fee.tiers.length > MAX_TIERS) {
    findings.add(`${path}.tiers`, `must be 1 to ${MAX_TIERS}`);
  }
  let before: bigint | undefined;
  for (const [index, { from, rate }] of fee.tiers.entries()) {
    checkRate(findings, `${path}.tiers.${index}.rate`, rate);
    const begin = decimalOrNull(from);
    const start =
      begin === null || begin.scale > 18 ? null : begin.unscaled * 10n ** BigInt(18 - begin.scale);
    if (start === null || (before === undefined ? start !== 0n : start <= before)) {
      findings.add(`${path}.tiers.${index}.from`, "must be 0 in the first tier, and rise");
    }
    before = start ?? before;
  }
}
