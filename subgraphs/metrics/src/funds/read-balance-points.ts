import type { DatabaseClient } from "@allfunds/platform/database";
import { addDays } from "../series/calendar.ts";
import type { DateRange } from "../series/date-range.ts";
import type { Interval } from "../series/interval.ts";
import { readFundBuckets, readSumsUpTo } from "../series/read-fund-series.ts";
import { balancePoints } from "./balance-points.ts";
import type { BalancePoint } from "./balance-points.ts";

interface BalanceRequest {
  tenantId: string;
  fundId: string;
  currency: string;
  interval: Interval;
  range: DateRange;
}

/** Balances of a fund at the end of every bucket of a range. */
export async function readBalancePoints(
  client: DatabaseClient,
  { tenantId, fundId, currency, interval, range }: BalanceRequest,
): Promise<BalancePoint[]> {
  const opening = await readSumsUpTo(client, tenantId, fundId, addDays(range.from, -1));
  const buckets = await readFundBuckets(client, tenantId, fundId, interval, range);
  return balancePoints(interval, range, { currency, opening, buckets });
}
