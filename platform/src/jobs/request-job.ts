import { createHash } from "node:crypto";
import type { RequestContext } from "../context.ts";
import type { SqlStatement } from "../database/one-transaction.ts";
import { withTransaction, type DatabaseClient, type Pool } from "../database/pool.ts";
import { AppError } from "@allfunds/contract/errors";
import { isId, newId } from "../ids.ts";
import type { JobKind } from "./job-kind.ts";
import { BOOK_ID, JOB_COLUMNS, toJob, type Job, type JobRow } from "./job-table.ts";

export const taskOf = (kind: string): string => `job ${kind}`;
export const REMOVE_TASK = "remove finished job";

/** The queue's entry for a job. */
export interface QueuedJob {
  readonly tenantId: string;
  readonly jobId: string;
}

/** What of a kind decides how its jobs are queued. */
type Queueing = Pick<JobKind, "name" | "serial">;

/** The queue of jobs that run one after the other; null for jobs that do not. */
const queueOf = ({ name, serial }: Queueing, tenantId: string): string | null =>
  serial === true ? `${name} ${tenantId}` : null;

/** The job to create. */
export interface JobRequest {
  readonly kind: string;
  /** The book it concerns; null when it concerns the whole tenant. */
  readonly bookId: string | null;
  readonly payload: object;
  /** The idempotency key: a repeat by the same actor with the same key returns the same job. */
  readonly key?: string | undefined;
  /** What lets the job act for its caller. It differs with each request and is no part of what a repeat is compared by. */
  readonly delegation?: string | undefined;
  /** Refuses it with VERSION_CONFLICT, unless it is a repeat. */
  readonly unless?: Conflict | undefined;
}

/** What a job must not be requested beside. */
interface Conflict {
  /** A part of the payload of an unfinished job of the kind. */
  readonly unfinished: object;
  /** True when what it would change has changed already. */
  readonly changed: boolean;
}

export interface RequestedJob {
  readonly job: Job;
  /** True when an earlier request with the same key created it. */
  readonly replayed: boolean;
}

const LIMIT_CLASS = 20_313;
const LOCK_TENANT = `SELECT pg_advisory_xact_lock(${LIMIT_CLASS}, hashtext($1::text))`;

const FIND_BY_KEY = `
  SELECT ${JOB_COLUMNS}, payload = $5::jsonb AND ${BOOK_ID} IS NOT DISTINCT FROM $6::uuid AS same FROM job
  WHERE tenant_id = $1 AND requested_by = $2 AND kind = $3 AND idempotency_key = $4`;

const COUNT_UNFINISHED = `
  SELECT count(*)::integer AS n FROM job WHERE tenant_id = $1 AND finished_at IS NULL`;

const FIND_UNFINISHED = `
  SELECT FROM job
  WHERE tenant_id = $1 AND kind = $2 AND finished_at IS NULL AND payload @> $3::jsonb LIMIT 1`;

const INSERT = `
  INSERT INTO job (tenant_id, requested_by, kind, idempotency_key, payload, ${BOOK_ID}, id, requested_at, trace_id,
    delegation)
  VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, $9) RETURNING ${JOB_COLUMNS}`;

const ENQUEUE = `
  SELECT graphile_worker.add_job($1, json_build_object('tenantId', $2::text, 'jobId', $3::text),
    queue_name => $4, run_at => now() + make_interval(secs => $5))`;

/** Adds a stored job to the queue. */
export async function enqueueJob(
  client: DatabaseClient,
  kind: Queueing,
  { tenantId, jobId }: QueuedJob,
  afterMs = 0,
): Promise<void> {
  const values = [taskOf(kind.name), tenantId, jobId, queueOf(kind, tenantId), afterMs / 1_000];
  await client.query(ENQUEUE, values);
}

