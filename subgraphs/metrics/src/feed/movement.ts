import type { AccountType } from "@allfunds/contract/events";
import type { FlowNet } from "./cash-flow-parts.ts";
import type { Exchange, Posting } from "./posting.ts";

/** An account as far as the series need it. */
export interface SeriesAccount {
  tenantId: string;
  accountId: string;
  type: AccountType;
  currency: string;
  countsAsCash: boolean;
}

/** What a posting means in one currency, in minor units. */
export interface Movement {
  currency: string;
  /** Debits less credits by account, and what exchanges between two of them take back. */
  nets: FlowNet[];
  /** Change of assets less liabilities. */
  netAssets: bigint;
  income: bigint;
  expenses: bigint;
  /** Capital that came in and went out, against accounts of equity. */
  contributions: bigint;
  withdrawals: bigint;
  /** Change of net assets by an adjustment against equity: neither capital nor a result. */
  corrections: bigint;
  inflow: bigint;
  outflow: bigint;
}

type Accounts = (accountId: string) => SeriesAccount;

/**
 * What a posting means, by currency. An exchange is no capital and, between two accounts that count as
 * cash, no flow. Closing income and expenses into equity changes no net assets, so it is no capital.
 */
export function movementsOf(posting: Posting, accountOf: Accounts): Movement[] {
  const byCurrency = Map.groupBy(posting.nets, ([accountId]) => accountOf(accountId).currency);
  const taken = exchangedBetween(posting, accountOf);
  const equity = new Map(
    [...byCurrency].map(([currency, nets]) => [
      currency,
      -sumOf(nets, (accountId) => accountOf(accountId).type === "EQUITY"),
    ]),
  );
  for (const exchange of posting.exchanges) takeExchange(equity, exchange);
  const isOf = (type: AccountType) => (id: string) => accountOf(id).type === type;
  return [...byCurrency].map(([currency, nets]) => {
    const netAssets = sumOf(nets, isOf("ASSET")) + sumOf(nets, isOf("LIABILITY"));
    const capital = netAssets === 0n ? 0n : (equity.get(currency) ?? 0n);
    const flows = [
      ...nets.map(([accountId, net]) => ({ accountId, withAccountId: accountId, net })),
      ...(taken.get(currency) ?? []),
    ];
    return {
      currency,
      nets: flows,
      netAssets,
      income: posting.isClosing ? 0n : -sumOf(nets, isOf("INCOME")),
      expenses: posting.isClosing ? 0n : sumOf(nets, isOf("EXPENSE")),
      ...capitalOf(capital, posting.isCorrection),
      ...cashFlowOf(flows, posting.isCorrection, (id) => accountOf(id).countsAsCash),
    };
  });
}

function capitalOf(capital: bigint, isCorrection: boolean) {
  if (isCorrection) return { contributions: 0n, withdrawals: 0n, corrections: capital };
  const [contributions, withdrawals] = inAndOut(capital);
  return { contributions, withdrawals, corrections: 0n };
}

function cashFlowOf(
  flows: readonly FlowNet[],
  isCorrection: boolean,
  isCash: (id: string) => boolean,
) {
  if (isCorrection) return { inflow: 0n, outflow: 0n };
  // Netted per transaction: money between two cash accounts of the fund is no flow.
  const net = flows
    .filter(({ accountId, withAccountId }) => isCash(accountId) && isCash(withAccountId))
    .reduce((sum, part) => sum + part.net, 0n);
  const [inflow, outflow] = inAndOut(net);
  return { inflow, outflow };
}

const inAndOut = (net: bigint): [bigint, bigint] => (net > 0n ? [net, 0n] : [0n, -net]);

const sumOf = (
  nets: readonly (readonly [accountId: string, net: bigint])[],
  counts: (accountId: string) => boolean,
): bigint => nets.reduce((sum, [id, net]) => (counts(id) ? sum + net : sum), 0n);

const abs = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

/** `minor` brought closer to zero by at most `amount`. */
function closerToZero(minor: bigint, amount: bigint): bigint {
  if (abs(minor) <= amount) return 0n;
  return minor > 0n ? minor - amount : minor + amount;
}

const areOpposite = (a: bigint, b: bigint): boolean => (a > 0n && b < 0n) || (a < 0n && b > 0n);

/** Takes an exchange out of what equity received: its contra entries are no capital. */
function takeExchange(equity: Map<string, bigint>, exchange: Exchange): void {
  const { base, quote, baseMinor, quoteMinor } = exchange;
  const [inBase, inQuote] = [equity.get(base) ?? 0n, equity.get(quote) ?? 0n];
  if (!areOpposite(inBase, inQuote)) return;
  equity.set(base, closerToZero(inBase, baseMinor));
  equity.set(quote, closerToZero(inQuote, quoteMinor));
}

/** By currency, what exchanges moved between two accounts: taken back where both count as cash. */
function exchangedBetween(
  { nets, exchanges }: Posting,
  accountOf: Accounts,
): ReadonlyMap<string, FlowNet[]> {
  const taken = new Map<string, FlowNet[]>();
  const left = new Map(nets);
  const largestIn = (currency: string): string | undefined =>
    [...nets]
      .filter(([id]) => accountOf(id).currency === currency && holdsValue(accountOf(id).type))
      .sort(([, a], [, b]) => (abs(a) < abs(b) ? 1 : -1))[0]?.[0];
  const take = (currency: string, accountId: string, withAccountId: string, most: bigint): void => {
    const before = left.get(accountId) ?? 0n;
    const after = closerToZero(before, most);
    left.set(accountId, after);
    const parts = taken.get(currency) ?? [];
    taken.set(currency, [...parts, { accountId, withAccountId, net: after - before }]);
  };
  for (const { base, quote, baseMinor, quoteMinor } of exchanges) {
    const [of, to] = [largestIn(base), largestIn(quote)];
    if (of === undefined || to === undefined) continue;
    if (!areOpposite(left.get(of) ?? 0n, left.get(to) ?? 0n)) continue;
    take(base, of, to, baseMinor);
    take(quote, to, of, quoteMinor);
  }
  return taken;
}

const holdsValue = (type: AccountType): boolean => type === "ASSET" || type === "LIABILITY";
