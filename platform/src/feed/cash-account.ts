import type { AccountOpened, AccountType } from "./ledger-event.ts";

/** Which accounts count, in words, for the `method` of every figure about cash. */
export const CASH_RULE =
  'An account counts as cash when it is marked so; unless somebody chose otherwise, ASSET accounts whose code begins with "10", "CASH" or "BANK" are marked. The present mark applies to all days.';

const CASH_CODE = /^(10|cash|bank)/i;

/** Whether an account is marked as cash where nobody chose: charts of accounts keep cash under 10. */
export const isCashAccount = (type: AccountType, code: string): boolean =>
  type === "ASSET" && CASH_CODE.test(code);

/** Whether an account counts as cash from its opening on, until it is marked otherwise. */
export const countsAsCash = (
  opened: Pick<AccountOpened, "type" | "code" | "countsAsCash">,
): boolean => opened.countsAsCash ?? isCashAccount(opened.type, opened.code);
