import { getRequestEvent } from "$app/server";
import type { Problem } from "../../problems.ts";

const CODES = {
  fund: "FUND_NOT_FOUND",
  account: "ACCOUNT_NOT_FOUND",
  transaction: "TRANSACTION_NOT_FOUND",
  investor: "INVESTOR_NOT_FOUND",
  instrument: "INSTRUMENT_NOT_FOUND",
  valuation: "VALUATION_NOT_FOUND",
  statement: "NOT_FOUND",
  webhook: "NOT_FOUND",
  proposal: "NOT_FOUND",
  simulation: "NOT_FOUND",
  file: "NOT_FOUND",
  range: "INVALID_INPUT",
  list: "INTERNAL_ERROR",
} as const;

/** What a page cannot be without. */
export type Absent = keyof typeof CODES;

/** The problem that something does not exist, in the language of the current request's reader. */
export const absent = (what: Absent): Problem => ({
  code: CODES[what],
  message: getRequestEvent().locals.t(`absent.${what}`),
});
