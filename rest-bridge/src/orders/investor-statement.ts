import { formatAmount, parseDecimal, productMinor } from "@allfunds/contract/money";
import { z } from "zod";
import { date, decimal } from "../endpoint/scalars.ts";
import type { RestInvestorStatementQuery } from "../graph/graph-types.generated.ts";
import { holding, toHolding, type Order } from "./order.ts";

/** Units of a class with what they are worth, or why they are worth nothing yet. */
export const statementHolding = holding
  .extend({
    className: z.string().meta({ description: "Name of the class." }),
    navDate: date("The day of the last NAV.").nullable(),
    navPerUnit: decimal("The last NAV per unit; null before the first.").nullable(),
    value: decimal("Units at that NAV, in the currency of the class.").nullable(),
    note: z.string().nullable().meta({ description: "Why there is no value, as a sentence." }),
  })
  .meta({ id: "StatementHolding", description: "The units of a class on a statement." });
export type StatementHolding = z.output<typeof statementHolding>;

type Account = NonNullable<RestInvestorStatementQuery["investor"]>["accounts"]["nodes"][number];

export function toStatementHolding(account: Account): StatementHolding {
  const { name, nav } = account.shareClass;
  const own = toHolding(account);
  const navPerUnit = nav?.navPerUnit ?? null;
  return {
    ...own,
    className: name,
    navDate: nav?.navDate ?? null,
    navPerUnit,
    value: valueOf(own.units, navPerUnit, own.currency),
    note: navPerUnit === null ? "No NAV of the class is published yet." : null,
  };
}

/** Units x NAV per unit, HALF_UP to the currency's minor unit; no units are worth nothing without a NAV, too. */
function valueOf(units: string, price: string | null, currency: string): string | null {
  const held = parseDecimal(units);
  if (held.unscaled === 0n) return formatAmount(0n, currency);
  if (price === null) return null;
  return formatAmount(productMinor([held, parseDecimal(price)], currency), currency);
}

/** Why an order moved no units, as a sentence; null of one that was dealt. */
export function orderNote({ state, dealingDate, code, reason }: Order): string | null {
  switch (state) {
    case "WAITING_APPROVAL":
      return "Waits for approval by another person.";
    case "ACCEPTED":
      return `Waits for the NAV of ${dealingDate}.`;
    case "DEFERRED":
      return `Its class was suspended: waits for the NAV of ${dealingDate}.`;
    case "REJECTED":
    case "CANCELLED":
      return [state === "REJECTED" ? "Rejected" : "Cancelled", code, reason]
        .filter((part) => part !== null)
        .join(": ");
    case "DEALT":
    case "PARTLY_SETTLED":
    case "SETTLED":
      return null;
  }
}

/** What stands beside the rows, so that no statement is empty: whether anything is held, ordered, or not dealt yet. */
export function statementNotes(
  holdings: readonly StatementHolding[],
  orders: readonly Order[],
): string[] {
  const isHolder = holdings.some(({ units }) => parseDecimal(units).unscaled !== 0n);
  return [
    ...(isHolder ? [] : ["No units are held."]),
    ...(orders.length === 0 ? ["No orders were placed."] : []),
    ...(orders.some(({ state }) => WAITING.has(state)) ? ["Orders wait to be dealt."] : []),
  ];
}

const WAITING: ReadonlySet<Order["state"]> = new Set(["WAITING_APPROVAL", "ACCEPTED", "DEFERRED"]);
