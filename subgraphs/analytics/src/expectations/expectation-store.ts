import type { DatabaseClient } from "@allfunds/platform/database";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { CategoryCode } from "../classification/taxonomy.ts";
import { calendarOf, calendarOfCurrency } from "./business-calendar.ts";
import { dateOfDay, dayAt } from "./day.ts";
import { bookedDaysOf } from "./expectation.ts";
import type { Rhythm } from "./rhythm.ts";
import { modelSeries } from "./series-model.ts";
import type { Occurrence, PriceChange, SeriesModel } from "./series-model.ts";

/** Payments of a fund that may repeat. */
export interface SeriesKey {
  readonly payeeKey: string;
  readonly direction: "IN" | "OUT";
  readonly currency: string;
}

/** A contract of a series with the words of its latest payment. */
export interface StoredSeries extends SeriesKey {
  /** Which of the contracts of the series. */
  readonly contract: number;
  readonly counterparty: string | null;
  readonly description: string;
  readonly category: CategoryCode;
  readonly model: SeriesModel;
  /** Days of payments that are booked with a date to come. */
  readonly booked: readonly number[];
}

/** Contracts, and all payments that were looked at to find them. */
export interface ModelledSeries {
  readonly series: readonly StoredSeries[];
  readonly transactionIds: readonly string[];
}

/** Most payments of a series that are looked back at: enough for its latest 60 days. */
const MOST_PAYMENTS = 400;

interface PaymentRow extends SeriesKey {
  readonly transactionId: string;
  readonly date: string;
  readonly amount: string;
  readonly counterparty: string | null;
  readonly description: string;
  readonly category: CategoryCode;
}

// The latest by position, through the index by payee.
const LOAD_PAYMENTS = `
  SELECT wanted.payee AS "payeeKey", wanted.direction, wanted.currency, past."transactionId", past.date,
    past.amount, past.counterparty, past.description, past.category
  FROM unnest($3::text[], $4::text[], $5::text[]) AS wanted (payee, direction, currency)
  CROSS JOIN LATERAL (
    SELECT position, transaction_id AS "transactionId", effective_date::text AS date, amount_minor::text AS amount,
      counterparty, description, category
    FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND counterparty_key = wanted.payee
      AND direction = wanted.direction AND currency = wanted.currency
    ORDER BY position DESC LIMIT ${MOST_PAYMENTS}) past
  ORDER BY past.date, past.position`;

/** The contracts of series as the books show them at an instant, which decides what is still to come. */
export async function modelSeriesOf(
  client: DatabaseClient,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  keys: readonly SeriesKey[],
  now: Date,
): Promise<ModelledSeries> {
  const { rows } = await client.query<PaymentRow>(LOAD_PAYMENTS, [
    tenantId,
    fundId,
    keys.map(({ payeeKey }) => payeeKey),
    keys.map(({ direction }) => direction),
    keys.map(({ currency }) => currency),
  ]);
  const series = [...Map.groupBy(rows, nameOf).values()].flatMap((payments) =>
    modelPayments(payments, now),
  );
  return { series, transactionIds: rows.map(({ transactionId }) => transactionId) };
}

const nameOf = ({ payeeKey, direction, currency }: SeriesKey): string =>
  `${direction} ${currency} ${payeeKey}`;

function modelPayments(rows: readonly PaymentRow[], now: Date): StoredSeries[] {
  const { payeeKey, direction, currency } = rows[0] as PaymentRow;
  const calendar = calendarOfCurrency(currency);
  const today = dateOfDay(dayAt(now, calendarOf(calendar).timeZone));
  const past = rows.filter(({ date }) => date <= today);
  const booked = rows.filter(({ date }) => date > today).map(toOccurrence);
  const byId = new Map(past.map((row) => [row.transactionId, row]));
  const models = modelSeries(past.map(toOccurrence), calendar);
  const bookedDays = bookedDaysOf(models, booked);
  return models.map((model, contract) => {
    const latest = byId.get(model.occurrences.at(-1)?.transactionId ?? "") as PaymentRow;
    const { counterparty, description, category } = latest;
    const key = { payeeKey, direction, currency, contract };
    const days = bookedDays[contract] ?? [];
    return { ...key, counterparty, description, category, model, booked: days };
  });
}

const toOccurrence = ({ transactionId, date, amount }: PaymentRow): Occurrence => ({
  transactionId,
  date,
  amountMinor: BigInt(amount),
});

/** Payments that are stored with an expectation as its evidence. */
export const MOST_EVIDENCE = 6;

const REPLACE = `
  WITH gone AS (
    DELETE FROM expectation USING unnest($3::text[], $4::text[], $5::text[]) AS judged (payee, direction, currency)
    WHERE tenant_id = $1 AND fund_id = $2 AND payee_key = judged.payee
      AND expectation.direction = judged.direction AND expectation.currency = judged.currency
      AND NOT EXISTS (
        SELECT FROM json_to_recordset($6) AS kept ("payeeKey" text, direction text, currency text, contract int)
        WHERE kept."payeeKey" = judged.payee AND kept.direction = judged.direction
          AND kept.currency = judged.currency AND kept.contract = expectation.contract)
  )
  INSERT INTO expectation (tenant_id, fund_id, payee_key, direction, currency, contract, counterparty, description,
    category, model, booked, judge_on)
  SELECT $1, $2, "payeeKey", direction, currency, contract, counterparty, description, category, model, booked, "judgeOn"
  FROM json_to_recordset($6) AS found ("payeeKey" text, direction text, currency text, contract int,
    counterparty text, description text, category text, model jsonb, booked jsonb, "judgeOn" date)
  ON CONFLICT (tenant_id, fund_id, payee_key, direction, currency, contract) DO UPDATE SET
    counterparty = excluded.counterparty, description = excluded.description, category = excluded.category,
    model = excluded.model, booked = excluded.booked, judge_on = excluded.judge_on`;

