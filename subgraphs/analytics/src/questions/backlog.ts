import { Migration, withTransaction } from "@allfunds/platform/database";
import type {
  DatabaseClient,
  NamedMigration,
  Pool,
  SqlStatement,
} from "@allfunds/platform/database";
import { requestJobOnce, type JobKind } from "@allfunds/platform/jobs";
import { enforceTenancy, type TenantReads } from "@allfunds/platform/tenancy";
import { HAS_CONSENTED } from "../consent/consent-store.ts";
import { movementText } from "../movements/movement.ts";
import type { CategorisedMovement } from "../movements/movement.ts";
import type { CategoryAnswer, CategoryQuestion } from "./prompt.ts";

/** Waiting questions are asked anew, from their movements, once their tenant has consented. */
class KeepBacklog extends Migration {
  override up(): void {
    this.addSql("DELETE FROM category_question WHERE state = 'WAITING'");
    this.addSql("ALTER TABLE category_question DROP CONSTRAINT category_question_state_check");
    this.addSql("UPDATE category_question SET state = 'SET_ASIDE'");
    this.addSql("DROP INDEX category_question_ready");
    this.addSql(`ALTER TABLE category_question DROP COLUMN question, DROP COLUMN ready_at,
      ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
      ADD CHECK (state IN ('WAITING', 'SET_ASIDE'))`);
    this.addSql(
      "CREATE INDEX category_question_state ON category_question (tenant_id, state, attempts, transaction_id)",
    );
    this.addSql(...enforceTenancy("category_question", "kept_answer"));
  }
}

/** The backlog of questions to the language model, under row-level security. */
export const backlogMigration: NamedMigration = {
  name: "analytics-0011-question-backlog",
  class: KeepBacklog,
};

/** The kind of job that works off a tenant's backlog. */
export const CATEGORISATION: Pick<JobKind, "name" | "serial"> = {
  name: "categorisation",
  serial: true,
};

/** Who requests the jobs that the feed brings. */
const SYSTEM = "analytics";
const NO_TRACE = "0".repeat(32);
/** How long questions gather before a job begins. */
const GATHER_MS = 1_000;

const SOME_WAIT =
  "EXISTS (SELECT FROM category_question WHERE tenant_id = $1 AND state = 'WAITING')";

const requestJob = (tenantId: string): SqlStatement =>
  requestJobOnce({
    tenantId,
    kind: CATEGORISATION,
    actor: SYSTEM,
    traceId: NO_TRACE,
    when: SOME_WAIT,
    afterMs: GATHER_MS,
  });

const ENQUEUE = `
  INSERT INTO category_question (tenant_id, transaction_id)
  SELECT $1::uuid, "transactionId"
  FROM json_to_recordset($2) AS queued ("transactionId" uuid)
  WHERE ${HAS_CONSENTED}
  ON CONFLICT (tenant_id, transaction_id) DO NOTHING`;

