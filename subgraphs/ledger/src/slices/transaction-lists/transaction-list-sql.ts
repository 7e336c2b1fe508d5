import { invalidInput } from "@allfunds/contract/errors";
import type { TransactionPosted } from "@allfunds/contract/events";
import { isCalendarDate } from "@allfunds/platform/dates";
import { decodeCursor, encodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { WakeSignal } from "../../feed/wake-signal.ts";
import {
  actorGroup,
  anyOf,
  dateGroup,
  dimensionGroup,
  entryGroup,
  type TermGroup,
} from "../search/search-terms.ts";
import type { TermPlace } from "../search/term-pages-sql.ts";
import { findPlaces } from "../search/term-places.ts";
import { toTransactionObject, type TransactionObject } from "../transactions/transaction-object.ts";
import {
  and,
  linkedConditionsSql,
  ownConditionsSql,
  Written,
} from "./transaction-conditions-sql.ts";
import type { TransactionConditions, TransactionOrder } from "./transaction-filter.ts";

/** A place in a list of transactions, the same in each of its orders. */
export interface ListPlace {
  readonly effectiveDate: string;
  readonly position: number;
}

export const encodePlace = ({ effectiveDate, position }: ListPlace): string =>
  encodeCursor([effectiveDate, position]);

export function decodePlace(path: string, cursor: string): ListPlace {
  const [effectiveDate, position] = decodeCursor(cursor, 2);
  if (
    typeof effectiveDate !== "string" ||
    !isCalendarDate(effectiveDate) ||
    !Number.isSafeInteger(position)
  )
    throw invalidInput(path, "is not a cursor of this list");
  return { effectiveDate, position: Number(position) };
}

/** Which part of a list to read. */
export interface ListWindow {
  readonly order: TransactionOrder;
  /** Reads from the end of the window towards its beginning. */
  readonly isBackward: boolean;
  readonly after: ListPlace | undefined;
  readonly before: ListPlace | undefined;
  /** The first value date of the window, in its order. */
  readonly startDate: string | undefined;
  /** The first position of the window, in its order. */
  readonly startPosition: number | undefined;
  /** How many of its first to leave out, in the order in which they are read. */
  readonly skip: number;
}

/** The places of the transactions that fit, in the order in which they are read. */
export function placesSql(
  written: Written,
  conditions: TransactionConditions,
  window: ListWindow,
  limit: number,
): string {
  const isByDate = window.order.startsWith("EFFECTIVE_DATE");
  const direction = window.order.endsWith("_DESC") === window.isBackward ? "ASC" : "DESC";
  const fund = written.bind(conditions.fundId, "uuid");
  const where = and([
    ...windowSql(written, window),
    ...ownConditionsSql(written, conditions),
    ...linkedConditionsSql(written, conditions, fund),
  ]);
  // Entries stand in the order of positions; each transaction has a first one.
  const from = isByDate
    ? `transaction t WHERE t.tenant_id = $1 AND t.book_id = ${fund}`
    : `entry f CROSS JOIN LATERAL (
         SELECT * FROM transaction t WHERE t.tenant_id = $1 AND t.book_id = ${fund}
           AND t.effective_date = f.effective_date AND t.position = f.position OFFSET 0) t
       WHERE f.tenant_id = $1 AND f.book_id = ${fund} AND f.leg = 0`;
  const order = isByDate
    ? `t.effective_date ${direction}, t.position ${direction}`
    : `f.position ${direction}`;
  return `SELECT t.position, t.effective_date FROM ${from} ${where}
    ORDER BY ${order} LIMIT ${written.bind(limit)}${offsetSql(window)}`;
}

const offsetSql = ({ skip }: ListWindow): string => (skip === 0 ? "" : ` OFFSET ${skip}`);

function windowSql(written: Written, window: ListWindow): string[] {
  const { order, after, before, startDate, startPosition } = window;
  const isByDate = order.startsWith("EFFECTIVE_DATE");
  const [behind, ahead] = order.endsWith("_DESC") ? ["<", ">"] : [">", "<"];
  const compared = (sign: string | undefined, { effectiveDate, position }: ListPlace): string =>
    isByDate
      ? `(t.effective_date, t.position) ${sign} (${written.bind(effectiveDate, "date")}, ${written.bind(position, "bigint")})`
      : `f.position ${sign} ${written.bind(position, "bigint")}`;
  return [
    ...(after === undefined ? [] : [compared(behind, after)]),
    ...(before === undefined ? [] : [compared(ahead, before)]),
    ...(startDate === undefined
      ? []
      : [`t.effective_date ${behind}= ${written.bind(startDate, "date")}`]),
    ...(startPosition === undefined
      ? []
      : [`f.position ${behind}= ${written.bind(startPosition, "bigint")}`]),
  ];
}

interface ListedRow {
  readonly position: string;
  readonly recorded_at: Date;
  readonly payload: TransactionPosted;
}

/** Where a list is read from: the rows of the book, or first the index of its terms. */
export interface ListSource {
  readonly reads: TenantReads;
  readonly projectionsMoved: WakeSignal;
}

/** The first transactions of a window that fit, in the order in which they are read. */
export async function readTransactions(
  source: ListSource,
  conditions: TransactionConditions,
  window: ListWindow,
  limit: number,
): Promise<TransactionObject[]> {
  const written = new Written(conditions.tenantId);
  const groups = indexGroups(conditions, window);
  const places =
    groups === undefined
      ? placesSql(written, conditions, window, limit)
      : positionsSql(
          written,
          conditions,
          await findPositions(source, conditions, { groups, window, limit }),
        );
  const { rows } = await source.reads.query<ListedRow>(
    `SELECT e.position, e.recorded_at, e.payload FROM (${places}) p
     JOIN event e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = p.position`,
    written.parameters,
  );
  const found = rows.map(({ position, recorded_at, payload }) =>
    toTransactionObject({ position: Number(position), recordedAt: recorded_at, payload }),
  );
  return found.toSorted(readingOrder(window));
}

export const positionsSql = (
  written: Written,
  { fundId }: TransactionConditions,
  positions: readonly number[],
): string => {
  written.bind(fundId, "uuid");
  return `SELECT unnest(${written.bind(positions, "bigint[]")}) AS position`;
};

/**
 * What the index of terms is asked for, when it leads to the transactions; undefined when the rows of the book
 * lead there themselves, because they have the wanted order and most of them fit.
 */
export function indexGroups(
  conditions: TransactionConditions,
  { order, startDate }: ListWindow,
): TermGroup[] | undefined {
  const { terms, entry, actor, statementId, effectiveFrom, effectiveTo } = conditions;
  const { accountIds, side, currency, dimensions, amountTerms } = entry ?? {};
  const groups = [
    ...terms,
    ...Object.entries(dimensions ?? {}).map(([name, value]) => dimensionGroup(name, value)),
    ...(amountTerms ?? []),
    ...(accountIds === undefined ? [] : [entryGroup(accountIds, side)]),
    ...(actor === undefined ? [] : [actorGroup(actor)]),
    ...(currency === undefined ? [] : [anyOf("CURRENCY", [currency])]),
  ];
  const isByDate = order.startsWith("EFFECTIVE_DATE");
  const hasDates = effectiveFrom !== undefined || effectiveTo !== undefined;
  if (groups.length === 0 && !(isByDate ? conditions.isCutShort : hasDates)) return undefined;
  if (statementId !== undefined) groups.unshift(anyOf("IMPORT", [statementId]));
  const isDescending = order.endsWith("_DESC");
  const from = isDescending ? effectiveFrom : latest(effectiveFrom, startDate);
  const to = isDescending ? earliest(effectiveTo, startDate) : effectiveTo;
  // Only what a user did may be no transaction, which has a value date.
  const isBounded = from !== undefined || to !== undefined;
  return isBounded || groups.every(({ kind }) => kind === "ACTOR")
    ? [...groups, dateGroup(from, to)]
    : groups;
}

const latest = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
const earliest = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;

interface IndexedList {
  readonly groups: readonly TermGroup[];
  readonly window: ListWindow;
  readonly limit: number;
}

/** Places that are looked at together at most, where not all that the index finds fits. */
const MOST_LOOKED_AT = 5_000;

/** The positions of the first transactions of a window that fit, in no order. */
export async function findPositions(
  source: ListSource,
  conditions: TransactionConditions,
  { groups, window, limit }: IndexedList,
): Promise<number[]> {
  const reading = { ...source, book: { tenantId: conditions.tenantId, bookId: conditions.fundId } };
  const query = { groups, ...rangeOf(conditions, window) };
  const isBeforeEnd = endOf(window);
  const isChecked = needsCheck(conditions);
  const found: number[] = [];
  const wanted = limit + window.skip;
  let { behind } = query;
  let count = wanted;
  while (found.length < wanted) {
    const places = await findPlaces(reading, { ...query, behind }, count);
    const within = places.filter(isBeforeEnd).map(({ position }) => position);
    found.push(...(isChecked ? await keepFitting(source.reads, conditions, within) : within));
    if (places.length < count || within.length < places.length) break;
    behind = places.at(-1);
    count = Math.min(count * 4, MOST_LOOKED_AT);
  }
  return found.slice(window.skip, wanted);
}

/** A window as positions and days to read, and where it begins. */
function rangeOf(
  { positionFrom, positionTo }: TransactionConditions,
  { order, isBackward, after, before, startPosition }: ListWindow,
) {
  const isByDate = order.startsWith("EFFECTIVE_DATE");
  const isDescending = order.endsWith("_DESC") !== isBackward;
  const start = isBackward ? before : after;
  const given = [positionTo, isDescending ? startPosition : undefined];
  return {
    from: Math.max(positionFrom ?? 1, (isDescending ? undefined : startPosition) ?? 1),
    to: Math.min(...given.map((end) => end ?? Number.MAX_SAFE_INTEGER)),
    isByDate,
    isDescending,
    behind: start && placeOf(start, isByDate),
  };
}

const placeOf = ({ effectiveDate, position }: ListPlace, isByDate: boolean): TermPlace => ({
  position,
  date: isByDate ? effectiveDate : "",
});

/** True of places before the other end of a window. */
function endOf(window: ListWindow): (place: TermPlace) => boolean {
  const end = window.isBackward ? window.after : window.before;
  if (end === undefined) return () => true;
  const order = readingOrder(window);
  return ({ position, date }) => order({ position, effectiveDate: date }, end) < 0;
}

/** True when more must hold than what the index answers term by term. */
function needsCheck({ entry, isReversed, isYearEnd, ids }: TransactionConditions): boolean {
  const { accountIds, side, currency, dimensions, amounts, without, flows } = entry ?? {};
  const values = Object.values(dimensions ?? {});
  const aspects = [accountIds ?? side, currency, amounts, ...values].filter(
    (each) => each !== undefined,
  );
  const unindexed = [isReversed, isYearEnd, ids, without, flows];
  return unindexed.some((each) => each !== undefined) || aspects.length > 1;
}

/** Those of some positions whose rows fit, in their order; the row of a transaction is read where something is of it. */
async function keepFitting(
  reads: TenantReads,
  conditions: TransactionConditions,
  positions: readonly number[],
): Promise<number[]> {
  if (positions.length === 0) return [];
  const written = new Written(conditions.tenantId);
  const fund = written.bind(conditions.fundId, "uuid");
  const listed = `unnest(${written.bind(positions, "bigint[]")}) WITH ORDINALITY`;
  const isOfRow = conditions.isReversed !== undefined || conditions.ids !== undefined;
  const from = isOfRow
    ? `${listed} AS p (position, nth)
     JOIN entry f ON f.tenant_id = $1 AND f.book_id = ${fund} AND f.position = p.position AND f.leg = 0
     JOIN transaction t ON t.tenant_id = $1 AND t.book_id = ${fund}
       AND t.effective_date = f.effective_date AND t.position = f.position`
    : `${listed} AS t (position, nth)`;
  const { rows } = await reads.query<{ position: number }>(
    `SELECT t.position::int FROM ${from} WHERE true ${and(linkedConditionsSql(written, conditions, fund))} ORDER BY nth`,
    written.parameters,
  );
  return rows.map(({ position }) => position);
}

function readingOrder({ order, isBackward }: ListWindow) {
  const sign = order.endsWith("_DESC") === isBackward ? 1 : -1;
  const isByDate = order.startsWith("EFFECTIVE_DATE");
  return (a: ListPlace, b: ListPlace): number =>
    isByDate && a.effectiveDate !== b.effectiveDate
      ? sign * (a.effectiveDate < b.effectiveDate ? -1 : 1)
      : sign * (a.position - b.position);
}

export const WHOLE: ListWindow = {
  order: "EFFECTIVE_DATE_DESC",
  isBackward: false,
  after: undefined,
  before: undefined,
  startDate: undefined,
  startPosition: undefined,
  skip: 0,
};
