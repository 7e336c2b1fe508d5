import { isCashAccount } from "@allfunds/contract/events";
import { normalise } from "../categories/normalise.ts";
import type { Account } from "./account-store.ts";

/** Assets that are not money in a bank: claims, holdings, things, and what is still to be allocated. */
const NOT_MONEY =
  /\b(receivables?|debtors?|forderung\w*|unrealised|unrealized|appreciation|investments?|securities|wertpapiere?|shares?|equities|bonds?|holdings?|portfolio|prepaid|prepayments?|accrued|equipment|property|goodwill|inventory|margin|loans?|deferred|formation costs?|suspense|clearing|unallocated|unidentified|zwischenkonto|verrechnung\w*)\b/;

/**
 * The accounts of one transaction that hold money: those marked as cash. Accounts of before there were marks
 * are told by their code; where none is told (a fund with a numbering of its own), unmarked assets whose
 * name does not speak against it count.
 */
export function bankAccountsOf(accounts: readonly Account[]): ReadonlySet<string> {
  const marked = accounts.filter(
    ({ type, code, countsAsCash }) => countsAsCash ?? isCashAccount(type, code),
  );
  const found = marked.length > 0 ? marked : accounts.filter(soundsLikeMoney);
  return new Set(found.map(({ accountId }) => accountId));
}

const soundsLikeMoney = ({ type, name, countsAsCash }: Account): boolean =>
  countsAsCash === null && type === "ASSET" && !NOT_MONEY.test(normalise(name));
