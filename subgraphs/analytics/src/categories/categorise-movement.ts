import { formatAmount } from "@allfunds/contract/money";
import type { Movement } from "../movements/movement.ts";
import type { BuiltInModel, ExplainedDecision } from "./built-in-model.ts";
import { magnitudeOf } from "./features.ts";

/** The built-in answer for a movement; the same inputs always give the same answer. */
export function categoriseMovement(model: BuiltInModel, movement: Movement): ExplainedDecision {
  const { direction, amountMinor, currency, betweenOwnAccounts, otherAccountNames } = movement;
  return model.categorise({
    text: `${movement.description} ${movement.reference ?? ""}`,
    counterparty: movement.counterparty,
    direction,
    magnitude: magnitudeOf(formatAmount(amountMinor, currency)),
    accountNames: otherAccountNames,
    ...(betweenOwnAccounts === undefined ? {} : { betweenOwnAccounts }),
  });
}
