import type { LedgerEvent } from "@allfunds/contract/events";
import type { SqlStatement } from "@allfunds/platform/database";
import { z } from "zod";
import type { FundChange, RateChange, SeriesChanges } from "./series-changes.ts";

/** What applied events changed of one fund, as far as its present figures need it. */
export interface FundDelta {
  /** Book position before and after the events. */
  readonly after: number;
  readonly position: number;
  readonly changes: readonly Pick<FundChange, (typeof SUMS)[number] | "currency" | "day">[];
  readonly rates: readonly Pick<RateChange, "base" | "quote" | "rate" | "day" | "position">[];
}

/** A fund's figures may have changed; without a delta what they are is read afresh. */
export interface FundChanged {
  readonly tenantId: string;
  /** The fund, or the book of the tenant itself. */
  readonly fundId: string;
  /** Exchange rates were recorded, so figures of every fund of the tenant may have changed. */
  readonly isOfTenant: boolean;
  readonly delta: FundDelta | null;
}

const SUMS = ["cash", "assets", "liabilities", "inflow", "outflow"] as const;

export const CHANNEL = "metrics_fund_changed";
// PostgreSQL refuses notifications of 8,000 bytes; text outside ASCII takes more than its length.
const LONGEST_DELTA = 3_500;
/** A follower that catches up changes many funds at once; deltas would only fill the queue then. */
const MOST_FUNDS = 100;

const NOTIFY = `SELECT pg_notify('${CHANNEL}', payload) FROM json_array_elements_text($1) AS payload`;

/** Notifies every replica, once the transaction commits. */
export function notifyFundsChanged(
  events: readonly LedgerEvent[],
  changes?: Pick<SeriesChanges, "funds" | "ratesAdded" | "ratesRemoved">,
): SqlStatement {
  const byFund = Map.groupBy(events, ({ tenantId, fundId }) => keyOf({ tenantId, fundId }));
  const funds = changes && byFund.size <= MOST_FUNDS ? groupByFund(changes) : null;
  const payloads = [...byFund].flatMap(([key, ofFund]) => {
    const [first] = ofFund;
    if (first === undefined) return [];
    const { tenantId, fundId } = first;
    const isOfTenant = ofFund.some(({ type }) => type === "ExchangeRatesRecorded");
    const delta = isOfTenant ? null : funds && deltaOf(ofFund, funds.get(key));
    const whole = toText({ tenantId, fundId, isOfTenant, delta });
    return whole.length <= LONGEST_DELTA
      ? [whole]
      : [toText({ tenantId, fundId, isOfTenant, delta: null })];
  });
  return { text: NOTIFY, values: [JSON.stringify(payloads)] };
}

const keyOf = ({ tenantId, fundId }: Pick<FundChanged, "tenantId" | "fundId">): string =>
  `${tenantId} ${fundId}`;

interface OfFund {
  readonly changes: FundChange[];
  readonly rates: RateChange[];
  hasRemovedRates: boolean;
}

function groupByFund({
  funds,
  ratesAdded,
  ratesRemoved,
}: Pick<SeriesChanges, "funds" | "ratesAdded" | "ratesRemoved">): Map<string, OfFund> {
  const groups = new Map<string, OfFund>();
  const of = (change: Pick<FundChanged, "tenantId" | "fundId">): OfFund => {
    const group = groups.get(keyOf(change)) ?? { changes: [], rates: [], hasRemovedRates: false };
    groups.set(keyOf(change), group);
    return group;
  };
  for (const change of funds) of(change).changes.push(change);
  for (const rate of ratesAdded) of(rate).rates.push(rate);
  for (const rate of ratesRemoved) of(rate).hasRemovedRates = true;
  return groups;
}

/** Accounts, their names and marks, and which sources of rates the fund prefers, are not in a delta. */
const IN_NO_DELTA: ReadonlySet<LedgerEvent["type"]> = new Set([
  "FundOpened",
  "AccountOpened",
  "AccountRenamed",
  "FundTermsSet",
]);

function deltaOf(events: readonly LedgerEvent[], of: OfFund | undefined): FundDelta | null {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return null;
  if (events.some(({ type }) => IN_NO_DELTA.has(type)) || of?.hasRemovedRates === true) return null;
  return {
    after: first.position - 1,
    position: last.position,
    changes: (of?.changes ?? []).map(
      ({ currency, day, cash, assets, liabilities, inflow, outflow }) => {
        return { currency, day, cash, assets, liabilities, inflow, outflow };
      },
    ),
    rates: (of?.rates ?? []).map(({ base, quote, rate, day, position }) => {
      return { base, quote, rate, day, position };
    }),
  };
}

const toText = (changed: FundChanged): string =>
  JSON.stringify(changed, (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );

const minor = z.string().transform(BigInt);
const notification = z.object({
  tenantId: z.string(),
  fundId: z.string(),
  // A replica of the version before sends none.
  isOfTenant: z.boolean().default(false),
  delta: z
    .object({
      after: z.number(),
      position: z.number(),
      changes: z.array(
        z.object({
          currency: z.string(),
          day: z.string(),
          cash: minor,
          assets: minor,
          liabilities: minor,
          inflow: minor,
          outflow: minor,
        }),
      ),
      rates: z.array(
        z.object({
          base: z.string(),
          quote: z.string(),
          rate: z.string(),
          day: z.string(),
          position: z.number(),
        }),
      ),
    })
    .nullable()
    // A replica of the version before sends none.
    .default(null),
});

/** Reads what `notifyFundsChanged` sent. */
export const readNotification = (payload: string): FundChanged =>
  notification.parse(JSON.parse(payload));
