import type { EventPlace } from "./book.ts";
import { defineRows, type BookState, type Rows, type StateDigest } from "./book-state.ts";

export type ColumnType =
  | "uuid"
  | "text"
  | "numeric"
  | "bigint"
  | "integer"
  | "smallint"
  | "boolean"
  | "date"
  | "timestamptz"
  | "json";

export type ColumnValue = string | number | bigint | boolean | Date | null;

/** A value as `selectText` reads it back. */
export function spell(value: ColumnValue): string | null {
  if (value === null || typeof value === "string") return value;
  // PostgreSQL keeps microseconds; a change of them is a change of the row.
  return value instanceof Date ? value.toISOString().replace("Z", "000Z") : String(value);
}

/** A column as the text that `spell` makes of its value. */
export const selectText = (name: string, type: ColumnType): string =>
  type === "timestamptz"
    ? `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${name}`
    : `${name}::text AS ${name}`;

/** A row as it was read, column by column; `book` is the id of its book. */
export type Texts = Readonly<Record<string, string | null>>;

/** A text that the table's columns forbid to be absent. */
export function required(texts: Texts, name: string): string {
  const text = texts[name];
  if (text === null || text === undefined) throw new Error(`${name} is missing in a stored row`);
  return text;
}

export const bigintOrNull = (text: string | null | undefined): bigint | null =>
  text === null || text === undefined ? null : BigInt(text);

export const dateOrNull = (text: string | null | undefined): Date | null =>
  text === null || text === undefined ? null : new Date(text);

/** The key of the one row that a book has in a table without keys. */
export const ONLY = "";

export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly of: (row: Row) => ColumnValue;
  /** Never changes once the row is there; the service has no right to update it. */
  readonly fixed?: true;
  /**
   * The value of rows from before the column was added. A row that has it counts in the digest as it did then, so
   * that a version without the column commits to the same rows.
   */
  readonly addedWith?: string | null;
}

/** Columns that change so often that they have a statement of their own. */
interface Moving<Row> {
  readonly columns: readonly string[];
  /** True when nothing else changed. */
  readonly movedAlone: (before: Row, after: Row) => boolean;
}

interface TableDefinition<Row> {
  readonly name: string;
  /** The column that names the book. */
  readonly bookColumn: "book_id" | "fund_id" | "id";
  /** The column that is a row's key in the state of its book; absent where a book has one row, of key `ONLY`. */
  readonly keyColumn?: string;
  readonly columns: readonly Column<Row>[];
  readonly read: (texts: Texts) => Row;
  /** Which rows decisions read: those the head commits to. All when absent. */
  readonly resident?: { readonly sql: string; readonly of: (row: Row) => boolean };
  readonly moving?: Moving<Row>;
  /** A number that each change raises; the stored row must have the one from before. */
  readonly version?: { readonly column: string; readonly of: (row: Row) => number };
  /** Derives from rows just loaded what else the state holds. */
  readonly loaded?: (state: BookState, rows: ReadonlyMap<string, Row>) => void;
  /** Counts a change of a resident row in the head's digest, where hashing the whole row costs too much. */
  readonly commit?: Commit<Row>;
}

/** `movedAlone` is true of a change in the moving columns alone. */
type Commit<Row> = (
  digest: StateDigest,
  before: Row | undefined,
  after: Row | undefined,
  movedAlone: boolean,
) => void;

/** A table whose rows are the state's rows: stored, loaded and verified by one definition. */
export interface StoredTable<Row = unknown>
  extends Rows<Row>, Omit<TableDefinition<Row>, "commit"> {
  readonly commit: Commit<Row>;
}

/** A table whatever its rows are. */
export type AnyTable = Omit<StoredTable<never>, "read"> & {
  readonly read: (texts: Texts) => unknown;
};

export function defineTable<Row>(definition: TableDefinition<Row>): StoredTable<Row> {
  const { name, resident, columns } = definition;
  const first = columns.filter(({ addedWith }) => addedWith === undefined);
  const added = columns.filter(({ addedWith }) => addedWith !== undefined);
  const addedValues = (row: Row) =>
    added.flatMap(({ name: column, of, addedWith }) => {
      const value = spell(of(row));
      return value === addedWith ? [] : [[column, value]];
    });
  // Of texts and nulls this is their canonical JSON.
  const text = (row: Row): string =>
    JSON.stringify([name, ...first.map(({ of }) => spell(of(row))), ...addedValues(row)]);
  const hashed: Commit<Row> = (digest, before, after) => {
    if (before !== undefined) digest.remove(text(before));
    if (after !== undefined) digest.add(text(after));
  };
  const commit = definition.commit ?? hashed;
  const rows = defineRows<Row>(name, resident?.of);
  const kept = (row: Row | undefined): Row | undefined =>
    row !== undefined && rows.keeps(row) ? row : undefined;
  return {
    ...definition,
    ...rows,
    commit: (digest, before, after, movedAlone) =>
      commit(digest, kept(before), kept(after), movedAlone),
  };
}

/** A table to which events add rows that never change. */
export interface AppendTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** By type of event: its rows, without tenant and book. */
  readonly rowsOf: Readonly<
    Record<string, (event: never, place: EventPlace) => readonly (readonly ColumnValue[])[]>
  >;
  /** Columns that order the rows of an event as it brings them, beginning with the position. */
  readonly order: string;
  readonly onConflict?: string;
}
