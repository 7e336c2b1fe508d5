import { newTraceId, type RequestContext } from "@allfunds/platform/context";
import { readTenants } from "../../tenancy/rounds.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { RecordImport } from "./statement.ts";
import type { OrderReads } from "../../tenancy/order-pool.ts";

const AT_ONCE = 100;

const READ_EARLIER = `
  SELECT i.id, i.book_id, i.account_id, a.currency, i.format, i.iban, i.imported_at, i.lines, i.posted,
         i.proposed, i.duplicates, i.possible_duplicates, i.skipped, i.opening_balance, i.closing_balance
  FROM statement_import i JOIN account a ON a.tenant_id = i.tenant_id AND a.id = i.account_id
  WHERE i.tenant_id = $1 AND i.position IS NULL ORDER BY i.imported_at, i.id LIMIT ${AT_ONCE}`;

interface EarlierImport {
  readonly id: string;
  readonly book_id: string;
  readonly account_id: string;
  readonly currency: string;
  readonly format: string;
  readonly iban: string | null;
  readonly imported_at: Date;
  readonly lines: number;
  readonly posted: number;
  readonly proposed: number;
  readonly duplicates: number;
  readonly possible_duplicates: number;
  readonly skipped: number;
  readonly opening_balance: string | null;
  readonly closing_balance: string | null;
}

/**
 * Brings into the log what an earlier version kept beside it: the records of imports. Each gets its event once,
 * however often and by however many instances this is begun.
 */
export async function recordEarlierImports(
  books: CommandPort<RecordImport>,
  pool: OrderReads,
): Promise<void> {
  for (const tenantId of await readTenants(pool)) {
    for (;;) {
      const { rows } = await pool.query<EarlierImport>(READ_EARLIER, [tenantId]);
      for (const row of rows) await record(books, tenantId, row);
      if (rows.length < AT_ONCE) break;
    }
  }
}

const minorOrNull = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

async function record(
  books: CommandPort<RecordImport>,
  tenantId: string,
  row: EarlierImport,
): Promise<void> {
  const context: RequestContext = {
    tenantId,
    actor: "ledger",
    scopes: ["ledger:write"],
    traceId: newTraceId(),
    now: new Date(),
    idempotencyKey: undefined,
  };
  await books.execute(context, {
    bookId: row.book_id,
    command: {
      kind: "RecordImport",
      importId: row.id,
      fundId: row.book_id,
      accountId: row.account_id,
      currency: row.currency,
      format: row.format,
      iban: row.iban,
      importedAt: row.imported_at,
      lines: row.lines,
      posted: row.posted,
      proposed: row.proposed,
      duplicates: row.duplicates,
      possibleDuplicates: row.possible_duplicates,
      skipped: row.skipped,
      openingMinor: minorOrNull(row.opening_balance),
      closingMinor: minorOrNull(row.closing_balance),
    },
    key: `import ${row.id}`,
    content: null,
  });
}
