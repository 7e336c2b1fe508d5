import { divideRounded } from "@allfunds/contract/money";
import type { SeriesAccount } from "./movement.ts";

type Net = readonly [accountId: string, net: bigint];

const abs = (minor: bigint): bigint => (minor < 0n ? -minor : minor);
const sum = (nets: readonly Net[], of: (net: bigint) => bigint): bigint =>
  nets.reduce((total, [, net]) => total + of(net), 0n);
const rises = (net: bigint): bigint => (net > 0n ? net : 0n);
const falls = (net: bigint): bigint => (net < 0n ? -net : 0n);

/**
 * What accounts of assets and liabilities earned by one posting in one currency, as debits less credits in
 * minor units. The rest of what moved them is flow.
 *
 * Income less expenses belongs to the accounts that do not count as cash, and to those that do when no other
 * takes part: a sale's gain and a purchase's fee are the investment's. It is shared by the size of their
 * movements, except where gains and losses are exactly the rises and falls: then each has its own, as in a
 * revaluation of several positions.
 */
export function accountResults(
  nets: readonly Net[],
  accountOf: (accountId: string) => SeriesAccount,
): Map<string, bigint> {
  const moved = nets.filter(([, net]) => net !== 0n);
  const typeOf = ([accountId]: Net) => accountOf(accountId).type;
  const worth = moved.filter((net) => typeOf(net) === "ASSET" || typeOf(net) === "LIABILITY");
  const others = worth.filter(([accountId]) => !accountOf(accountId).countsAsCash);
  const earning = others.length > 0 ? others : worth;
  const results = moved.filter((net) => typeOf(net) === "INCOME" || typeOf(net) === "EXPENSE");
  const isOwn =
    sum(earning, rises) === sum(results, falls) && sum(earning, falls) === sum(results, rises);
  if (isOwn) return new Map(earning);
  const [total, size] = [-sum(results, (net) => net), sum(earning, abs)];
  if (total === 0n || size === 0n) return new Map();
  return new Map(
    earning.map(([id, net]) => [id, divideRounded(total * abs(net), size, "HALF_UP")]),
  );
}
