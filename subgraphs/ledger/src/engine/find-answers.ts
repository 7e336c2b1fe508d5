import type { TransactionProposed } from "@allfunds/platform";
import type { EventPayload } from "./event-payload.ts";
import type { BookId, PublishedEvent } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

/** What a command under some key led to. */
export interface Answer {
  readonly requestHash: Buffer;
  readonly events: readonly PublishedEvent[];
}

// OFFSET 0 keeps the planner from joining the whole table: each answer is one index scan.
const FIND_ANSWERS = `
  SELECT first.command_key, first.request_hash, e.type, e.position, e.recorded_at, e.payload
  FROM event first
  CROSS JOIN LATERAL (
    SELECT type, position, recorded_at, payload FROM event
    WHERE tenant_id = $1 AND book_id = $2
      AND position >= first.position AND position < first.position + first.command_events
    ORDER BY position OFFSET 0
  ) e
  WHERE first.tenant_id = $1 AND first.book_id = $2 AND first.command_key = ANY ($3::uuid[])
  ORDER BY e.position`;

interface AnswerRow {
  readonly command_key: string;
  readonly request_hash: Buffer;
  readonly type: string;
  readonly position: string;
  readonly recorded_at: Date;
  readonly payload: EventPayload;
}

// What a proposal became answers the command that made it; the rest of the approval's events does not.
const FIND_DECISIONS = `
  SELECT p.id, e.type, e.position, e.recorded_at, e.payload
  FROM proposal p
  LEFT JOIN transaction t ON t.tenant_id = p.tenant_id AND t.id = p.transaction_id
  JOIN event e ON e.tenant_id = p.tenant_id AND e.book_id = p.book_id
    AND e.position IN (p.decided_position, t.position)
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.id = ANY ($3::uuid[])
  ORDER BY e.position`;

type DecisionRow = Omit<AnswerRow, "command_key" | "request_hash"> & { readonly id: string };

/** The first answers stored under these keys, by key. */
export async function findAnswers(
  statements: Statements,
  book: BookId,
  keys: readonly string[],
): Promise<Map<string, Answer>> {
  const answers = new Map<string, { requestHash: Buffer; events: PublishedEvent[] }>();
  if (keys.length === 0) return answers;
  const { rows } = await statements.query<AnswerRow>(FIND_ANSWERS, [
    book.tenantId,
    book.bookId,
    keys,
  ]);
  for (const row of rows) {
    const answer = answers.get(row.command_key) ?? { requestHash: row.request_hash, events: [] };
    answer.events.push(toPublished(row));
    answers.set(row.command_key, answer);
  }
  await addDecisions(statements, book, [...answers.values()]);
  return answers;
}

/** Adds to the answers that were proposals what was decided on them. */
async function addDecisions(
  statements: Statements,
  { tenantId, bookId }: BookId,
  answers: readonly { readonly events: PublishedEvent[] }[],
): Promise<void> {
  const proposed = new Map<string, PublishedEvent[]>();
  for (const { events } of answers) {
    const proposal = events.find(({ type }) => type === "TransactionProposed");
    if (proposal === undefined) continue;
    proposed.set((proposal.payload as TransactionProposed).proposalId, events);
  }
  if (proposed.size === 0) return;
  const parameters = [tenantId, bookId, [...proposed.keys()]];
  const { rows } = await statements.query<DecisionRow>(FIND_DECISIONS, parameters);
  for (const row of rows) proposed.get(row.id)?.push(toPublished(row));
}

const toPublished = (row: Omit<AnswerRow, "command_key" | "request_hash">): PublishedEvent => ({
  type: row.type,
  position: Number(row.position),
  recordedAt: row.recorded_at,
  payload: row.payload,
});
