import type { SqlStatement } from "@allfunds/platform/database";
import { FUND_COLUMNS } from "../series/fund-sums.ts";
import type { FundSums } from "../series/fund-sums.ts";
import type { FundKey } from "./account-cache.ts";
import type { FlowPart } from "./cash-flow-parts.ts";
import type { AccountChange, FundChange, RateChange, SeriesChanges } from "./series-changes.ts";

const FUND_SUMS = Object.keys(FUND_COLUMNS) as (keyof FundSums)[];
const COLUMNS = Object.values(FUND_COLUMNS);

/** The sums that depend on which accounts count as cash. */
const CASH_COLUMNS = ["cash", "inflow", "outflow"];
const OTHER_COLUMNS = COLUMNS.filter((column) => !CASH_COLUMNS.includes(column));

// Minor units are numeric: a sum of many 128-bit amounts fits no integer column.
const accountSeries = (table: string) => `
  CREATE TABLE ${table} (
    tenant_id uuid NOT NULL,
    account_id uuid NOT NULL,
    bucket date NOT NULL,
    debit numeric NOT NULL,
    credit numeric NOT NULL,
    PRIMARY KEY (tenant_id, account_id, bucket)
  )`;

const fundSeries = (table: string) => `
  CREATE TABLE ${table} (
    tenant_id uuid NOT NULL,
    fund_id uuid NOT NULL,
    currency text NOT NULL,
    bucket date NOT NULL,
    cash numeric NOT NULL,
    assets numeric NOT NULL,
    liabilities numeric NOT NULL,
    income numeric NOT NULL,
    expenses numeric NOT NULL,
    inflow numeric NOT NULL,
    outflow numeric NOT NULL,
    PRIMARY KEY (tenant_id, fund_id, currency, bucket)
  )`;

// Every day with an entry has its row already; as an upsert each is looked up by its key. A join with the
// series took 20 s for 28,600 parts where statistics were of yesterday: it counted anew for each row.
const upsertCash = (table: string, counted: string) => `
  INSERT INTO ${table} (tenant_id, fund_id, currency, bucket, cash, inflow, outflow,
    ${OTHER_COLUMNS.join(", ")})
  SELECT $1::uuid, $2::uuid, currency, bucket, cash, inflow, outflow,
    ${OTHER_COLUMNS.map(() => "0").join(", ")}
  FROM (${counted}) AS counted
  ON CONFLICT (tenant_id, fund_id, currency, bucket) DO UPDATE
  SET cash = excluded.cash, inflow = excluded.inflow, outflow = excluded.outflow`;

const CASH_ACCOUNTS =
  "SELECT account_id FROM account WHERE tenant_id = $1 AND fund_id = $2 AND counts_as_cash";

// Balances follow from the accounts; flows do not, because they are netted per transaction.
const RECOUNT_DAYS = upsertCash(
  "fund_day",
  `SELECT currency, bucket, sum(cash) AS cash, sum(inflow) AS inflow, sum(outflow) AS outflow
   FROM (
     SELECT account.currency, bucket, 0 AS inflow, 0 AS outflow,
       CASE WHEN counts_as_cash THEN debit - credit ELSE 0 END AS cash
     FROM account JOIN account_day USING (tenant_id, account_id)
     WHERE account.tenant_id = $1 AND account.fund_id = $2
     UNION ALL
     SELECT currency, bucket, greatest(net, 0), greatest(-net, 0), 0
     FROM (
       SELECT currency, bucket, coalesce(sum(net) FILTER (
         WHERE account_id IN (${CASH_ACCOUNTS}) AND with_account_id IN (${CASH_ACCOUNTS})), 0) AS net
       FROM flow_part WHERE tenant_id = $1 AND fund_id = $2
       GROUP BY currency, bucket, flow) AS flow) AS part
   GROUP BY currency, bucket`,
);

const RECOUNT_MONTHS = upsertCash(
  "fund_month",
  `SELECT currency, date_trunc('month', bucket)::date AS bucket,
     sum(cash) AS cash, sum(inflow) AS inflow, sum(outflow) AS outflow
   FROM fund_day WHERE tenant_id = $1 AND fund_id = $2
   GROUP BY 1, 2`,
);

