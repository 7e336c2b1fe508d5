import type { BatchRead } from "../../graph/ledger-context.ts";
import { toAuthor, type LedgerAuthorObject } from "./author-object.ts";

const READ_AUTHORS = `
  SELECT e.book_id, e.position, e.actor, e.origin
  FROM unnest($2::uuid[], $3::bigint[]) AS place (book_id, position)
  JOIN event e ON e.tenant_id = $1 AND e.book_id = place.book_id AND e.position = place.position`;

interface AuthorRow {
  readonly book_id: string;
  readonly position: string;
  readonly actor: string;
  readonly origin: string | null;
}

/** The name under which the author of an event is looked up. */
export const placeName = (bookId: string, position: number): string => `${bookId}/${position}`;

/** Who gave the commands that led to the events at these places, by name. */
export const authorsAt: BatchRead<LedgerAuthorObject> = async ({ request, stores }, names) => {
  const places = names.map((name) => name.split("/"));
  const { rows } = await stores.pool.query<AuthorRow>(READ_AUTHORS, [
    request.tenantId,
    places.map(([bookId]) => bookId),
    places.map(([, position]) => position),
  ]);
  return new Map(
    rows.map(({ book_id: bookId, position, actor, origin }) => [
      placeName(bookId, Number(position)),
      toAuthor(actor, origin),
    ]),
  );
};