/** Stores what the series were found to be, in place of what was stored of them. */
export async function replaceExpectations(
  client: DatabaseClient,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  judged: readonly SeriesKey[],
  found: readonly StoredSeries[],
): Promise<void> {
  const rows = found.map(({ model, booked, ...series }) => {
    const [first] = booked;
    return {
      ...series,
      model: toStored(model),
      booked,
      judgeOn: first === undefined ? null : dateOfDay(first),
    };
  });
  await client.query(REPLACE, [
    tenantId,
    fundId,
    judged.map(({ payeeKey }) => payeeKey),
    judged.map(({ direction }) => direction),
    judged.map(({ currency }) => currency),
    JSON.stringify(rows),
  ]);
}

interface StoredOccurrence {
  readonly transactionId: string;
  readonly date: string;
  readonly amountMinor: string;
}

/** A model as JSON: whole numbers of minor units as text. */
type StoredModel = Omit<
  SeriesModel,
  "amountMinor" | "lowMinor" | "highMinor" | "priceChange" | "occurrences" | "rhythm"
> & {
  readonly rhythm: Rhythm;
  readonly amountMinor: string;
  readonly lowMinor: string;
  readonly highMinor: string;
  readonly priceChange:
    | (Omit<PriceChange, "fromMinor" | "toMinor"> & {
        readonly fromMinor: string;
        readonly toMinor: string;
      })
    | null;
  readonly occurrences: readonly StoredOccurrence[];
};

const toStored = ({ occurrences, priceChange, ...model }: SeriesModel): StoredModel => ({
  ...model,
  amountMinor: String(model.amountMinor),
  lowMinor: String(model.lowMinor),
  highMinor: String(model.highMinor),
  priceChange:
    priceChange === null
      ? null
      : {
          ...priceChange,
          fromMinor: String(priceChange.fromMinor),
          toMinor: String(priceChange.toMinor),
        },
  occurrences: occurrences
    .slice(-MOST_EVIDENCE)
    .map((each) => ({ ...each, amountMinor: String(each.amountMinor) })),
});

const fromStored = ({ occurrences, priceChange, ...model }: StoredModel): SeriesModel => ({
  ...model,
  amountMinor: BigInt(model.amountMinor),
  lowMinor: BigInt(model.lowMinor),
  highMinor: BigInt(model.highMinor),
  priceChange:
    priceChange === null
      ? null
      : {
          ...priceChange,
          fromMinor: BigInt(priceChange.fromMinor),
          toMinor: BigInt(priceChange.toMinor),
        },
  occurrences: occurrences.map((each) => ({ ...each, amountMinor: BigInt(each.amountMinor) })),
});

interface ExpectationRow extends Omit<StoredSeries, "model"> {
  readonly model: StoredModel;
}

const LOAD = `
  SELECT payee_key AS "payeeKey", direction, currency, contract, counterparty, description, category,
    model, booked
  FROM expectation WHERE tenant_id = $1 AND fund_id = $2`;

/** The series of a fund as they were last examined. */
export async function loadExpectations(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
): Promise<StoredSeries[]> {
  const byIndex = { prepared: true, plannedOnce: true } as const;
  const { rows } = await reads.query<ExpectationRow>(LOAD, [tenantId, fundId], byIndex);
  return rows.map((row) => ({ ...row, model: fromStored(row.model) }));
}

/** The same within a transaction. */
export async function readExpectations(
  client: DatabaseClient,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
): Promise<StoredSeries[]> {
  const { rows } = await client.query<ExpectationRow>(LOAD, [tenantId, fundId]);
  return rows.map((row) => ({ ...row, model: fromStored(row.model) }));
}

const DUE = `
  SELECT DISTINCT payee_key AS "payeeKey", direction, currency FROM expectation
  WHERE tenant_id = $1 AND fund_id = $2 AND judge_on <= $3`;

/** Series with a payment that was booked for a day which has come since. */
export async function listDueSeries(
  client: DatabaseClient,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  now: Date,
): Promise<SeriesKey[]> {
  const today = now.toISOString().slice(0, 10);
  return (await client.query<SeriesKey>(DUE, [tenantId, fundId, today])).rows;
}

const KEYS = `
  SELECT counterparty_key AS "payeeKey", direction, currency
  FROM movement
  WHERE tenant_id = $1 AND fund_id = $2 AND direction <> 'NONE' AND counterparty_key <> '' AND effective_date <= $3
  GROUP BY counterparty_key, direction, currency HAVING count(DISTINCT effective_date) >= 3
  ORDER BY count(*) DESC LIMIT 500`;

const PAYMENTS_UNTIL = LOAD_PAYMENTS.replace(
  "ORDER BY position DESC",
  "AND effective_date <= $6 ORDER BY position DESC",
);

/** The series of a fund by what had been paid until a date in the past; read from the movements each time. */
export async function modelSeriesUntil(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  until: string,
): Promise<StoredSeries[]> {
  const { rows: keys } = await reads.query<SeriesKey>(KEYS, [tenantId, fundId, until]);
  const { rows } = await reads.query<PaymentRow>(PAYMENTS_UNTIL, [
    tenantId,
    fundId,
    keys.map(({ payeeKey }) => payeeKey),
    keys.map(({ direction }) => direction),
    keys.map(({ currency }) => currency),
    until,
  ]);
  const endOfDay = new Date(`${until}T12:00:00Z`);
  return [...Map.groupBy(rows, nameOf).values()].flatMap((payments) =>
    modelPayments(payments, endOfDay),
  );
}
