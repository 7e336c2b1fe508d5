import { UNKNOWN_CATEGORY } from "../classification/taxonomy.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import type { Movement } from "../movements/movement.ts";

/** A movement as far as comparing with it needs. */
export type PastMovement = Pick<
  Movement,
  | "tenantId"
  | "transactionId"
  | "fundId"
  | "effectiveDate"
  | "amountMinor"
  | "currency"
  | "direction"
  | "counterpartyKey"
  | "reference"
>;

/** Most values kept for one comparison: enough for a median, small enough to hold and to read. */
export const LONGEST_HISTORY = 200;

/** Whether its amount is compared with those of its category. */
export const hasUsualAmounts = ({ direction }: PastMovement, category: CategoryCode): boolean =>
  direction !== "NONE" && category !== UNKNOWN_CATEGORY;

/** Whether it is compared with earlier payments to its payee and with what else the fund paid. */
export const isPaymentToPayee = ({ direction, counterpartyKey }: PastMovement): boolean =>
  direction === "OUT" && counterpartyKey !== "";
