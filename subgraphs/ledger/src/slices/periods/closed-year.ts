import { AppError } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { BookState } from "../../engine/book-state.ts";
import { defineTable, required } from "../../engine/table.ts";

/** A year whose income and expenses were closed to retained earnings, by its closing transaction. */
export interface ClosedYear {
  readonly transactionId: string;
  readonly position: number;
  /** Last day; the closing has this value date. */
  readonly to: string;
  /** Position of the transaction that reopened it; null while it stands. */
  readonly reopenedPosition: number | null;
}

export const CLOSED_YEAR = defineTable<ClosedYear>({
  name: "closed_year",
  bookColumn: "book_id",
  keyColumn: "transaction_id",
  columns: [
    { name: "transaction_id", type: "uuid", of: (row) => row.transactionId, fixed: true },
    { name: "position", type: "bigint", of: ({ position }) => position, fixed: true },
    { name: "to_date", type: "date", of: ({ to }) => to, fixed: true },
    { name: "reopened_position", type: "bigint", of: (row) => row.reopenedPosition },
  ],
  read: (texts) => ({
    transactionId: required(texts, "transaction_id"),
    position: Number(required(texts, "position")),
    to: required(texts, "to_date"),
    reopenedPosition:
      texts["reopened_position"] == null ? null : Number(texts["reopened_position"]),
  }),
  resident: {
    sql: "reopened_position IS NULL",
    of: ({ reopenedPosition }) => reopenedPosition === null,
  },
});

/** The last year that was closed and not reopened. */
export function lastClosedYear(state: BookState): ClosedYear | undefined {
  let last: ClosedYear | undefined;
  for (const year of state.all(CLOSED_YEAR).values()) {
    if (year.reopenedPosition === null && (last === undefined || year.to > last.to)) last = year;
  }
  return last;
}

/** Days of a closed year stay closed: their figures are in retained earnings. */
export function refuseClosedYear(state: BookState, from: string | null): void {
  const year = lastClosedYear(state);
  if (year === undefined || (from !== null && from > year.to)) return;
  throw new AppError(
    "POSTING_PERIOD_CLOSED",
    `The year to ${year.to} is closed to retained earnings; reopen the year first.`,
  );
}

export class CreateClosedYears extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE closed_year (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      transaction_id uuid NOT NULL,
      position bigint NOT NULL,
      to_date date NOT NULL,
      reopened_position bigint,
      CONSTRAINT closed_year_pkey PRIMARY KEY (tenant_id, book_id, transaction_id)
    )`);
    this.addSql(...enforceTenancy("closed_year"));
    this.addSql(`CREATE POLICY granted_funds ON closed_year AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON closed_year FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, UPDATE (reopened_position) ON closed_year TO CURRENT_USER`);
  }
}
