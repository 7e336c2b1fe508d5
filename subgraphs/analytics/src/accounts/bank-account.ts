import type { AccountType } from "@allfunds/platform";
import { normalise } from "../categories/normalise.ts";

/** Assets that are not money in a bank: claims, holdings and things. */
const NOT_MONEY =
  /\b(receivables?|debtors?|forderung\w*|unrealised|unrealized|appreciation|investments?|securities|wertpapiere?|shares?|equities|bonds?|holdings?|portfolio|prepaid|prepayments?|accrued|equipment|property|goodwill|inventory|margin|loans?|deferred|formation costs?)\b/;

/** True for an asset account that holds money, judged by its type and name. */
export function isBankAccount(account: {
  readonly type: AccountType;
  readonly name: string;
}): boolean {
  return account.type === "ASSET" && !NOT_MONEY.test(normalise(account.name));
}
