import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { InstrumentKey } from "../storage/profile.ts";
import type { Bars, Series } from "../series/series.ts";
import { changeSeries } from "./price-merge.ts";
import { isPrice } from "./price-rows.ts";

export const CorporateActionKind = { SPLIT: "SPLIT", DIVIDEND: "DIVIDEND" } as const;
export type CorporateActionKind = (typeof CorporateActionKind)[keyof typeof CorporateActionKind];

/** What changes the price of a unit without a change of its value. */
export interface CorporateAction {
  readonly id: string;
  /** First day on which the price is without it. */
  readonly exDate: string;
  readonly kind: CorporateActionKind;
  /** Of a split: units after for one before. Of a dividend: the amount of one unit. Decimal string. */
  readonly value: string;
}

/** The table of corporate actions; what was deleted is kept as what was known before. */
export const CREATE_ACTIONS: readonly string[] = [
  `CREATE TABLE corporate_action (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    instrument_id uuid NOT NULL,
    ex_date date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('SPLIT', 'DIVIDEND')),
    value numeric NOT NULL CHECK (value > 0),
    known_from timestamptz NOT NULL,
    known_until timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, instrument_id) REFERENCES instrument
  )`,
  `CREATE UNIQUE INDEX corporate_action_of_day ON corporate_action
    (tenant_id, instrument_id, ex_date, kind) WHERE known_until IS NULL`,
];

const COLUMNS = `id, ex_date::text AS "exDate", kind, value::text AS value`;

const INSERT = `
  INSERT INTO corporate_action (tenant_id, id, instrument_id, ex_date, kind, value, known_from)
  VALUES ($1, $3, $2, $4, $5, $6, $7) ON CONFLICT DO NOTHING`;

const READ_ONE = `
  SELECT ${COLUMNS}, instrument_id AS "instrumentId" FROM corporate_action
  WHERE tenant_id = $1 AND id = $2 AND known_until IS NULL`;

/**
 * Records a corporate action. A repeat with the same id changes nothing; another one of the same day and kind
 * is ALREADY_EXISTS.
 */
export async function recordAction(
  client: DatabaseClient,
  key: InstrumentKey,
  action: CorporateAction,
): Promise<CorporateAction> {
  const { id, exDate, kind, value } = action;
  if (!isId(id)) throw invalidInput("id", "must be a UUID");
  if (!isId(key.instrumentId)) throw instrumentNotFound();
  if (!isPrice(value)) throw invalidInput("value", "must be above zero, with at most 12 decimals");
  const { changes } = await changeSeries(client, key, async (known) => {
    const values = [key.tenantId, key.instrumentId, id, exDate, kind, value, known];
    const { rowCount } = await client.query(INSERT, values);
    return { changes: rowCount ?? 0 };
  });
  if (changes === 1) return action;
  const { rows } = await client.query<CorporateAction>(READ_ONE, [key.tenantId, id]);
  const [stored] = rows;
  const isSame =
    stored?.exDate === exDate && stored.kind === kind && Number(stored.value) === Number(value);
  if (isSame) return stored;
  throw new AppError(
    "ALREADY_EXISTS",
    `There is a ${kind} of ${exDate} already, or an action of this id.`,
  );
}

const instrumentNotFound = (): AppError =>
  new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");

const DELETE = `
  UPDATE corporate_action SET known_until = $4
  WHERE tenant_id = $1 AND instrument_id = $2 AND id = $3 AND known_until IS NULL`;

/** Deletes a corporate action; throws NOT_FOUND when there is none. */
export async function deleteAction(
  client: DatabaseClient,
  tenantId: string,
  id: string,
): Promise<CorporateAction> {
  const { rows } = isId(id)
    ? await client.query<CorporateAction & { instrumentId: string }>(READ_ONE, [tenantId, id])
    : { rows: [] };
  const [action] = rows;
  if (action === undefined) throw new AppError("NOT_FOUND", "There is no such corporate action.");
  const { instrumentId } = action;
  await changeSeries(client, { tenantId, instrumentId }, async (known) => {
    const { rowCount } = await client.query(DELETE, [tenantId, instrumentId, id, known]);
    return { changes: rowCount ?? 0 };
  });
  return action;
}

const READ_ALL = `
  SELECT ${COLUMNS} FROM corporate_action
  WHERE tenant_id = $1 AND instrument_id = $2
    AND known_from <= coalesce($3::timestamptz, 'infinity')
    AND coalesce(known_until, 'infinity') > coalesce($3::timestamptz, now())
  ORDER BY ex_date, kind`;

