import { invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseDecimal } from "@allfunds/contract/money";
import { checkDate, checkUuid, decimalOrNull, Findings } from "../../engine/input-rules.ts";
import { couponDates, yearFraction } from "../lots/day-count.ts";
import type { CorporateActionFact, RateRecord } from "../lots/portfolio-fact.ts";
import type { Security } from "../securities/security.ts";
import { z } from "zod";
import { checkNumber, storedRate } from "../trades/trade.ts";

export const ACTION_KINDS = {
  DIVIDEND: "DIVIDEND",
  COUPON: "COUPON",
  SPLIT: "SPLIT",
  SPIN_OFF: "SPIN_OFF",
  RIGHTS: "RIGHTS",
  RETURN_OF_CAPITAL: "RETURN_OF_CAPITAL",
  MERGER: "MERGER",
} as const;
export type ActionKind = keyof typeof ACTION_KINDS;

/** A corporate action as a caller gives it; securities and the day's rate by value. Members null where unused. */
export interface ActionOrder {
  readonly actionId: string;
  readonly actionKind: ActionKind;
  readonly security: Security;
  readonly into: Security | null;
  /** The day at whose open it takes effect. */
  readonly exDate: string;
  readonly payDate: string | null;
  readonly perUnit: string | null;
  readonly newUnits: string | null;
  readonly oldUnits: string | null;
  readonly costShare: string | null;
  readonly cashPerUnit: string | null;
  readonly cashCostShare: string | null;
  readonly fractionPrice: string | null;
  readonly fractionDecimals: number;
  readonly withholdingRate: string;
  readonly reclaimableShare: string;
  readonly rate: RateRecord;
}

const textOrNull = z.string().nullable();
const storedSecurity = z.custom<Security>((value) => typeof value === "object" && value !== null);

/** As it is kept while it waits for approval. */
export const storedAction = z.object({
  actionId: z.string(),
  actionKind: z.enum(ACTION_KINDS),
  security: storedSecurity,
  into: storedSecurity.nullable(),
  exDate: z.string(),
  payDate: textOrNull,
  perUnit: textOrNull,
  newUnits: textOrNull,
  oldUnits: textOrNull,
  costShare: textOrNull,
  cashPerUnit: textOrNull,
  cashCostShare: textOrNull,
  fractionPrice: textOrNull,
  fractionDecimals: z.number(),
  withholdingRate: z.string(),
  reclaimableShare: z.string(),
  rate: storedRate,
});

const ZERO = "0";

/** What a kind of action needs beside its day; anything else must be absent. */
const NEEDS: Readonly<Record<ActionKind, readonly (keyof ActionOrder)[]>> = {
  DIVIDEND: ["perUnit"],
  COUPON: [],
  SPLIT: ["newUnits", "oldUnits"],
  SPIN_OFF: ["into", "newUnits", "oldUnits", "costShare"],
  RIGHTS: ["into", "newUnits", "oldUnits"],
  RETURN_OF_CAPITAL: ["perUnit"],
  MERGER: ["into", "newUnits", "oldUnits"],
};

/** Refuses an action that cannot be, with every fault listed at once. */
export function checkAction(action: ActionOrder): void {
  const { actionKind, exDate, payDate, security, into } = action;
  const findings = new Findings();
  checkUuid(findings, "id", action.actionId);
  checkDate(findings, "exDate", exDate);
  if (payDate !== null) {
    checkDate(findings, "payDate", payDate);
    if (payDate < exDate) findings.add("payDate", "must not be before the ex-date");
  }
  for (const member of NEEDS[actionKind]) {
    if (action[member] === null) findings.add(member, `is needed by a ${actionKind}`);
  }
  for (const name of ["perUnit", "newUnits", "cashPerUnit", "fractionPrice"] as const) {
    const given = action[name];
    if (given !== null) checkNumber(findings, name, given, 18, 0n);
  }
  if (action.oldUnits !== null) checkNumber(findings, "oldUnits", action.oldUnits, 18, 1n);
  for (const name of [
    "costShare",
    "cashCostShare",
    "withholdingRate",
    "reclaimableShare",
  ] as const) {
    const given = action[name];
    if (given !== null) checkShare(findings, name, given);
  }
  checkInto(findings, security, into, action);
  findings.refuseIfAny();
  if (actionKind === "COUPON") refuseNoCoupon(action);
}

