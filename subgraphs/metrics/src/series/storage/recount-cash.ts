import type { Statement } from "@allfunds/platform";
import type { FundKey } from "../account-memory.ts";

const ASKED = `asked AS MATERIALIZED (
    SELECT "tenantId" AS tenant_id, "fundId" AS fund_id
    FROM json_to_recordset($1) AS fund ("tenantId" uuid, "fundId" uuid))`;

// Every day with a flow has its row already: only what the rows say of cash changes.
const RECOUNT_DAYS = `
  WITH ${ASKED},
  flow AS (
    SELECT part.tenant_id, part.fund_id, part.currency, part.bucket, sum(part.net) AS net
    FROM asked
    JOIN flow_part AS part USING (tenant_id, fund_id)
    JOIN account ON account.tenant_id = part.tenant_id AND account.account_id = part.account_id
    WHERE account.counts_as_cash
    GROUP BY 1, 2, 3, 4, part.flow),
  counted AS (
    SELECT tenant_id, fund_id, currency, bucket, sum(net) AS cash,
           sum(greatest(net, 0)) AS inflow, sum(greatest(-net, 0)) AS outflow
    FROM flow GROUP BY 1, 2, 3, 4)
  UPDATE fund_day AS series
  SET cash = coalesce(counted.cash, 0), inflow = coalesce(counted.inflow, 0),
      outflow = coalesce(counted.outflow, 0)
  FROM asked
  JOIN fund_day AS day USING (tenant_id, fund_id)
  LEFT JOIN counted USING (tenant_id, fund_id, currency, bucket)
  WHERE series.tenant_id = day.tenant_id AND series.fund_id = day.fund_id
    AND series.currency = day.currency AND series.bucket = day.bucket`;

const RECOUNT_MONTHS = `
  WITH ${ASKED},
  counted AS (
    SELECT tenant_id, fund_id, currency, date_trunc('month', bucket)::date AS bucket,
           sum(cash) AS cash, sum(inflow) AS inflow, sum(outflow) AS outflow
    FROM asked JOIN fund_day USING (tenant_id, fund_id)
    GROUP BY 1, 2, 3, 4)
  UPDATE fund_month AS series
  SET cash = counted.cash, inflow = counted.inflow, outflow = counted.outflow
  FROM counted
  WHERE series.tenant_id = counted.tenant_id AND series.fund_id = counted.fund_id
    AND series.currency = counted.currency AND series.bucket = counted.bucket`;

/** Counts cash over a fund's whole history: the mark of an account holds for all days. */
export function recountCash(funds: readonly FundKey[]): Statement[] {
  const values = [JSON.stringify(funds)];
  return [
    { text: RECOUNT_DAYS, values },
    { text: RECOUNT_MONTHS, values },
  ];
}
