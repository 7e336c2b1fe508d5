import { AppError, invalidInput } from "@allfunds/contract/errors";
import type {
  ShareClassOpened as OpenedPayload,
  ShareClassState as Status,
  ShareClassStateSet as StatePayload,
  ShareClassTerms,
  ShareClassTermsSet as TermsPayload,
} from "@allfunds/contract/fund-administration";
import { isIsin } from "@allfunds/contract/identifiers";
import { currencyScale, parseAmount } from "@allfunds/contract/money";
import type { DomainEvent } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import {
  Findings,
  checkDate,
  checkText,
  checkUuid,
  decimalOrNull,
} from "../../engine/input-rules.ts";
import { defineTable, ONLY, required } from "../../engine/table.ts";
import { FundChart } from "../fund-terms/fund-accounts.ts";
import {
  checkFee,
  checkRate,
  LAUNCH_DECIMALS,
  refuseOddTiers,
  requireTerms,
} from "../fund-terms/fund-terms.ts";
import { requireFund } from "../funds/fund.ts";

/** Terms of a class from a date on. */
interface DatedTerms {
  readonly effectiveFrom: string;
  readonly terms: ShareClassTerms;
}

export interface ShareClassRow {
  readonly id: string;
  readonly position: number;
  /** Short code within the fund. */
  readonly code: string;
  readonly name: string;
  readonly isin: string;
  readonly currency: string;
  readonly unitDecimals: number;
  readonly launchDate: string;
  /** Price of a unit until the first NAV, a decimal string. */
  readonly launchPrice: string;
  readonly status: Status;
  /** The last published NAV per unit and its date; null before the first. */
  readonly nav: string | null;
  readonly navDate: string | null;
  /** In the order of their dates; the first begin with the launch. */
  readonly terms: readonly DatedTerms[];
}

export const SHARE_CLASS = defineTable<ShareClassRow>({
  name: "share_class",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "code", type: "text", of: ({ code }) => code, fixed: true },
    { name: "name", type: "text", of: ({ name }) => name, fixed: true },
    { name: "isin", type: "text", of: ({ isin }) => isin, fixed: true },
    { name: "currency", type: "text", of: ({ currency }) => currency, fixed: true },
    { name: "unit_decimals", type: "smallint", of: (row) => row.unitDecimals, fixed: true },
    { name: "launch_date", type: "date", of: ({ launchDate }) => launchDate, fixed: true },
    { name: "launch_price", type: "text", of: ({ launchPrice }) => launchPrice, fixed: true },
    { name: "status", type: "text", of: ({ status }) => status },
    { name: "nav", type: "text", of: ({ nav }) => nav },
    { name: "nav_date", type: "date", of: ({ navDate }) => navDate },
    { name: "terms", type: "text", of: ({ terms }) => canonicalJson(terms) },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    position: Number(required(texts, "position")),
    code: required(texts, "code"),
    name: required(texts, "name"),
    isin: required(texts, "isin"),
    currency: required(texts, "currency"),
    unitDecimals: Number(required(texts, "unit_decimals")),
    launchDate: required(texts, "launch_date"),
    launchPrice: required(texts, "launch_price"),
    status: required(texts, "status") as Status,
    nav: texts["nav"] ?? null,
    navDate: texts["nav_date"] ?? null,
    terms: JSON.parse(required(texts, "terms")) as DatedTerms[],
  }),
  loaded: keepLaunchDecimals,
});

/** Digits behind the point of a launch price, without the zeros at its end. */
const launchDecimals = (price: string): number => /\.(\d*?)0*$/.exec(price)?.[1]?.length ?? 0;

/** A launch price is a unit's worth until the first NAV, which has no more decimals than the terms say. */
function keepLaunchDecimals(state: BookState): void {
  const unpriced = [...state.all(SHARE_CLASS).values()].filter(({ nav }) => nav === null);
  const most = Math.max(0, ...unpriced.map(({ launchPrice }) => launchDecimals(launchPrice)));
  state.put(LAUNCH_DECIMALS, ONLY, most);
}

/** Keeps a class, and what follows from it. */
export function putShareClass(draft: BookState, shareClass: ShareClassRow): void {
  draft.put(SHARE_CLASS, shareClass.id, shareClass);
  keepLaunchDecimals(draft);
}

/** What a unit was worth at last: the last NAV, or the launch price. */
export const lastPrice = ({ nav, launchPrice }: ShareClassRow): string => nav ?? launchPrice;

/** The asset in which units of a class are counted. */
export const unitAsset = ({ isin, unitDecimals }: Pick<ShareClassRow, "isin" | "unitDecimals">) =>
  `${isin}/${unitDecimals}`;