function checkInto(
  findings: Findings,
  security: Security,
  into: Security | null,
  { actionKind, newUnits, fractionDecimals, cashCostShare }: ActionOrder,
): void {
  const most = (into ?? security).quantityDecimals;
  if (!Number.isInteger(fractionDecimals) || fractionDecimals < 0 || fractionDecimals > most) {
    findings.add("fractionDecimals", `must be 0 to ${most}`);
  }
  const isNone = newUnits !== null && isNothing(newUnits);
  if (actionKind === "MERGER" && isNone && cashCostShare !== "1") {
    findings.add("cashCostShare", "must be 1 where no units are given");
  }
  if (isNone && actionKind !== "MERGER") findings.add("newUnits", "must be above zero");
  if (into === null) return;
  if (into.isin === security.isin) findings.add("into", "must be another security");
  if (into.currency !== security.currency) {
    findings.add("into", `must trade in ${security.currency}, too`);
  }
}

const isNothing = (text: string): boolean => decimalOrNull(text)?.unscaled === 0n;

function checkShare(findings: Findings, path: string, text: string): void {
  checkNumber(findings, path, text, 18, 0n);
  const share = decimalOrNull(text);
  if (share !== null && share.unscaled > 10n ** BigInt(share.scale))
    findings.add(path, "must be at most 1");
}

/** A coupon follows from the terms of its bond, unless it is given. */
function refuseNoCoupon({ security: { bond }, exDate, perUnit }: ActionOrder): void {
  if (bond === null) throw invalidInput("isin", "must be a bond to have a coupon");
  if (perUnit === null && !couponDates(bond).includes(exDate)) {
    throw invalidInput("exDate", "is no coupon date of the bond: give perUnit");
  }
}

/** The fact that an action stands for. */
export function toFact(
  action: ActionOrder,
  method: CorporateActionFact["method"],
  at: { readonly sequence: number; readonly bookedOn: string; readonly accruedMinor: bigint },
): CorporateActionFact {
  const { sequence, bookedOn, accruedMinor } = at;
  const { security, into, exDate, payDate } = action;
  const of = {
    id: action.actionId,
    isin: security.isin,
    currency: security.currency,
    quantityDecimals: security.quantityDecimals,
    date: exDate,
    sequence,
    rate: action.rate,
    bookedOn,
    method,
    payDate,
  };
  const fractions = { decimals: action.fractionDecimals, price: action.fractionPrice };
  const ratio = { newUnits: action.newUnits ?? ZERO, oldUnits: action.oldUnits ?? "1" };
  const toInto = {
    intoIsin: into?.isin ?? "",
    intoDecimals: into?.quantityDecimals ?? 0,
    ...ratio,
    fractions,
  };
  switch (action.actionKind) {
    case "SPLIT":
      return { ...of, kind: "SPLIT", ...ratio, fractions };
    case "RETURN_OF_CAPITAL":
      return { ...of, kind: "RETURN_OF_CAPITAL", perUnit: action.perUnit ?? ZERO };
    case "SPIN_OFF":
    case "RIGHTS":
      return { ...of, kind: action.actionKind, ...toInto, costShare: action.costShare ?? ZERO };
    case "MERGER":
      return {
        ...of,
        kind: "MERGER",
        ...toInto,
        cashPerUnit: action.cashPerUnit ?? ZERO,
        cashCostShare: action.cashCostShare ?? ZERO,
      };
    case "DIVIDEND":
    case "COUPON":
      return { ...of, kind: action.actionKind, ...incomeOf(action, accruedMinor) };
  }
}

/** A coupon of the bond's terms is an exact fraction of the nominal; one that is given is by unit of it. */
function incomeOf(action: ActionOrder, accruedMinor: bigint) {
  const { security, perUnit, exDate, withholdingRate, reclaimableShare } = action;
  const { bond, currency } = security;
  const accruedBefore = formatAmount(accruedMinor, currency);
  const rest = { perUnit, withholdingRate, reclaimableShare, accruedBefore };
  if (perUnit !== null || bond === null) return { ...rest, couponUnits: null, couponPer: null };
  const dates = couponDates(bond);
  const from = dates[dates.indexOf(exDate) - 1] ?? bond.accruesFrom;
  const { numerator, denominator } = yearFraction(bond.dayCount, from, exDate, bond);
  const rate = parseDecimal(bond.couponRate);
  return {
    ...rest,
    couponUnits: (rate.unscaled * numerator).toString(),
    couponPer: (10n ** BigInt(rate.scale) * denominator).toString(),
  };
}