const READ_EFFECTIVE = READ_ALL.replace(
  "ORDER BY",
  "AND ex_date <= coalesce($3::timestamptz, now())::date ORDER BY",
);

/** The corporate actions of an instrument by their days, as they are known now or were at an instant. */
export const readActions = (
  client: Pool | DatabaseClient,
  key: InstrumentKey,
  knownAt: Date | null,
): Promise<CorporateAction[]> => queryActions(client, READ_ALL, key, knownAt);

/** Those whose day had come: one that is announced changes no price yet. */
export const readEffectiveActions = (
  client: Pool | DatabaseClient,
  key: InstrumentKey,
  knownAt: Date | null,
): Promise<CorporateAction[]> => queryActions(client, READ_EFFECTIVE, key, knownAt);

async function queryActions(
  client: Pool | DatabaseClient,
  text: string,
  { tenantId, instrumentId }: InstrumentKey,
  knownAt: Date | null,
): Promise<CorporateAction[]> {
  const { rows } = await client.query<CorporateAction>(text, [tenantId, instrumentId, knownAt]);
  return rows;
}

/** What prices and volumes before an instant are multiplied by. */
export interface AdjustmentFactor {
  readonly before: number;
  readonly price: number;
  readonly volume: number;
}

/**
 * The factors of corporate actions, as CRSP and data vendors define them: a split of r units for one divides
 * earlier prices by r and multiplies their volumes; a dividend d multiplies earlier prices by 1 - d / c, where
 * c is the last close before its day, of a unit as there was after the splits of the days between. Throws
 * INSUFFICIENT_DATA for a dividend that is not below that close.
 *
 * @param closes raw closes of days, from before the first dividend on
 */
export function adjustmentFactors(
  actions: readonly CorporateAction[],
  closes: Series,
): AdjustmentFactor[] {
  return actions.flatMap(({ exDate, kind, value }) => {
    const before = Date.parse(`${exDate}T00:00:00Z`);
    if (kind === "SPLIT") return [{ before, price: 1 / Number(value), volume: Number(value) }];
    const last = lastBefore(closes.times, before);
    const [close, closedAt] = [closes.values[last], closes.times[last]];
    // Without an earlier price there is nothing to adjust.
    if (close === undefined || closedAt === undefined) return [];
    const price = 1 - (Number(value) * unitsSince(actions, closedAt, before)) / close;
    if (price > 0) return [{ before, price, volume: 1 }];
    throw new AppError(
      "INSUFFICIENT_DATA",
      `The dividend of ${exDate} is not below the close of the day before; correct one of them.`,
    );
  });
}

/** The units that splits between two instants, of days without a price, made of one. */
const unitsSince = (actions: readonly CorporateAction[], from: number, until: number): number =>
  actions
    .filter(({ kind }) => kind === "SPLIT")
    .map(({ exDate, value }) => ({ at: Date.parse(`${exDate}T00:00:00Z`), units: Number(value) }))
    .filter(({ at }) => at > from && at < until)
    .reduce((product, { units }) => product * units, 1);

/** Index of the last instant before another, -1 when there is none. */
function lastBefore(times: Float64Array, instant: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) < instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Bars as if the corporate actions had always been so: the newest prices stay as they are. */
export function adjustBars(bars: Bars, factors: readonly AdjustmentFactor[]): Bars {
  const sorted = factors.toSorted((a, b) => b.before - a.before);
  const adjusted = {
    times: bars.times,
    open: bars.open.slice(),
    high: bars.high.slice(),
    low: bars.low.slice(),
    close: bars.close.slice(),
    volume: bars.volume.slice(),
  };
  let [price, volume, next] = [1, 1, 0];
  for (let index = bars.times.length - 1; index >= 0; index -= 1) {
    const time = bars.times[index] ?? Infinity;
    for (let factor = sorted[next]; factor !== undefined && time < factor.before;) {
      price *= factor.price;
      volume *= factor.volume;
      next += 1;
      factor = sorted[next];
    }
    for (const part of [adjusted.open, adjusted.high, adjusted.low, adjusted.close]) {
      part[index] = (part[index] ?? NaN) * price;
    }
    adjusted.volume[index] = (adjusted.volume[index] ?? NaN) * volume;
  }
  return adjusted;
}