/** A class of this book; SHARE_CLASS_NOT_FOUND when it has none with this id. */
export function requireShareClass(state: BookState, id: string): ShareClassRow {
  const found = state.get(SHARE_CLASS, id);
  if (found !== undefined) return found;
  throw new AppError("SHARE_CLASS_NOT_FOUND", `There is no share class ${id.slice(0, 80)}.`);
}

/** The classes of a fund by code. */
export const shareClassesOf = (state: BookState): ShareClassRow[] =>
  [...state.all(SHARE_CLASS).values()].toSorted((a, b) => (a.code < b.code ? -1 : 1));

/** The terms of a class on a date; before its launch, those it is launched with. */
export function classTermsOn(
  { terms }: Pick<ShareClassRow, "terms">,
  date: string,
): ShareClassTerms {
  const found = terms.findLast(({ effectiveFrom }) => effectiveFrom <= date) ?? terms[0];
  if (found === undefined) throw new Error("a share class has no terms");
  return found.terms;
}

/** The command to open a share class with its accounts. */
export interface OpenShareClass {
  readonly kind: "OpenShareClass";
  readonly fundId: string;
  readonly classId: string;
  readonly code: string;
  readonly name: string;
  readonly isin: string;
  readonly currency: string;
  readonly launchDate: string;
  readonly launchPrice: string;
  readonly terms: Partial<ShareClassTerms>;
}

/** The command to give a class other terms from a date on; members that are absent stay. */
export interface SetShareClassTerms {
  readonly kind: "SetShareClassTerms";
  readonly fundId: string;
  readonly classId: string;
  readonly effectiveFrom: string;
  readonly terms: Partial<ShareClassTerms>;
}

/** The command to open, close or suspend a class. */
export interface SetShareClassState {
  readonly kind: "SetShareClassState";
  readonly fundId: string;
  readonly classId: string;
  readonly state: Status;
  readonly reason: string;
}

export type ShareClassCommand = OpenShareClass | SetShareClassTerms | SetShareClassState;

/** A share class came into being; the accounts it needs are opened behind it. */
export interface ShareClassOpened extends OpenedPayload {
  readonly type: "ShareClassOpened";
}
/** A class has these terms from a date on. */
export interface ShareClassTermsSet extends TermsPayload {
  readonly type: "ShareClassTermsSet";
}
/** A class was opened, closed, suspended or put into liquidation. */
export interface ShareClassStateSet extends StatePayload {
  readonly type: "ShareClassStateSet";
}
export type ShareClassEvent = ShareClassOpened | ShareClassTermsSet | ShareClassStateSet;

const DEFAULTS: ShareClassTerms = {
  distribution: "ACCUMULATING",
  managementFee: null,
  entryCharge: { rate: "0", to: "DISTRIBUTOR" },
  exitChargeRate: "0",
  minimumInitial: "0",
  minimumFurther: "0",
};

export function decideOpenShareClass(
  { kind: _kind, terms: given, ...command }: OpenShareClass,
  state: BookState,
): DomainEvent[] {
  const { fundId, launchDate } = command;
  const findings = new Findings();
  checkUuid(findings, "id", command.classId);
  checkDate(findings, "launchDate", launchDate);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const { unitDecimals, navDecimals } = requireTerms(state, launchDate);
  const terms = { ...DEFAULTS, ...given };
  const opened: ShareClassOpened = { type: "ShareClassOpened", ...command, unitDecimals, terms };
  refuseOpened(state, opened);
  refuseOddTiers(state, terms, ["managementFee"]);
  // Otherwise the first NAV would be another price than the one that units were sold at, or none at all.
  if (launchDecimals(opened.launchPrice) > navDecimals) {
    throw invalidInput("launchPrice", `must have at most ${navDecimals} decimals, as NAVs have`);
  }
  const chart = new FundChart(state.fork());
  openClassAccounts(chart, opened);
  return [opened, ...chart.opened];
}

/** What the rules demand of a class when it opens. */
export function refuseOpened(state: BookState, opened: ShareClassOpened): void {
  const findings = new Findings();
  if (!/^[A-Z][A-Z0-9]{0,7}$/.test(opened.code)) {
    findings.add("code", "must be 1 to 8 capitals or digits, a capital first");
  }
  checkText(findings, "name", opened.name, { min: 1, max: 200 });
  if (!isIsin(opened.isin)) findings.add("isin", "must be an ISIN with its check digit");
  checkPrice(findings, "launchPrice", opened.launchPrice);
  findings.refuseIfAny();
  if (opened.currency.includes("/")) throw invalidInput("currency", "must be an ISO 4217 code");
  currencyScale(opened.currency);
  refuseClassTerms(opened.terms, opened.currency);
  for (const { id, code, isin } of state.all(SHARE_CLASS).values()) {
    if (id === opened.classId || code === opened.code || isin === opened.isin) {
      throw new AppError(
        "ALREADY_EXISTS",
        "The fund has a class with this id, code or ISIN already.",
      );
    }
  }
}