/** Queues the uncertain ones that have no answer yet, in the transaction that stores them; none without consent. */
export function enqueueQuestions(
  tenantId: string,
  moved: readonly CategorisedMovement[],
): SqlStatement[] {
  const questions = moved
    .filter(({ decision }) => decision.needsReview && decision.source !== "GEMINI")
    .map(({ movement: { transactionId } }) => ({ transactionId }));
  if (questions.length === 0) return [];
  return [{ text: ENQUEUE, values: [tenantId, JSON.stringify(questions)] }, requestJob(tenantId)];
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

const ENQUEUE_UNCERTAIN = `
  INSERT INTO category_question (tenant_id, transaction_id)
  SELECT tenant_id, transaction_id FROM movement
  WHERE tenant_id = $1 AND needs_review AND source IN ('RULE', 'MODEL') AND ${HAS_CONSENTED}
  ON CONFLICT (tenant_id, transaction_id) DO NOTHING`;

/** Queues everything uncertain of a tenant: after its consent, and for what was posted without a key. */
export async function enqueueUncertain(client: DatabaseClient, tenantId: string): Promise<void> {
  await client.query(ENQUEUE_UNCERTAIN, [tenantId]);
  await run(client, requestJob(tenantId));
}

const TENANTS = "SELECT DISTINCT tenant_id FROM feed_book_position WHERE follower = $1";

/** The same for every tenant of a follower. */
export async function enqueueAllUncertain(pool: Pool, follower: string): Promise<void> {
  const { rows } = await pool.query<{ tenant_id: string }>(TENANTS, [follower]);
  for (const { tenant_id: tenantId } of rows) {
    await withTransaction(pool, { tenantId }, (client) => enqueueUncertain(client, tenantId));
  }
}

const DROP_WAITING = "DELETE FROM category_question WHERE tenant_id = $1 AND state = 'WAITING'";

/** Takes back everything that waits; what was set aside stays. */
export async function dropWaiting(client: DatabaseClient, tenantId: string): Promise<void> {
  await client.query(DROP_WAITING, [tenantId]);
}

/** A question of the backlog. */
export interface BacklogQuestion extends CategoryQuestion {
  /** Sent without a usable answer so far. */
  readonly attempts: number;
}

const READ_BATCH = `
  SELECT q.transaction_id AS id, q.attempts, m.description, m.reference, m.counterparty, m.direction
  FROM category_question q JOIN movement m USING (tenant_id, transaction_id)
  WHERE q.tenant_id = $1 AND q.state = 'WAITING'
  ORDER BY q.attempts, q.transaction_id LIMIT $2`;

interface BatchRow {
  readonly id: string;
  readonly attempts: number;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  readonly direction: CategoryQuestion["direction"];
}

/** The next questions of a tenant: those that were sent least often first. */
export async function readBatch(
  reads: TenantReads,
  tenantId: string,
  size: number,
): Promise<BacklogQuestion[]> {
  const { rows } = await reads.query<BatchRow>(READ_BATCH, [tenantId, size]);
  return rows.map(toQuestion);
}

const toQuestion = ({ id, attempts, direction, ...row }: BatchRow): BacklogQuestion => ({
  id,
  attempts,
  direction,
  counterparty: row.counterparty,
  text: movementText(row),
});

const READ_ONE = `
  SELECT transaction_id AS id, 0 AS attempts, description, reference, counterparty, direction
  FROM movement WHERE tenant_id = $1 AND transaction_id = $2`;

/** The question that a transaction would be; undefined when it does not exist or the caller may not see it. */
export async function readQuestion(
  reads: TenantReads,
  tenantId: string,
  transactionId: string,
): Promise<CategoryQuestion | undefined> {
  const { rows } = await reads.query<BatchRow>(READ_ONE, [tenantId, transactionId]);
  return rows.map(toQuestion)[0];
}

const COUNT = `
  SELECT count(*) FILTER (WHERE state = 'WAITING')::int AS waiting,
    count(*) FILTER (WHERE state = 'SET_ASIDE')::int AS "setAside"
  FROM category_question WHERE tenant_id = $1`;

export interface BacklogSize {
  readonly waiting: number;
  readonly setAside: number;
}

export async function countQuestions(reads: TenantReads, tenantId: string): Promise<BacklogSize> {
  const { rows } = await reads.query<BacklogSize>(COUNT, [tenantId]);
  return rows[0] ?? { waiting: 0, setAside: 0 };
}

// What a person decided, or what reads otherwise by now, stays.
const ANSWER = `
  WITH answered AS (
    DELETE FROM category_question WHERE tenant_id = $1 AND transaction_id = $2 RETURNING transaction_id)
  UPDATE movement SET category = $3, confidence = $4, source = 'GEMINI', model = $5, evidence = $6::jsonb,
    needs_review = $7, categorised_at = now()
  FROM answered
  WHERE tenant_id = $1 AND movement.transaction_id = answered.transaction_id AND source IN ('RULE', 'MODEL')`;

/** Stores an answer and deletes its question, both or neither; without the question nothing changes. */
export async function settleQuestion(
  pool: Pool,
  tenantId: string,
  answer: CategoryAnswer,
  meta: { readonly model: string; readonly needsReview: boolean },
): Promise<void> {
  await withTransaction(pool, { tenantId }, (client) =>
    client.query(ANSWER, [
      tenantId,
      answer.id,
      answer.category,
      answer.confidence,
      meta.model,
      JSON.stringify(answer.evidence),
      meta.needsReview,
    ]),
  );
}

const RETURN = `
  UPDATE category_question SET attempts = attempts + 1, problem = $3, changed_at = now(),
    state = CASE WHEN $4 OR attempts + 1 >= $5 THEN 'SET_ASIDE' ELSE 'WAITING' END
  WHERE tenant_id = $1 AND transaction_id = ANY ($2::uuid[])
  RETURNING state = 'SET_ASIDE' AS "isSetAside"`;

/** Attempts after which a question without a usable answer is set aside. */
const MOST_ATTEMPTS = 3;

/** Counts an attempt of questions; resolves with how many were set aside, now or after too many attempts. */
export async function returnQuestions(
  pool: Pool,
  tenantId: string,
  ids: readonly string[],
  why: { readonly problem: string; readonly setAside: boolean },
): Promise<number> {
  if (ids.length === 0) return 0;
  const { rows } = await withTransaction(pool, { tenantId }, (client) =>
    client.query<{ isSetAside: boolean }>(RETURN, [
      tenantId,
      ids,
      why.problem,
      why.setAside,
      MOST_ATTEMPTS,
    ]),
  );
  return rows.filter(({ isSetAside }) => isSetAside).length;
}

/** A question that was set aside. */
export interface SetAsideQuestion {
  readonly transactionId: string;
  readonly attempts: number;
  readonly problem: string | null;
  readonly setAsideAt: Date;
}

const READ_SET_ASIDE = `
  SELECT transaction_id AS "transactionId", attempts, problem, changed_at AS "setAsideAt"
  FROM category_question
  WHERE tenant_id = $1 AND state = 'SET_ASIDE' AND ($2::uuid IS NULL OR transaction_id > $2)
  ORDER BY transaction_id LIMIT $3`;

/** Up to `first + 1` questions that were set aside, by transaction. */
export async function readSetAside(
  reads: TenantReads,
  tenantId: string,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<SetAsideQuestion[]> {
  const { rows } = await reads.query<SetAsideQuestion>(READ_SET_ASIDE, [
    tenantId,
    after,
    first + 1,
  ]);
  return rows;
}

const REDRIVE = `
  UPDATE category_question SET state = 'WAITING', attempts = 0, problem = NULL, changed_at = now()
  WHERE tenant_id = $1 AND state = 'SET_ASIDE' AND ($2::uuid[] IS NULL OR transaction_id = ANY ($2))`;

/** Queues questions that were set aside again, all without ids; resolves with their number. */
export async function redriveQuestions(
  pool: Pool,
  tenantId: string,
  ids: readonly string[] | null,
): Promise<number> {
  return withTransaction(pool, { tenantId }, async (client) => {
    const { rowCount } = await client.query(REDRIVE, [tenantId, ids]);
    if (rowCount !== null && rowCount > 0) await run(client, requestJob(tenantId));
    return rowCount ?? 0;
  });
}

const run = (client: DatabaseClient, { text, values }: SqlStatement): Promise<unknown> =>
  client.query(text, [...values]);
