import { withTransaction } from "@allfunds/platform/database";
import type { Pool, SqlStatement } from "@allfunds/platform/database";
import { movementText } from "../movements/movement.ts";
import type { CategorisedMovement } from "../movements/movement.ts";
import type { CategoryAnswer, CategoryQuestion } from "./prompt.ts";

/** A question taken from the queue, and the transaction it is about. */
export interface TakenQuestion extends CategoryQuestion {
  readonly tenantId: string;
  readonly transactionId: string;
}

/** Attempts after which the built-in decision stands. */
const MOST_ATTEMPTS = 5;
/** A question that is not settled in this time (its worker died) can be leased again. */
const LEASE_SECONDS = 120;

const ENQUEUE = `
  INSERT INTO category_question (tenant_id, transaction_id, question)
  SELECT $1::uuid, "transactionId", question
  FROM json_to_recordset($2) AS queued ("transactionId" uuid, question jsonb)
  ON CONFLICT (tenant_id, transaction_id) DO NOTHING`;

/** Queues the uncertain ones that have no answer yet, in the transaction that stores them. */
export function enqueueQuestions(
  tenantId: string,
  moved: readonly CategorisedMovement[],
): SqlStatement[] {
  const questions = moved
    .filter(({ decision }) => decision.needsReview && decision.source !== "GEMINI")
    .map(({ movement }) => ({
      transactionId: movement.transactionId,
      question: { text: movementText(movement), direction: movement.direction },
    }));
  if (questions.length === 0) return [];
  return [{ text: ENQUEUE, values: [tenantId, JSON.stringify(questions)] }];
}

const DROP = `
  DELETE FROM category_question WHERE tenant_id = $1 AND transaction_id IN
    (SELECT "transactionId" FROM json_to_recordset($2) AS dropped ("transactionId" uuid))`;

/** Takes back questions about movements that read otherwise now. */
export function dropQuestions(
  tenantId: string,
  moved: readonly Pick<CategorisedMovement, "movement">[],
): SqlStatement[] {
  if (moved.length === 0) return [];
  const dropped = moved.map(({ movement: { transactionId } }) => ({ transactionId }));
  return [{ text: DROP, values: [tenantId, JSON.stringify(dropped)] }];
}

const TAKE = `
  UPDATE category_question SET attempts = attempts + 1, ready_at = now() + make_interval(secs => ${LEASE_SECONDS})
  WHERE (tenant_id, transaction_id) IN (
    SELECT tenant_id, transaction_id FROM category_question
    WHERE state = 'WAITING' AND ready_at <= now()
    ORDER BY ready_at, transaction_id LIMIT $1
    FOR UPDATE SKIP LOCKED)
  RETURNING tenant_id AS "tenantId", transaction_id AS "transactionId", question`;

/** Leases up to `limit` questions; several workers never get the same one. */
export async function takeQuestions(pool: Pool, limit: number): Promise<TakenQuestion[]> {
  const { rows } = await pool.query<{
    tenantId: string;
    transactionId: string;
    question: Pick<CategoryQuestion, "text" | "direction">;
  }>(TAKE, [limit]);
  return rows.map(({ tenantId, transactionId, question }) => ({
    ...question,
    tenantId,
    transactionId,
    id: `${tenantId}/${transactionId}`,
  }));
}

const UPDATE_CATEGORY = `
  UPDATE movement SET category = $3, confidence = $4, source = 'GEMINI', model = $5, evidence = $6::jsonb,
    needs_review = $7, categorised_at = now()
  WHERE tenant_id = $1 AND transaction_id = $2 AND source IN ('RULE', 'MODEL', 'GEMINI')`;
const DELETE = "DELETE FROM category_question WHERE tenant_id = $1 AND transaction_id = $2";

/** Stores an answer and deletes its question, both or neither. */
export async function settleQuestion(
  pool: Pool,
  { tenantId, transactionId }: TakenQuestion,
  answer: CategoryAnswer,
  meta: { readonly model: string; readonly needsReview: boolean },
): Promise<void> {
  await withTransaction(pool, { tenantId }, async (client) => {
    await client.query(UPDATE_CATEGORY, [
      tenantId,
      transactionId,
      answer.category,
      answer.confidence,
      meta.model,
      JSON.stringify([answer.reason]),
      meta.needsReview,
    ]);
    await client.query(DELETE, [tenantId, transactionId]);
  });
}

const RETURN_TO_QUEUE = `
  UPDATE category_question SET
    attempts = attempts - CASE WHEN $3 THEN 0 ELSE 1 END,
    state = CASE WHEN $3 AND attempts >= ${MOST_ATTEMPTS} THEN 'GIVEN_UP' ELSE 'WAITING' END,
    ready_at = now() + make_interval(secs => $4),
    problem = $5
  WHERE (tenant_id, transaction_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`;

/**
 * Puts unanswered questions back. Only a call that reached the model counts as an attempt; after
 * the last one a question is given up for good and the built-in decision stays.
 */
export async function returnQuestions(
  pool: Pool,
  questions: readonly TakenQuestion[],
  why: { readonly counts: boolean; readonly waitMs: number; readonly problem: string },
): Promise<void> {
  if (questions.length === 0) return;
  await pool.query(RETURN_TO_QUEUE, [
    questions.map(({ tenantId }) => tenantId),
    questions.map(({ transactionId }) => transactionId),
    why.counts,
    why.waitMs / 1_000,
    why.problem.slice(0, 500),
  ]);
}
