import { AppError } from "@allfunds/contract/errors";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import type { Lookup, Want } from "../../engine/slice.ts";

/** What is to be imported, and the fund's newest import when its lines were compared with the book. */
interface Compared {
  readonly fundId: string;
  /** Null when there was none. */
  readonly after?: string | null;
}

/** The newest import of the fund in the log, and one that is not stored yet. */
const NEWEST_IMPORT = defineBatchRows<string>("newest imports");
const IMPORTED_SINCE = defineBatchRows<string>("imports that are not stored yet");

const FIND_NEWEST = `
  SELECT id FROM statement_import WHERE tenant_id = $1 AND book_id = $2 ORDER BY position DESC LIMIT 1`;

const NEWEST_IMPORTS: Lookup<string> = {
  rows: NEWEST_IMPORT,
  find: async ({ statements, book: { tenantId, bookId }, draft }, [fundId = ""]) => {
    const { rows } = await statements.query<{ id: string }>(FIND_NEWEST, [tenantId, bookId]);
    for (const { id } of rows) draft.put(NEWEST_IMPORT, fundId, id);
  },
};

export const wantNewest = ({ fundId }: Compared, want: Want): void => want(NEWEST_IMPORTS, fundId);

export const noteImport = (draft: BookState, fundId: string, importId: string): void =>
  draft.put(IMPORTED_SINCE, fundId, importId);

/** What another statement brought since the lines were compared may be the same lines in another form. */
export function refuseOutdated({ fundId, after }: Compared, state: BookState): void {
  if (after === undefined) return;
  const newest = state.get(IMPORTED_SINCE, fundId) ?? state.get(NEWEST_IMPORT, fundId) ?? null;
  if (newest === after) return;
  throw new AppError(
    "VERSION_CONFLICT",
    "Another statement was imported while this one was compared with the books. Import it again.",
  );
}
