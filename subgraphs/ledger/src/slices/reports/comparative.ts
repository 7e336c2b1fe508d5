import type { AccountObject } from "../accounts/account-object.ts";
import type { AccountBalance } from "./read-fund-balances.ts";
import { rollUp } from "./rolled-up.ts";

/** An account of the chart with all that is beneath it, beside itself on other days or in other periods. */
export interface Compared {
  readonly account: AccountObject;
  /** 1 for an account without a parent. */
  readonly level: number;
  /** By column: minor units on the normal side by currency; a currency that one column has, all have. */
  readonly columns: readonly ReadonlyMap<string, bigint>[];
}

/**
 * The charts of several columns as one: each account before those beneath it. An account is there when one of the
 * columns has an amount of it or beneath it, above `depth`.
 */
export function compareColumns(
  chart: readonly AccountObject[],
  columns: readonly (readonly AccountBalance[])[],
  depth?: number,
): Compared[] {
  const rolled = columns.map(
    (balances) => new Map(rollUp(chart, balances).map((row) => [row.account.id, row.sums])),
  );
  const all = new Map(columns.flat().map((balance) => [balance.account.id, balance]));
  return rollUp(chart, [...all.values()], depth).map(({ account, level, sums }) => ({
    account,
    level,
    columns: rolled.map((sumsOf) => {
      const own = sumsOf.get(account.id);
      return new Map([...sums.keys()].map((currency) => [currency, own?.get(currency) ?? 0n]));
    }),
  }));
}
