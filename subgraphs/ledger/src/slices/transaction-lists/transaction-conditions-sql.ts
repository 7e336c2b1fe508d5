import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import type { EntryConditions, TransactionConditions } from "./transaction-filter.ts";

/** A statement that is written with the conditions in use only, because the best index depends on them. */
export class Written {
  readonly parameters: [string, ...unknown[]];

  constructor(tenantId: string) {
    this.parameters = [tenantId];
  }

  bind(value: unknown, type = ""): string {
    return `$${this.parameters.push(value)}${type === "" ? "" : `::${type}`}`;
  }
}

export const and = (conditions: readonly string[]): string =>
  conditions.map((condition) => ` AND ${condition}`).join("");

/** Conditions on the row of a transaction. */
export function ownConditionsSql(written: Written, conditions: TransactionConditions): string[] {
  const { effectiveFrom, effectiveTo, positionFrom, positionTo, statementId } = conditions;
  return [
    ...(effectiveFrom === undefined
      ? []
      : [`t.effective_date >= ${written.bind(effectiveFrom, "date")}`]),
    ...(effectiveTo === undefined
      ? []
      : [`t.effective_date <= ${written.bind(effectiveTo, "date")}`]),
    ...(positionFrom === undefined
      ? []
      : [`t.position >= ${written.bind(positionFrom, "bigint")}`]),
    ...(positionTo === undefined ? [] : [`t.position <= ${written.bind(positionTo, "bigint")}`]),
    ...(statementId === undefined ? [] : [`t.import_id = ${written.bind(statementId, "uuid")}`]),
  ];
}

/** Conditions that the index of terms does not answer: on the id, and on rows that belong to a transaction. */
export function linkedConditionsSql(
  written: Written,
  { entry, isReversed, isYearEnd, ids }: TransactionConditions,
  fund: string,
): string[] {
  const of = (alias: string): string => `${alias}.tenant_id = $1 AND ${alias}.book_id = ${fund}`;
  return [
    ...(entry === undefined
      ? []
      : [
          `EXISTS (SELECT FROM entry n WHERE ${of("n")} AND n.position = t.position${and(entrySql(written, entry))})`,
        ]),
    ...(ids === undefined ? [] : [`t.id = ANY (${written.bind(ids, "uuid[]")})`]),
    ...(isReversed === undefined ? [] : [reversedSql(isReversed, of("r"))]),
    ...(isYearEnd === undefined ? [] : [yearEndSql(isYearEnd, of("y"))]),
  ];
}

const yearEndSql = (isYearEnd: boolean, ofBook: string): string =>
  `${isYearEnd ? "" : "NOT "}EXISTS (SELECT FROM closed_year y WHERE ${ofBook}
     AND t.position IN (y.position, y.reopened_position))`;

/** The reversed ones are few: they lead to their transactions, where the others are looked up one by one. */
const reversedSql = (isReversed: boolean, ofBook: string): string =>
  isReversed
    ? `t.id IN (SELECT r.reverses FROM transaction r WHERE ${ofBook} AND r.reverses IS NOT NULL)`
    : `NOT EXISTS (SELECT FROM transaction r WHERE r.tenant_id = $1 AND r.reverses = t.id)`;

/** Conditions on an entry `n`. */
export function entrySql(written: Written, entry: EntryConditions): string[] {
  const { accountIds, side, currency, dimensions, amounts, without, flows } = entry;
  const amount = side === "CREDIT" ? "-n.amount" : side === "DEBIT" ? "n.amount" : "abs(n.amount)";
  const ranges = amounts?.map(({ currency: of, fromMinor, toMinor }) => {
    const least = `${amount} >= ${written.bind(fromMinor.toString(), "numeric")}`;
    const most =
      toMinor === undefined
        ? ""
        : ` AND ${amount} <= ${written.bind(toMinor.toString(), "numeric")}`;
    return `n.currency = ${written.bind(of)} AND ${least}${most}`;
  });
  return [
    ...(accountIds === undefined
      ? []
      : [`n.account_id = ANY (${written.bind(accountIds, "uuid[]")})`]),
    ...(side === undefined ? [] : [`n.amount ${side === "DEBIT" ? ">" : "<"} 0`]),
    ...(currency === undefined ? [] : [`n.currency = ${written.bind(currency)}`]),
    ...(dimensions === undefined ? [] : [taggedSql(written, dimensions)]),
    ...(without === undefined ? [] : [untaggedSql(written, without)]),
    ...(flows === undefined ? [] : [flowSql(written, flows)]),
    ...(ranges === undefined ? [] : [`(${ranges.length === 0 ? "false" : ranges.join(" OR ")})`]),
  ];
}

/** Entries with dimensions stand in a table of their own, too. */
const OF_ENTRY = `SELECT FROM entry_dimension d WHERE d.tenant_id = $1 AND d.book_id = n.book_id
     AND d.position = n.position AND d.leg = n.leg`;

const taggedSql = (written: Written, dimensions: EntryDimensions): string =>
  `EXISTS (${OF_ENTRY}
     AND d.dimensions::jsonb @> ${written.bind(JSON.stringify(dimensions))}::jsonb)`;

const untaggedSql = (written: Written, names: readonly string[]): string =>
  `NOT EXISTS (${OF_ENTRY} AND d.dimensions::jsonb ?| ${written.bind(names, "text[]")})`;

/** As the direct method of cash flows has it: what is not cash, where cash moved in its currency. */
function flowSql(
  written: Written,
  { isFlow, cashIds }: NonNullable<EntryConditions["flows"]>,
): string {
  const cash = written.bind(cashIds, "uuid[]");
  return `${isFlow ? "" : "NOT "}(NOT (n.account_id = ANY (${cash})) AND EXISTS (
     SELECT FROM entry c WHERE c.tenant_id = $1 AND c.book_id = n.book_id AND c.position = n.position
       AND c.currency = n.currency AND c.account_id = ANY (${cash})))`;
}
