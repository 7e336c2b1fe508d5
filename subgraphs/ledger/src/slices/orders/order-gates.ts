import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseDecimal } from "@allfunds/contract/money";
import type { BookState } from "../../engine/book-state.ts";
import { addDays } from "../calendars/business-days.ts";
import { kycOn, requireInvestor } from "../investors/investor.ts";
import { publishedUntil } from "../published-navs/published-nav.ts";
import {
  classTermsOn,
  lastPrice,
  requireShareClass,
  type ShareClassRow,
} from "../share-classes/share-class.ts";
import { worthOf } from "./deal-order.ts";
import { unitsOn } from "./investor-account.ts";
import type { OrderState } from "./order-state.ts";

/** Only who is cleared buys or receives units; who is blocked neither redeems nor transfers. */
export function refuseUncleared(
  tenant: BookState | undefined,
  {
    orderKind,
    investorId,
    toInvestorId,
  }: Pick<OrderState, "orderKind" | "investorId" | "toInvestorId">,
  date: string,
): void {
  const state = kycOn(requireInvestor(tenant, investorId), date);
  const needsClearance = orderKind === "SUBSCRIPTION" || orderKind === "SWITCH";
  if (needsClearance ? state !== "CLEARED" : state === "BLOCKED") {
    throw uncleared(investorId, state);
  }
  if (toInvestorId === null) return;
  const taker = kycOn(requireInvestor(tenant, toInvestorId), date);
  if (taker !== "CLEARED") throw uncleared(toInvestorId, taker);
}

const uncleared = (investorId: string, state: string): AppError =>
  new AppError("KYC_REQUIRED", `Investor ${investorId} is ${state.toLowerCase()}.`);

/** Whether a class takes an order: into it, or out of it. */
export function refuseClosedClass(
  { status, code }: ShareClassRow,
  isInto: boolean,
  isHolder: boolean,
): void {
  const isOpen =
    status !== "SUSPENDED" &&
    (!isInto || status === "OPEN" || (status === "SOFT_CLOSED" && isHolder));
  if (isOpen) return;
  const how = status.toLowerCase().replace("_", " ");
  throw new AppError("CLASS_NOT_OPEN", `Class ${code} is ${how}.`);
}

/** A subscription is at least the minimum of its class; one of units, at the last price. */
export function refuseBelowMinimum(
  shareClass: ShareClassRow,
  amountMinor: bigint,
  minimumMinor: bigint,
): void {
  if (amountMinor >= minimumMinor) return;
  const { code, currency } = shareClass;
  throw new AppError(
    "BELOW_MINIMUM",
    `Class ${code} takes ${formatAmount(minimumMinor, currency)} ${currency} at least.`,
    { violations: [{ path: "amount", message: "is below the minimum of the class" }] },
  );
}

/** No more units leave an account than are free. */
export function refuseMissingUnits(
  state: BookState,
  accountId: string,
  units: bigint,
  asset: string,
): void {
  const { free } = unitsOn(state, accountId);
  if (units <= free) return;
  throw new AppError(
    "INSUFFICIENT_UNITS",
    `The account has ${formatAmount(free, asset)} units free.`,
    { violations: [{ path: "units", message: "is more than the account has free" }] },
  );
}

/** What an order of units comes to at the last price of its class, to hold it against limits. */
export const estimated = (shareClass: ShareClassRow, units: bigint): bigint => {
  const nav = parseDecimal(lastPrice(shareClass));
  return worthOf(units, { ...shareClass, nav, amountRounding: "HALF_UP" });
};

export function refuseChargeRate(chargeRate: string | null): void {
  if (chargeRate === null) return;
  const { unscaled, scale } = parseDecimal(chargeRate);
  if (unscaled < 0n || scale > 12 || unscaled >= 10n ** BigInt(scale)) {
    throw invalidInput("chargeRate", "must be from 0 to below 1");
  }
}

/** The minimum that holds for who has units already, and for who has none. */
export const minimumOf = (shareClass: ShareClassRow, date: string, isHolder: boolean): string => {
  const { minimumInitial, minimumFurther } = classTermsOn(shareClass, date);
  return isHolder ? minimumFurther : minimumInitial;
};

/** The day behind which an order is dealt: that of the last published NAV, or before all its classes are launched. */
export function dealtBehind(state: BookState, classIds: readonly string[]): string | undefined {
  // No order gets a NAV that was known when it came, whatever receipt it states.
  const until = publishedUntil(state) ?? [];
  const launches = classIds.map((id) => addDays(requireShareClass(state, id).launchDate, -1));
  return launches.concat(until).toSorted().at(-1);
}
