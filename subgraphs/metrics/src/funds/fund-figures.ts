import type { BookRates } from "../books/book-rates.ts";
import type { CashAccounts } from "../books/followed-books.ts";
import type { FundDelta } from "../feed/fund-delta.ts";
import { addDays, earlier, later } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import type { FundSums } from "../series/fund-sums.ts";

/** The windows that flows are summed over, in days, `asOf` included. */
export const RECENT_DAYS = 30;
export const FLOW_DAYS = 90;

export type Balances = Pick<FundSums, "cash" | "assets" | "liabilities">;

/** What came in and went out, in minor units. */
export type Flows = Pick<FundSums, "inflow" | "outflow">;

/** What came in and went out on one effective day in one currency. */
export interface DayFlows extends Flows {
  readonly currency: string;
  readonly day: string;
}

/** Everything a fund's metrics are computed from, in minor units of each currency. */
export interface FundFigures {
  readonly fundId: string;
  /** ISO 4217 currency of the figures: the fund's, or the reader's. */
  readonly currency: string;
  /** The reader's day in UTC: flows count back from it, and later effective days do not count. */
  readonly asOf: string;
  readonly cashAccounts: CashAccounts;
  readonly rates: BookRates;
  /** By currency, at the end of `asOf`. */
  readonly balances: Map<string, Balances>;
  /** In `currency` over the last 30 and 90 days. */
  readonly flows30d: Flows;
  readonly flows90d: Flows;
  /** In other currencies, the days of the last 90 with flows: each is converted at the rate of its day. */
  readonly otherFlows: Map<string, DayFlows>;
  /** Book position the figures include. */
  position: number;
  /** Position of the tenant's own book at which exchange rates were recorded last; 0 without any. */
  readonly ratesPosition: number;
  /** First and last effective day with entries, not after `asOf`; null for an empty book. */
  history: DateRange | null;
}

export const flowKey = ({ currency, day }: Pick<DayFlows, "currency" | "day">): string =>
  `${currency} ${day}`;

/**
 * Advances figures by what events changed, in time that does not depend on the history. Returns false,
 * and changes nothing, when the delta does not follow on them; then they have to be read afresh.
 */
export function advance(figures: FundFigures, delta: FundDelta): boolean {
  if (delta.after !== figures.position) return false;
  for (const change of delta.changes) if (change.day <= figures.asOf) addChange(figures, change);
  for (const rate of delta.rates) figures.rates.add(rate);
  figures.position = delta.position;
  return true;
}

function addChange(figures: FundFigures, change: Balances & DayFlows): void {
  const { balances, history } = figures;
  const { currency, day, cash, assets, liabilities } = change;
  const balance = balances.get(currency) ?? { cash: 0n, assets: 0n, liabilities: 0n };
  balances.set(currency, {
    cash: balance.cash + cash,
    assets: balance.assets + assets,
    liabilities: balance.liabilities + liabilities,
  });
  figures.history =
    history === null
      ? { from: day, to: day }
      : { from: earlier(history.from, day), to: later(history.to, day) };
  addFlow(figures, change);
}

function addFlow(figures: FundFigures, { currency, day, inflow, outflow }: DayFlows): void {
  const { asOf, flows30d, flows90d, otherFlows } = figures;
  if (day <= addDays(asOf, -FLOW_DAYS)) return;
  if (currency === figures.currency) {
    for (const flows of day > addDays(asOf, -RECENT_DAYS) ? [flows30d, flows90d] : [flows90d]) {
      flows.inflow += inflow;
      flows.outflow += outflow;
    }
    return;
  }
  const key = flowKey({ currency, day });
  const flow = otherFlows.get(key) ?? { inflow: 0n, outflow: 0n };
  const [into, out] = [flow.inflow + inflow, flow.outflow + outflow];
  if (into === 0n && out === 0n) otherFlows.delete(key);
  else otherFlows.set(key, { currency, day, inflow: into, outflow: out });
}
