import { setImmediate as turn } from "node:timers/promises";
import type { Statements } from "./batched-sql.ts";
import { binaryArray } from "./binary-array.ts";
import type { BookId } from "./book.ts";
import type { BookState } from "./book-state.ts";
import type { RecordedEvent } from "./event-log.ts";
import type { DecidedEvents } from "./log-sql.ts";
import {
  ONLY,
  required,
  selectText,
  type AppendTable,
  type Column,
  type ColumnType,
  type ColumnValue,
  type StoredTable,
  type Texts,
} from "./table.ts";
import { atOnce } from "./turns.ts";

/** The rows of a book in a table, as texts; `condition` may narrow them, its parameters begin at $3. */
export function selectRows(
  { name, columns, bookColumn }: StoredTable,
  condition: string | undefined,
): string {
  const texts = [
    `${bookColumn}::text AS book`,
    ...columns.map((column) => selectText(column.name, column.type)),
  ];
  const where = condition === undefined ? "" : ` AND ${condition}`;
  return `SELECT ${texts.join(", ")} FROM ${name} WHERE tenant_id = $1 AND ${bookColumn} = $2${where}`;
}

/** Rows that are read between two turns of other books. */
const ROWS_A_TURN = 1_000;

/** Puts the rows that a table holds for decisions into a new state, and counts them in its digest. */
export async function loadTable(
  statements: Statements,
  { tenantId, bookId }: BookId,
  table: StoredTable,
  state: BookState,
): Promise<void> {
  const { rows } = await statements.query<Texts>(statementsOf(table).resident, [tenantId, bookId]);
  const read = new Map<string, unknown>();
  for (const [index, texts] of rows.entries()) {
    if (index > 0 && index % ROWS_A_TURN === 0) await turn();
    const row = table.read(texts);
    read.set(keyOf(table, texts), row);
    table.commit(state.digest, undefined, row, false);
  }
  for (const [key, row] of read) state.put(table, key, row);
  table.loaded?.(state, read);
}

export const keyOf = ({ keyColumn }: StoredTable, texts: Texts): string =>
  keyColumn === undefined ? ONLY : required(texts, keyColumn);

/** A row that a batch made or changed. */
interface Change {
  readonly key: string;
  /** Undefined of a row that the batch made. */
  readonly before: unknown;
  readonly after: unknown;
  /** True when it changed in the moving columns alone. */
  readonly movedAlone: boolean;
}

/** What a batch changed, table by table. */
export type Changes = ReadonlyMap<StoredTable, readonly Change[]>;

const CHANGES_A_STEP = 100;

/** Collects what a batch changed, and counts it in the digest that its head commits to; some rows a step. */
export function* commitSteps(
  tables: readonly StoredTable[],
  { before, after }: Pick<DecidedEvents, "before" | "after">,
): Generator<void, Changes> {
  const changes = new Map<StoredTable, Change[]>();
  after.digest = before.digest.clone();
  for (const table of tables) {
    const rows = after.own(table);
    if (rows.size === 0) continue;
    const own: Change[] = [];
    for (const [key, row] of rows) {
      const earlier = before.get(table, key);
      const movedAlone = earlier !== undefined && table.moving?.movedAlone(earlier, row) === true;
      table.commit(after.digest, earlier, row, movedAlone);
      own.push({ key, before: earlier, after: row, movedAlone });
      if (own.length % CHANGES_A_STEP === 0) yield;
    }
    changes.set(table, own);
  }
  return changes;
}

export const commitChanges = (
  tables: readonly StoredTable[],
  batch: Pick<DecidedEvents, "before" | "after">,
): Changes => atOnce(commitSteps(tables, batch));

/** Inserts the rows that a batch made and updates those that it changed. */
export async function storeTable(
  statements: Statements,
  book: BookId,
  table: StoredTable,
  changes: readonly Change[],
): Promise<void> {
  const made: Change[] = [];
  const moved: Change[] = [];
  const changed: Change[] = [];
  for (const change of changes) {
    if (change.before === undefined) made.push(change);
    else if (change.movedAlone) moved.push(change);
    else changed.push(change);
  }
  const sql = statementsOf(table);
  if (made.length > 0) {
    const columns = columnsOf(table.columns, made);
    await statements.query(sql.insert, [book.tenantId, book.bookId, ...columns]);
  }
  if (moved.length > 0) await update(statements, book, table, sql.move, sql.moving, moved);
  if (changed.length > 0) await update(statements, book, table, sql.change, sql.changing, changed);
}