// Locking a waiting job keeps it from beginning before this transaction's data can be seen.
const requestOnceWhen = (condition: string): string => `
  WITH waiting AS MATERIALIZED (
    SELECT id FROM job WHERE tenant_id = $1 AND kind = $2 AND state = 'WAITING' FOR SHARE),
  requested AS (
    INSERT INTO job (tenant_id, kind, id, requested_by, trace_id, payload, requested_at)
    SELECT $1::uuid, $2, $3::uuid, $4, $5, '{}'::jsonb, now() WHERE NOT EXISTS (SELECT FROM waiting) AND ${condition}
    RETURNING id)
  SELECT graphile_worker.add_job($6, json_build_object('tenantId', $1::text, 'jobId', id::text),
    queue_name => $7, run_at => now() + make_interval(secs => $8::double precision))
  FROM requested`;

interface OnceRequest {
  readonly tenantId: string;
  readonly kind: Queueing;
  /** Who requests it. */
  readonly actor: string;
  readonly traceId: string;
  /** A constant condition in SQL for there being work, in which `$1` is the tenant. */
  readonly when?: string;
  /** How long it gathers what is to be done, in milliseconds. */
  readonly afterMs: number;
}

/**
 * A statement for another transaction that requests a job unless one of the tenant's waits already: the job
 * finds what that transaction stored. The tenant's limit of jobs does not apply.
 */
export const requestJobOnce = ({
  tenantId,
  kind,
  actor,
  traceId,
  when = "true",
  afterMs,
}: OnceRequest): SqlStatement => ({
  text: requestOnceWhen(when),
  values: [
    tenantId,
    kind.name,
    newId(),
    actor,
    traceId,
    taskOf(kind.name),
    queueOf(kind, tenantId),
    String(afterMs / 1_000),
  ],
});

/** Stores a job and adds it to the queue in one transaction. */
export function requestJob(
  pool: Pool,
  { tenantId, actor, traceId }: RequestContext,
  { bookId, payload, key, delegation, unless }: JobRequest,
  kind: JobKind,
  limit: number,
): Promise<RequestedJob> {
  const keyHash = key === undefined ? null : createHash("sha256").update(key).digest("hex");
  const identity = [tenantId, actor, kind.name, keyHash, JSON.stringify(payload), bookId];
  return withTransaction(pool, { tenantId }, async (client) => {
    // Serializes a tenant's requests, so the limit and the key are checked by one at a time.
    await client.query(LOCK_TENANT, [tenantId]);
    const earlier = keyHash === null ? undefined : await findByKey(client, identity);
    if (earlier !== undefined) return { job: earlier, replayed: true };
    if (unless !== undefined) await refuseBeside(client, tenantId, kind.name, unless);
    const { rows: counts } = await client.query<{ n: number }>(COUNT_UNFINISHED, [tenantId]);
    if ((counts[0]?.n ?? 0) >= limit) {
      throw new AppError(
        "RATE_LIMITED",
        `${limit} jobs are waiting or running already. Wait until one has finished, or cancel one.`,
      );
    }
    const id = newId();
    const { rows } = await client.query<JobRow>(INSERT, [
      ...identity,
      id,
      traceId,
      delegation ?? null,
    ]);
    await enqueueJob(client, kind, { tenantId, jobId: id });
    return { job: requireJob(rows), replayed: false };
  });
}

async function refuseBeside(
  client: DatabaseClient,
  tenantId: string,
  kind: string,
  { unfinished, changed }: Conflict,
): Promise<void> {
  const parameters = [tenantId, kind, JSON.stringify(unfinished)];
  if (changed || (await client.query(FIND_UNFINISHED, parameters)).rowCount !== 0)
    throw changedSince();
}

const changedSince = (): AppError =>
  new AppError("VERSION_CONFLICT", "It has changed since it was read. Read it again.");