function checkPrice(findings: Findings, path: string, text: string): void {
  const price = decimalOrNull(text);
  if (price !== null && price.unscaled > 0n && price.scale <= 18) return;
  findings.add(path, "must be a decimal number above zero with at most 18 decimals");
}

function refuseClassTerms(terms: ShareClassTerms, currency: string): void {
  const findings = new Findings();
  checkFee(findings, "managementFee", terms.managementFee);
  checkRate(findings, "entryCharge.rate", terms.entryCharge.rate);
  checkRate(findings, "exitChargeRate", terms.exitChargeRate);
  for (const name of ["minimumInitial", "minimumFurther"] as const) {
    if (parseAmount(terms[name], currency) < 0n) findings.add(name, "must not be negative");
  }
  findings.refuseIfAny();
}

/** Accounts that orders and valuations of a class post to; those of its currency may be open already. */
function openClassAccounts(chart: FundChart, opened: ShareClassOpened): void {
  const { code: classCode, currency } = opened;
  for (const kind of ["UNIT_CAPITAL", "CLASS_RESULT", "EXIT_CHARGES", "MANAGEMENT_FEE"] as const) {
    chart.idOf(kind, { classCode });
  }
  chart.idOf("UNITS_IN_ISSUE", { classCode, asset: unitAsset(opened) });
  for (const kind of [
    "BANK",
    "SUBSCRIPTIONS_RECEIVABLE",
    "SUBSCRIPTIONS_IN_ADVANCE",
    "REDEMPTIONS_PAYABLE",
    "ENTRY_CHARGES_PAYABLE",
  ] as const) {
    chart.idOf(kind, { currency });
  }
  chart.idOf("MANAGEMENT_FEE_PAYABLE");
  chart.idOf("RESULT_ALLOCATED");
  if (currency === chart.base) return;
  chart.idOf("EXCHANGE_BASE", { currency });
  chart.idOf("EXCHANGE_FOREIGN", { currency });
}

/** No events when the class has these terms from that date on already. */
export function decideSetTerms(
  command: SetShareClassTerms,
  state: BookState,
): ShareClassTermsSet[] {
  const { fundId, classId, effectiveFrom } = command;
  const findings = new Findings();
  checkDate(findings, "effectiveFrom", effectiveFrom);
  findings.refuseIfAny();
  requireFund(state, fundId);
  const shareClass = requireShareClass(state, classId);
  const before = classTermsOn(shareClass, effectiveFrom);
  const terms = { ...before, ...command.terms };
  const isSet = shareClass.terms.some((dated) => dated.effectiveFrom === effectiveFrom);
  if (isSet && canonicalJson(before) === canonicalJson(terms)) return [];
  const set: ShareClassTermsSet = {
    type: "ShareClassTermsSet",
    fundId,
    classId,
    effectiveFrom,
    terms,
  };
  refuseTermsSet(state, set);
  refuseOddTiers(state, terms, ["managementFee"]);
  return [set];
}

export function refuseTermsSet(
  state: BookState,
  { classId, effectiveFrom, terms }: TermsPayload,
): void {
  const { currency, launchDate } = requireShareClass(state, classId);
  if (effectiveFrom < launchDate) {
    throw invalidInput("effectiveFrom", `must not lie before the launch on ${launchDate}`);
  }
  refuseClassTerms(terms, currency);
}

/** No events when the class is in this state already. */
export function decideSetState(
  command: SetShareClassState,
  state: BookState,
): ShareClassStateSet[] {
  const { fundId, classId, state: status, reason } = command;
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  requireFund(state, fundId);
  if (requireShareClass(state, classId).status === status) return [];
  return [{ type: "ShareClassStateSet", fundId, classId, state: status, reason }];
}

/** Terms of the same date replace each other. */
export function withTerms(row: ShareClassRow, { effectiveFrom, terms }: DatedTerms): ShareClassRow {
  const others = row.terms.filter((dated) => dated.effectiveFrom !== effectiveFrom);
  const all = [...others, { effectiveFrom, terms }];
  return { ...row, terms: all.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)) };
}
