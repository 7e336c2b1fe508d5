import { invalidInput } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { toDimensionList } from "../dimensions/dimension-object.ts";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { EntryObject, entryId } from "./entry-object.ts";
import type { PageRequest } from "../../graph/page-args.ts";

export interface EntryFilter {
  readonly fundId?: string | null | undefined;
  readonly accountId?: string | null | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  /** Only what was known at this position of the book. */
  readonly asOf?: number | null | undefined;
}

/** An entry as it is read, with the transaction it is part of. */
export interface EntryRow {
  readonly book_id: string;
  readonly position: string;
  readonly leg: number;
  readonly account_id: string;
  readonly currency: string;
  readonly amount: string;
  readonly balance_after: string;
  readonly transaction_id: string;
  readonly dimensions?: EntryDimensions | null;
}

const READ_PAGE = `
  SELECT n.*, t.id AS transaction_id, d.dimensions
  FROM (
    SELECT tenant_id, book_id, position, leg, account_id, effective_date, currency,
           amount::text, balance_after::text
    FROM entry
    WHERE tenant_id = $1 %CONDITIONS%
    ORDER BY %ORDER% LIMIT %LIMIT%
  ) n
  JOIN transaction t ON t.tenant_id = n.tenant_id AND t.book_id = n.book_id
    AND t.effective_date = n.effective_date AND t.position = n.position
  LEFT JOIN entry_dimension d ON d.tenant_id = n.tenant_id AND d.book_id = n.book_id
    AND d.position = n.position AND d.leg = n.leg
  ORDER BY n.book_id, n.position, n.leg`;

/** Entries in the order they were recorded, so that balances run on; one more than `first`. */
export async function readEntryPage(
  pool: TenantReads,
  tenantId: string,
  filter: EntryFilter,
  page: PageRequest,
): Promise<EntryObject[]> {
  const { sql, parameters } = entryPage(tenantId, filter, page);
  const { rows } = await pool.query<EntryRow>(sql, parameters);
  return rows.map(toEntryObject);
}

/** The statement that reads a page: only the conditions in use are written, because the best index depends on them. */
export function entryPage(
  tenantId: string,
  filter: EntryFilter,
  { first, after }: PageRequest,
): { readonly sql: string; readonly parameters: [string, ...unknown[]] } {
  const parameters: [string, ...unknown[]] = [tenantId];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions: string[] = [];
  // An account stands in one book: its own index has its entries in their order.
  const isOfAccount = isGiven(filter.accountId);
  if (isGiven(filter.fundId)) conditions.push(`book_id = ${bind(filter.fundId)}`);
  if (isGiven(filter.accountId)) conditions.push(`account_id = ${bind(filter.accountId)}`);
  if (isGiven(filter.from)) conditions.push(`effective_date >= ${bind(filter.from)}`);
  if (isGiven(filter.to)) conditions.push(`effective_date <= ${bind(filter.to)}`);
  if (isGiven(filter.asOf)) conditions.push(`position <= ${bind(filter.asOf)}`);
  if (isGiven(after)) {
    const [bookId, position, leg] = decodePlace(after);
    conditions.push(
      isOfAccount
        ? `(position, leg) > (${bind(position)}, ${bind(leg)})`
        : `(book_id, position, leg) > (${bind(bookId)}, ${bind(position)}, ${bind(leg)})`,
    );
  }
  const where = conditions.map((condition) => ` AND ${condition}`).join("");
  const sql = READ_PAGE.replace("%CONDITIONS%", where)
    .replace("%ORDER%", isOfAccount ? "position, leg" : "book_id, position, leg")
    .replace("%LIMIT%", bind(first + 1));
  return { sql, parameters };
}

const isGiven = <T>(value: T | null | undefined): value is T =>
  value !== null && value !== undefined;

function decodePlace(cursor: string): [string, number, number] {
  const [bookId, position, leg] = decodeCursor(cursor, 3);
  if (
    typeof bookId !== "string" ||
    !isId(bookId) ||
    !Number.isSafeInteger(position) ||
    !Number.isSafeInteger(leg)
  ) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return [bookId, Number(position), Number(leg)];
}

export function toEntryObject(row: EntryRow): EntryObject {
  const { currency } = row;
  const debitMinor = BigInt(row.amount);
  const amountMinor = debitMinor < 0n ? -debitMinor : debitMinor;
  return Object.assign(new EntryObject(), {
    id: entryId(row.transaction_id, row.leg),
    side: debitMinor > 0n ? "DEBIT" : "CREDIT",
    amount: { amount: formatAmount(amountMinor, currency), currency },
    balanceAfter: { amount: formatAmount(BigInt(row.balance_after), currency), currency },
    dimensions: toDimensionList(row.dimensions ?? undefined),
    accountId: row.account_id,
    transactionId: row.transaction_id,
    place: [row.book_id, Number(row.position), row.leg] as const,
  });
}