async function findByKey(
  client: DatabaseClient,
  identity: readonly unknown[],
): Promise<Job | undefined> {
  const { rows } = await client.query<JobRow & { same: boolean }>(FIND_BY_KEY, [...identity]);
  const [row] = rows;
  if (row === undefined) return undefined;
  if (!row.same) {
    throw new AppError(
      "IDEMPOTENCY_CONFLICT",
      "The idempotency key was used for another request. Choose a new key.",
    );
  }
  return toJob(row);
}

// A waiting job ends at once; the instance that runs a running job ends it.
const CANCEL = `
  UPDATE job SET cancel_requested_at = coalesce(cancel_requested_at, now()),
    state = CASE state WHEN 'WAITING' THEN 'CANCELLED' ELSE state END,
    finished_at = CASE state WHEN 'WAITING' THEN now() END,
    delegation = CASE state WHEN 'WAITING' THEN NULL ELSE delegation END
  WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL AND NOT ($3 AND cancel_requested_at IS NOT NULL)
  RETURNING finished_at`;

const READ = `SELECT ${JOB_COLUMNS} FROM job WHERE tenant_id = $1 AND id = $2`;

/** The job to cancel. */
export interface Cancellation {
  readonly id: string;
  /** Throws VERSION_CONFLICT when it was cancelled before, or has finished. */
  readonly once?: boolean;
}

/** Cancels a job; a finished one stays unchanged. The caller checks before whether the actor may see it. */
export function cancelJob(
  pool: Pool,
  tenantId: string,
  { id, once = false }: Cancellation,
): Promise<Job> {
  if (!isId(id)) throw noSuchJob(id);
  return withTransaction(pool, { tenantId }, async (client) => {
    const { rows: cancelled } = await client.query<{ finished_at: Date | null }>(CANCEL, [
      tenantId,
      id,
      once,
    ]);
    if (once && cancelled.length === 0) throw changedSince();
    if ((cancelled[0]?.finished_at ?? null) !== null) await removeLater(client, tenantId, id);
    const { rows } = await client.query<JobRow>(READ, [tenantId, id]);
    if (rows[0] === undefined) throw noSuchJob(id);
    return toJob(rows[0]);
  });
}

const KEPT_DAYS = 30;

const ENQUEUE_REMOVAL = `
  SELECT graphile_worker.add_job($1, json_build_object('tenantId', $2::text, 'jobId', $3::text),
    run_at => now() + make_interval(days => ${KEPT_DAYS}), job_key => $4)`;

/** What every key of a failed job's removal begins with; the kind follows, so that failed jobs can be counted by it. */
export const FAILED_KEY = "failed/";
const failedKey = (kind: string, id: string): string => `${FAILED_KEY}${kind}/${id}`;

/** Schedules the removal of a finished job; `failedKind` is the kind of one that failed. */
export async function removeLater(
  client: DatabaseClient,
  tenantId: string,
  id: string,
  failedKind?: string,
): Promise<void> {
  const key = failedKind === undefined ? null : failedKey(failedKind, id);
  await client.query(ENQUEUE_REMOVAL, [REMOVE_TASK, tenantId, id, key]);
}

/** Takes back the removal of a failed job, which is to run again. */
export async function keepFailed(client: DatabaseClient, kind: string, id: string): Promise<void> {
  await client.query("SELECT graphile_worker.remove_job($1)", [failedKey(kind, id)]);
}

const REMOVE = `DELETE FROM job WHERE tenant_id = $1 AND id = $2 AND finished_at IS NOT NULL`;

export async function removeJob(pool: Pool, { tenantId, jobId }: QueuedJob): Promise<void> {
  await withTransaction(pool, { tenantId }, (client) => client.query(REMOVE, [tenantId, jobId]));
}

const noSuchJob = (id: string): AppError =>
  new AppError("NOT_FOUND", `There is no job ${id.slice(0, 80)}.`);

function requireJob([row]: readonly JobRow[]): Job {
  if (row === undefined) throw new Error("the job was not stored");
  return toJob(row);
}