/**
 * Statements that count the cash, inflow and outflow of funds anew over their whole history: the mark of an
 * account holds for all days.
 */
export const recountCash = (funds: readonly FundKey[]): SqlStatement[] =>
  funds.flatMap(({ tenantId, fundId }) => {
    const values = [tenantId, fundId];
    return [
      { text: RECOUNT_DAYS, values },
      { text: RECOUNT_MONTHS, values },
    ];
  });

/**
 * Statements that create the series of net changes per bucket; a balance is the running sum of changes. A
 * backdated transaction therefore touches one day and one month, and every later balance follows by itself.
 */
export const CREATE_SERIES: readonly string[] = [
  accountSeries("account_day"),
  accountSeries("account_month"),
  fundSeries("fund_day"),
  fundSeries("fund_month"),
];

/** Statements that create the parts of flows, from which cash is counted anew. */
export const CREATE_FLOWS: readonly string[] = [
  `CREATE TABLE flow_part (
    tenant_id uuid NOT NULL,
    fund_id uuid NOT NULL,
    currency text NOT NULL,
    bucket date NOT NULL,
    flow uuid NOT NULL,
    account_id uuid NOT NULL,
    net numeric NOT NULL,
    PRIMARY KEY (tenant_id, fund_id, currency, bucket, flow, account_id)
  )`,
];

/** Statements that keep what movements mean: capital, corrections, reversals and recorded rates. */
export const CREATE_MEANINGS: readonly string[] = [
  ...["fund_day", "fund_month"].map(
    (table) => `ALTER TABLE ${table} ADD COLUMN net_assets numeric NOT NULL,
      ADD COLUMN contributions numeric NOT NULL, ADD COLUMN withdrawals numeric NOT NULL,
      ADD COLUMN corrections numeric NOT NULL`,
  ),
  `ALTER TABLE flow_part ADD COLUMN with_account_id uuid NOT NULL,
    DROP CONSTRAINT flow_part_pkey,
    ADD PRIMARY KEY (tenant_id, fund_id, currency, bucket, flow, account_id, with_account_id)`,
  `CREATE TABLE posted_transaction (
    tenant_id uuid NOT NULL,
    fund_id uuid NOT NULL,
    transaction_id uuid NOT NULL,
    day date NOT NULL,
    position bigint NOT NULL,
    is_correction boolean NOT NULL,
    account_ids uuid[] NOT NULL,
    nets numeric[] NOT NULL,
    exchanges json,
    PRIMARY KEY (tenant_id, fund_id, transaction_id)
  )`,
  `CREATE TABLE book_rate (
    tenant_id uuid NOT NULL,
    fund_id uuid NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    bucket date NOT NULL,
    position bigint NOT NULL,
    rate numeric NOT NULL,
    PRIMARY KEY (tenant_id, fund_id, base, quote, bucket, position)
  )`,
];

/** Statements that add changes to the days and to the roll-ups. */
export const addToSeries = ({
  accounts,
  funds,
  flows,
  ratesAdded,
  ratesRemoved,
}: SeriesChanges): SqlStatement[] => [
  ...(accounts.length > 0 ? addAccountChanges(accounts) : []),
  ...(funds.length > 0 ? addFundChanges(funds) : []),
  ...(flows.length > 0 ? [{ text: ADD_FLOW_PARTS, values: [textOf(flows)] }] : []),
  ...(ratesAdded.length > 0 ? [{ text: ADD_RATES, values: [textOf(ratesAdded)] }] : []),
  ...(ratesRemoved.length > 0 ? [{ text: REMOVE_RATES, values: [textOf(ratesRemoved)] }] : []),
];

