import { isId } from "@allfunds/platform/ids";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import type { Lookup, Want } from "../../engine/slice.ts";

/** A line of an imported statement, by its number. */
export interface LineName {
  readonly importId: string;
  /** Number of the line in its statement, from 1. */
  readonly line: number;
}

/** What a line or a transaction is matched with: a match, or none any more. */
export interface MatchedIn {
  readonly matchId: string | null;
}

/** By import and line; a replay has all of them. */
export const LINE_MATCH = defineBatchRows<MatchedIn>("matched statement lines");

export const lineKey = ({ importId, line }: LineName): string => `${importId} ${line}`;

const FIND = `
  SELECT wanted.import_id AS "importId", wanted.line, last.match_id AS "matchId"
  FROM unnest($2::uuid[], $3::integer[]) AS wanted (import_id, line)
  CROSS JOIN LATERAL (
    SELECT CASE r.type WHEN 'LinesMatched' THEN r.match_id END AS match_id FROM reconciliation_item r
    WHERE r.tenant_id = $1 AND r.import_id = wanted.import_id AND r.line = wanted.line
      AND r.type IN ('LinesMatched', 'LinesUnmatched')
    ORDER BY r.position DESC LIMIT 1) last`;

const LINE_MATCHES: Lookup<MatchedIn> = {
  rows: LINE_MATCH,
  find: async ({ statements, book: { tenantId }, draft }, keys) => {
    const [ids, numbers] = [0, 1].map((part) => keys.map((key) => key.split(" ")[part] ?? ""));
    const { rows } = await statements.query<LineName & MatchedIn>(FIND, [tenantId, ids, numbers]);
    for (const { matchId, ...line } of rows) draft.put(LINE_MATCH, lineKey(line), { matchId });
  },
};

export function wantLineMatch(line: LineName, want: Want): void {
  if (isId(line.importId) && isLineNumber(line.line)) want(LINE_MATCHES, lineKey(line));
}

export const isLineNumber = (line: number): boolean =>
  Number.isInteger(line) && line > 0 && line < 2 ** 31;

/** The match that a line is part of; its row has to be wanted. */
export const matchOfLine = (state: BookState, line: LineName): string | null =>
  state.get(LINE_MATCH, lineKey(line))?.matchId ?? null;
