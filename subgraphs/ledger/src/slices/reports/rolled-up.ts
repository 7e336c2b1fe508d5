import type { AccountObject } from "../accounts/account-object.ts";
import type { AccountBalance } from "./read-fund-balances.ts";

/** An account of the chart with all that is beneath it. */
export interface RolledUp {
  readonly account: AccountObject;
  /** 1 for an account without a parent. */
  readonly level: number;
  /** Minor units on the normal side by currency: its own and those beneath it, currencies by name. */
  readonly sums: ReadonlyMap<string, bigint>;
  /** How many accounts with an amount it sums up, itself included. */
  readonly accounts: number;
}

/**
 * The chart as a tree in order: each account before those beneath it, side by side by code. Accounts without an
 * amount of their own or beneath them are left out, and so are those below `depth`, whose amounts stay above.
 */
export function rollUp(
  chart: readonly AccountObject[],
  balances: readonly AccountBalance[],
  depth = Number.POSITIVE_INFINITY,
): RolledUp[] {
  const own = new Map(balances.map((balance) => [balance.account.id, balance]));
  const byCode = [...chart].sort((a, b) => (a.code < b.code ? -1 : 1));
  const children = Map.groupBy(byCode, ({ parentId }) => parentId);
  const rows: RolledUp[] = [];
  const visit = (account: AccountObject, level: number): RolledUp => {
    const place = rows.length;
    const sums = new Map<string, bigint>();
    let accounts = 0;
    const balance = own.get(account.id);
    if (balance !== undefined) {
      sums.set(account.currency, balance.normalMinor);
      accounts += 1;
    }
    for (const child of children.get(account.id) ?? []) {
      const below = visit(child, level + 1);
      for (const [currency, minor] of below.sums) {
        sums.set(currency, (sums.get(currency) ?? 0n) + minor);
      }
      accounts += below.accounts;
    }
    const row = {
      account,
      level,
      sums: new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1))),
      accounts,
    };
    if (level <= depth && accounts > 0) rows.splice(place, 0, row);
    return row;
  };
  for (const top of children.get(null) ?? []) visit(top, 1);
  return rows;
}