const upsertAccounts = (table: string, bucket: string) => `
  INSERT INTO ${table} AS series
    (tenant_id, account_id, bucket, debit, credit, moved, result)
  SELECT "tenantId", "accountId", ${bucket}, sum(debit), sum(credit), sum(moved), sum(result)
  FROM json_to_recordset($1) AS change ("tenantId" uuid, "accountId" uuid, day date,
    debit numeric, credit numeric, moved numeric, result numeric)
  GROUP BY 1, 2, 3
  ON CONFLICT (tenant_id, account_id, bucket) DO UPDATE
  SET debit = series.debit + excluded.debit, credit = series.credit + excluded.credit,
    moved = series.moved + excluded.moved, result = series.result + excluded.result`;

const ADD_TO_ACCOUNT_DAYS = upsertAccounts("account_day", "day");
const ADD_TO_ACCOUNT_MONTHS = upsertAccounts("account_month", "date_trunc('month', day)::date");

function addAccountChanges(changes: readonly AccountChange[]): SqlStatement[] {
  const values = [textOf(changes)];
  return [
    { text: ADD_TO_ACCOUNT_DAYS, values },
    { text: ADD_TO_ACCOUNT_MONTHS, values },
  ];
}

const upsertFunds = (table: string, bucket: string) => `
  INSERT INTO ${table} AS series (tenant_id, fund_id, currency, bucket, ${COLUMNS.join(", ")})
  SELECT "tenantId", "fundId", currency, ${bucket}, ${FUND_SUMS.map((sum) => `sum("${sum}")`).join(", ")}
  FROM json_to_recordset($1) AS change ("tenantId" uuid, "fundId" uuid, currency text, day date,
    ${FUND_SUMS.map((sum) => `"${sum}" numeric`).join(", ")})
  GROUP BY 1, 2, 3, 4
  ON CONFLICT (tenant_id, fund_id, currency, bucket) DO UPDATE
  SET ${COLUMNS.map((sum) => `${sum} = series.${sum} + excluded.${sum}`).join(", ")}`;

const ADD_TO_FUND_DAYS = upsertFunds("fund_day", "day");
const ADD_TO_FUND_MONTHS = upsertFunds("fund_month", "date_trunc('month', day)::date");

function addFundChanges(changes: readonly FundChange[]): SqlStatement[] {
  const values = [textOf(changes)];
  return [
    { text: ADD_TO_FUND_DAYS, values },
    { text: ADD_TO_FUND_MONTHS, values },
  ];
}

const ADD_FLOW_PARTS = `
  INSERT INTO flow_part AS part
    (tenant_id, fund_id, currency, bucket, flow, account_id, with_account_id, net)
  SELECT "tenantId", "fundId", currency, day, flow, "accountId", "withAccountId", net
  FROM json_to_recordset($1) AS change ("tenantId" uuid, "fundId" uuid, currency text, day date,
    flow uuid, "accountId" uuid, "withAccountId" uuid, net numeric)
  ON CONFLICT (tenant_id, fund_id, currency, bucket, flow, account_id, with_account_id) DO UPDATE
  SET net = part.net + excluded.net`;

const RATES = `json_to_recordset($1) AS change ("tenantId" uuid, "fundId" uuid, base text, quote text,
    day date, position bigint, rate numeric)`;

// A posting may state several rates of one pair; the last one counts.
const ADD_RATES = `
  INSERT INTO book_rate (tenant_id, fund_id, base, quote, bucket, position, rate)
  SELECT DISTINCT ON ("tenantId", "fundId", base, quote, day, position)
    "tenantId", "fundId", base, quote, day, position, rate
  FROM (SELECT *, row_number() OVER () AS nth FROM ${RATES}) AS stated
  ORDER BY "tenantId", "fundId", base, quote, day, position, nth DESC`;

const REMOVE_RATES = `
  DELETE FROM book_rate USING ${RATES}
  WHERE book_rate.tenant_id = "tenantId" AND book_rate.fund_id = "fundId"
    AND book_rate.base = change.base AND book_rate.quote = change.quote
    AND book_rate.bucket = day AND book_rate.position = change.position`;

/** JSON has no integers of this size, so they travel as text. */
const textOf = (changes: readonly (AccountChange | FundChange | FlowPart | RateChange)[]): string =>
  JSON.stringify(changes, (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
