import type { TransactionPosted } from "@allfunds/contract/events";
import type { Projection } from "../../projections/projection.ts";
import { searchTerms } from "./search-terms.ts";

const READ_POSTED = `
  SELECT position, payload FROM event
  WHERE tenant_id = $1 AND book_id = $2 AND position > $3 AND position <= $4
    AND type = 'TransactionPosted'`;

const INSERT_TERMS = `
  INSERT INTO search_term (tenant_id, book_id, generation, kind, term, position)
  SELECT $1, $2, $3, kind, term, position
  FROM unnest($4::text[], $5::text[], $6::bigint[]) AS u (kind, term, position)
  ORDER BY kind, term, position`;

const DROP = `DELETE FROM search_term WHERE tenant_id = $1 AND book_id = $2 AND generation = $3`;

/** What the transactions of a book can be found by. */
export const TRANSACTION_SEARCH: Projection = {
  name: "search",
  step: 1,
  // Terms are made in this process: in steps so short that no other work waits for them.
  most: 250,
  project: async (client, { tenantId, bookId }, generation, from, to) => {
    const { rows } = await client.query<{ position: string; payload: TransactionPosted }>(
      READ_POSTED,
      [tenantId, bookId, from, to],
    );
    const found = rows.flatMap(({ position, payload }) =>
      searchTerms(payload).map((term) => ({ ...term, position })),
    );
    await client.query(INSERT_TERMS, [
      tenantId,
      bookId,
      generation,
      found.map(({ kind }) => kind),
      found.map(({ term }) => term),
      found.map(({ position }) => position),
    ]);
  },
  drop: async (client, { tenantId, bookId }, generation) => {
    await client.query(DROP, [tenantId, bookId, generation]);
  },
};
