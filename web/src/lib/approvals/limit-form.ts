import { textOf } from "../forms/form-data.ts";
import type { ApprovalLimitPer, SetApprovalLimitInput } from "../graph/graph-types.generated.ts";
import { readAmount } from "../money/read-amount.ts";

/** What a limit can be of. */
export const LIMIT_KINDS = [
  "POSTING",
  "DAY",
  "FUND_DAY",
  "COUNTERPARTY_DAY",
  "IMPORT_DAY",
  "CHANGE",
] as const satisfies readonly ApprovalLimitPer[];

/** How many other people can be demanded above a limit of one posting. */
export const APPROVERS = [1, 2, 3] as const;

/** Reads the form of a limit. The graph explains what is no amount, and what a kind does not take. */
export function readLimit(form: FormData, point: string): SetApprovalLimitInput {
  const [currency, amount] = [textOf(form, "currency").toUpperCase(), textOf(form, "amount")];
  const per = LIMIT_KINDS.find((kind) => kind === textOf(form, "per")) ?? "POSTING";
  const approvers = Number(textOf(form, "approvers")) || 1;
  return {
    currency,
    amount: amount === "" ? null : (readAmount(amount, currency, point) ?? amount),
    fundId: textOf(form, "fundId") || null,
    per,
    // Only limits of one posting demand more than one.
    ...(per === "POSTING" || approvers > 1 ? { approvers } : {}),
    idempotencyKey: textOf(form, "idempotencyKey") || null,
  };
}