/** By key, as the index does that finds them: its pages are then visited once each, in order. */
async function update(
  statements: Statements,
  book: BookId,
  table: StoredTable,
  sql: string,
  columns: readonly Column<unknown>[],
  changes: Change[],
): Promise<void> {
  changes.sort((a, b) => (a.key < b.key ? -1 : 1));
  const { version } = table;
  await statements.query(sql, [
    book.tenantId,
    book.bookId,
    changes.length,
    // A book's only row of a table has the book for its key.
    binaryArray(keyTypeOf(table), changes, ({ key }) =>
      table.keyColumn === undefined ? book.bookId : key,
    ),
    version && binaryArray("bigint", changes, ({ before }) => version.of(before)),
    ...columnsOf(columns, changes),
  ]);
}

const columnsOf = (columns: readonly Column<unknown>[], rows: readonly Change[]): unknown[] =>
  columns.map(({ type, of }) => binaryArray(type, rows, ({ after }) => of(after)));

interface TableStatements {
  readonly resident: string;
  readonly insert: string;
  readonly change: string;
  readonly changing: readonly Column<unknown>[];
  readonly move: string;
  readonly moving: readonly Column<unknown>[];
}

const known = new WeakMap<StoredTable, TableStatements>();

function statementsOf(table: StoredTable): TableStatements {
  let made = known.get(table);
  if (made === undefined) known.set(table, (made = makeStatements(table)));
  return made;
}

function makeStatements(table: StoredTable): TableStatements {
  const { name, columns, bookColumn } = table;
  const names = [bookColumn, ...columns.map((c) => c.name)];
  const unnested = columns.map(({ type }, index) => `unnest($${index + 3}::${type}[])`);
  const changing = columns.filter(({ fixed }) => fixed !== true);
  const moving = columns.filter((column) => table.moving?.columns.includes(column.name) === true);
  return {
    resident: selectRows(table, table.resident?.sql),
    insert: `INSERT INTO ${name} (tenant_id, ${names.join(", ")}) SELECT $1, $2, ${unnested.join(", ")}`,
    change: updateOf(table, changing),
    changing,
    move: updateOf(table, moving),
    moving,
  };
}

const keyTypeOf = ({ columns, keyColumn }: StoredTable): ColumnType =>
  columns.find(({ name }) => name === keyColumn)?.type ?? "uuid";

/** Empty for a table whose rows never change. */
function updateOf(table: StoredTable, columns: readonly Column<unknown>[]): string {
  const { name, bookColumn, keyColumn = bookColumn, version } = table;
  if (columns.length === 0) return "";
  const values = columns.map(
    ({ name: c, type }, index) => `unnest($${index + 6}::${type}[]) AS ${c}`,
  );
  const expected = version === undefined ? "" : ` AND t.${version.column} = u.expected_version`;
  return `
    WITH changed AS (
      UPDATE ${name} t SET ${columns.map(({ name: c }) => `${c} = u.${c}`).join(", ")}
      FROM (
        SELECT unnest($4::${keyTypeOf(table)}[]) AS row_key,
          unnest($5::bigint[]) AS expected_version, ${values.join(", ")}
      ) u
      WHERE t.tenant_id = $1 AND t.${keyColumn} = u.row_key AND t.${bookColumn} = $2${expected}
      RETURNING 1
    ) SELECT require_rows((SELECT count(*) FROM changed), $3, '${name}_is_where_it_was')`;
}

/** Adds the rows that a batch's events bring to a table whose rows never change. */
export async function appendRows(
  statements: Statements,
  { tenantId, bookId }: BookId,
  table: AppendTable,
  events: readonly RecordedEvent[],
): Promise<void> {
  const rows: (readonly ColumnValue[])[] = [];
  for (const recorded of events) {
    const rowsOf = table.rowsOf[recorded.type];
    if (rowsOf === undefined) continue;
    for (const row of rowsOf(recorded.event as never, recorded)) rows.push(row);
  }
  if (rows.length === 0) return;
  const columns = table.columns.map(({ type }, index) =>
    binaryArray(type, rows, (row) => row[index]),
  );
  await statements.query(appendStatement(table), [tenantId, bookId, ...columns]);
}

const appending = new WeakMap<AppendTable, string>();

function appendStatement(table: AppendTable): string {
  let sql = appending.get(table);
  if (sql === undefined) {
    const names = table.columns.map(({ name }) => name).join(", ");
    const values = table.columns.map(({ type }, index) => `unnest($${index + 3}::${type}[])`);
    sql = `INSERT INTO ${table.name} (tenant_id, book_id, ${names})
      SELECT $1, $2, ${values.join(", ")} ${table.onConflict ?? ""}`;
    appending.set(table, sql);
  }
  return sql;
}
