import type { Client } from "pg";
import type { Ends } from "./copy-rows.ts";

const HAS_QUEUE = `SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS found`;

const READ_QUEUED = `
  SELECT t.identifier, j.payload, q.queue_name, j.run_at, j.max_attempts, j.key, j.priority
  FROM graphile_worker._private_jobs j
  JOIN graphile_worker._private_tasks t ON t.id = j.task_id
  LEFT JOIN graphile_worker._private_job_queues q ON q.id = j.job_queue_id
  WHERE j.payload ->> 'tenantId' = $1`;

const ENQUEUE = `
  SELECT graphile_worker.add_job($1, $2::json, queue_name => $3, run_at => $4, max_attempts => $5,
    job_key => $6, priority => $7)`;

const REMOVE = `DELETE FROM graphile_worker._private_jobs WHERE payload ->> 'tenantId' = $1`;

interface QueuedRow {
  readonly identifier: string;
  readonly payload: object;
  readonly queue_name: string | null;
  readonly run_at: Date;
  readonly max_attempts: number;
  readonly key: string | null;
  readonly priority: number;
}

async function hasQueue(client: Client): Promise<boolean> {
  return (await client.query<{ found: boolean }>(HAS_QUEUE)).rows[0]?.found === true;
}

/** Queues in the target what of a tenant is queued in the source; one that ran there begins again. */
export async function moveJobs({ source, target, tenantId }: Ends): Promise<void> {
  if (!(await hasQueue(source))) return;
  const { rows } = await source.query<QueuedRow>(READ_QUEUED, [tenantId]);
  for (const row of rows) {
    await target.query(ENQUEUE, [
      row.identifier,
      JSON.stringify(row.payload),
      row.queue_name,
      row.run_at,
      row.max_attempts,
      row.key,
      row.priority,
    ]);
  }
}

/** Takes a tenant's jobs out of the queue that they were moved from. */
export async function removeQueued(source: Client, tenantId: string): Promise<void> {
  if (await hasQueue(source)) await source.query(REMOVE, [tenantId]);
}
