import { uuidOfText } from "../../engine/canonical-json.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { FundFileKind } from "./file-fields.ts";

/** A file whose records have ids of their own. */
interface FileOfRecords {
  readonly kind: "TRADES" | "ORDERS";
  readonly fundId: string;
  /** SHA-256 of its text, hexadecimal. */
  readonly hash: string;
  /** Most records that it has. */
  readonly count: number;
}

/** A trade or order that came with a file. */
interface FileRecord {
  readonly id: string;
  /** Of a trade. */
  readonly isin: string | null;
  readonly isCancelled: boolean;
}

/** The key under which a file is stored; a file that was taken back is stored again under another one. */
export const fileKey = (kind: FundFileKind, hash: string, timesUndone = 0): string =>
  [`file ${kind} ${hash}`, ...(timesUndone === 0 ? [] : [timesUndone])].join(" ");

/** The same file has the same ids, so that what it brought is found again. */
export const recordId = (
  { request }: LedgerContext,
  key: string,
  fundId: string | null,
  index: number,
): string => uuidOfText(`${request.tenantId} ${fundId} ${key} ${index}`);

const READ: Readonly<Record<FileOfRecords["kind"], string>> = {
  TRADES: `
    SELECT f.fact_id AS id, f.isin, EXISTS (
      SELECT FROM portfolio_status s WHERE s.tenant_id = $1 AND s.book_id = $2
        AND s.fact_id = f.fact_id AND s.status = 'CANCELLED') AS "isCancelled"
    FROM portfolio_fact f WHERE f.tenant_id = $1 AND f.book_id = $2 AND f.fact_id = ANY ($3::uuid[])`,
  ORDERS: `
    SELECT id, NULL AS isin, status = 'CANCELLED' AS "isCancelled"
    FROM investor_order WHERE tenant_id = $1 AND book_id = $2 AND id = ANY ($3::uuid[])`,
};

/** What is stored of a file under a key, in the order of its lines. */
async function readRecords(
  context: LedgerContext,
  { kind, fundId, count }: FileOfRecords,
  key: string,
): Promise<FileRecord[]> {
  const { request, stores } = context;
  const ids = Array.from({ length: count }, (_, index) => recordId(context, key, fundId, index));
  const { rows } = await stores.pool.query<FileRecord>(READ[kind], [request.tenantId, fundId, ids]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The first key of a file under which nothing is stored, or something that is not taken back. */
export async function openKey(context: LedgerContext, file: FileOfRecords): Promise<string> {
  for (let timesUndone = 0; ; timesUndone += 1) {
    const key = fileKey(file.kind, file.hash, timesUndone);
    const records = await readRecords(context, file, key);
    if (records.length === 0 || records.some(({ isCancelled }) => !isCancelled)) return key;
  }
}

/** What the newest import of a file stored; none when it was never imported. */
export async function newestRecords(
  context: LedgerContext,
  file: FileOfRecords,
): Promise<FileRecord[]> {
  let newest: FileRecord[] = [];
  for (let timesUndone = 0; ; timesUndone += 1) {
    const key = fileKey(file.kind, file.hash, timesUndone);
    const records = await readRecords(context, file, key);
    if (records.length === 0) return newest;
    newest = records;
  }
}
