import type { AccountType } from "./ledger-event.ts";

/** The rule below in words, for descriptions and for the `method` of every figure that uses it. */
export const CASH_RULE =
  'cash accounts are ASSET accounts whose code begins with "10", "CASH" or "BANK"';

const CASH_CODE = /^(10|cash|bank)/i;

/** Whether an account holds cash or bank money: charts of accounts keep these under 10. */
export const isCashAccount = (type: AccountType, code: string): boolean =>
  type === "ASSET" && CASH_CODE.test(code);
