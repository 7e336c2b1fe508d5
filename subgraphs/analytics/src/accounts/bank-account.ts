import { isCashAccount } from "@allfunds/platform";
import { normalise } from "../categories/normalise.ts";
import type { Account } from "./account-store.ts";

/** Assets that are not money in a bank: claims, holdings, things, and what is still to be allocated. */
const NOT_MONEY =
  /\b(receivables?|debtors?|forderung\w*|unrealised|unrealized|appreciation|investments?|securities|wertpapiere?|shares?|equities|bonds?|holdings?|portfolio|prepaid|prepayments?|accrued|equipment|property|goodwill|inventory|margin|loans?|deferred|formation costs?|suspense|clearing|unallocated|unidentified|zwischenkonto|verrechnung\w*)\b/;

/**
 * The accounts of one transaction that hold money. Their codes tell; where no code does (a fund
 * with a numbering of its own), assets whose name does not speak against it count.
 */
export function bankAccountsOf(accounts: readonly Account[]): ReadonlySet<string> {
  const assets = accounts.filter(({ type }) => type === "ASSET");
  const byCode = assets.filter(({ type, code }) => isCashAccount(type, code));
  const found =
    byCode.length > 0 ? byCode : assets.filter(({ name }) => !NOT_MONEY.test(normalise(name)));
  return new Set(found.map(({ accountId }) => accountId));
}
