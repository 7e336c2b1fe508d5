import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "../context.ts";
import { withTransaction, type DatabaseClient, type Pool } from "../database/pool.ts";
import { decodeCursor } from "../graphql/cursor.ts";
import { ALL_GRANTED, GRANT_NAME, grantsOf } from "@allfunds/contract/caller";
import { isId } from "../ids.ts";
import type { JobKind } from "./job-kind.ts";
import { JOB_COLUMNS, toJob, type Job, type JobRow } from "./job-table.ts";
import { enqueueJob, keepFailed } from "./request-job.ts";

/** The jobs of one kind and tenant that have not succeeded. */
export interface JobQueue {
  readonly kind: string;
  readonly waiting: number;
  readonly running: number;
  /** Of the last 30 days: they run no more unless they are redriven. */
  readonly failed: number;
  /** When the oldest of those that wait was requested. */
  readonly oldestWaitingAt: Date | null;
}

interface QueueRow {
  readonly kind: string;
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  readonly oldest: Date | null;
}

const READ_QUEUES = `
  SELECT kind, count(*) FILTER (WHERE state = 'WAITING')::integer AS waiting,
    count(*) FILTER (WHERE state = 'RUNNING')::integer AS running,
    count(*) FILTER (WHERE state = 'FAILED')::integer AS failed,
    min(requested_at) FILTER (WHERE state = 'WAITING') AS oldest
  FROM job WHERE tenant_id = $1 AND state IN ('WAITING', 'RUNNING', 'FAILED') GROUP BY kind`;

const READ_FAILED = `
  SELECT ${JOB_COLUMNS} FROM job WHERE tenant_id = $1 AND state = 'FAILED'
    AND ($2::text IS NULL OR kind = $2) AND ($3::uuid IS NULL OR id < $3)
  ORDER BY id DESC LIMIT $4`;

// Its runs so far do not count against the limit of runs.
const REDRIVE = `
  UPDATE job SET state = 'WAITING', runs_before = runs, error_code = NULL, error_message = NULL,
    cancel_requested_at = NULL, finished_at = NULL
  WHERE tenant_id = $1 AND id = $2 AND state = 'FAILED' RETURNING kind`;

const READ = `SELECT ${JOB_COLUMNS} FROM job WHERE tenant_id = $1 AND id = $2`;

/** The queues, as requests see and steer them. */
export type QueuePort = Pick<JobQueues, "read" | "readFailed" | "redrive">;

/** The queues of a service, as administrators see and steer them. */
export class JobQueues {
  readonly #pool: Pool;
  readonly #kinds: readonly JobKind[];
  readonly #install: () => Promise<void>;

  constructor(pool: Pool, kinds: readonly JobKind[], install: () => Promise<void>) {
    this.#pool = pool;
    this.#kinds = kinds;
    this.#install = install;
  }

  /** One queue for each kind of the service, by name; FORBIDDEN without a grant for every book. */
  async read(context: RequestContext): Promise<JobQueue[]> {
    const rows = await this.#asTenant(context, async (client) => {
      const found = await client.query<QueueRow>(READ_QUEUES, [context.tenantId]);
      return new Map(found.rows.map((row) => [row.kind, row]));
    });
    const names = new Set([...this.#kinds.map(({ name }) => name), ...rows.keys()]);
    return [...names].sort().map((kind) => {
      const { waiting = 0, running = 0, failed = 0, oldest = null } = rows.get(kind) ?? {};
      return { kind, waiting, running, failed, oldestWaitingAt: oldest };
    });
  }

  /** Up to `first + 1` failed jobs, newest first; FORBIDDEN without a grant for every book. */
  readFailed(
    context: RequestContext,
    kind: string | null,
    { first, after }: { readonly first: number; readonly after: string | null },
  ): Promise<Job[]> {
    const before = after === null ? null : idIn(after);
    return this.#asTenant(context, async (client) => {
      const values = [context.tenantId, kind, before, first + 1];
      const { rows } = await client.query<JobRow>(READ_FAILED, values);
      return rows.map(toJob);
    });
  }

  /**
   * Queues a failed job again, from its start; one that has not failed stays as it is. NOT_FOUND when there is
   * none, FORBIDDEN without a grant for every book, DELEGATION_REFUSED for one that acted for its requester.
   */
  async redrive(context: RequestContext, id: string): Promise<Job> {
    const { tenantId } = context;
    await this.#install();
    return this.#asTenant(context, async (client) => {
      const redriven = isId(id)
        ? await client.query<{ kind: string }>(REDRIVE, [tenantId, id])
        : undefined;
      const name = redriven?.rows[0]?.kind;
      if (name !== undefined) {
        const kind = this.#kinds.find((one) => one.name === name);
        if (kind === undefined)
          throw new AppError("NOT_FOUND", `No job is of kind ${name} any more.`);
        // Without what it was allowed to do for its requester, it would act for the service.
        if (kind.actsForRequester === true) throw requestAnew();
        await keepFailed(client, name, id);
        await enqueueJob(client, kind, { tenantId, jobId: id });
      }
      const found = isId(id) ? await client.query<JobRow>(READ, [tenantId, id]) : undefined;
      const row = found?.rows[0];
      if (row === undefined) throw new AppError("NOT_FOUND", `There is no job ${id.slice(0, 80)}.`);
      return toJob(row);
    });
  }

  async #asTenant<T>(
    context: RequestContext,
    work: (client: DatabaseClient) => Promise<T>,
  ): Promise<T> {
    if (grantsOf(context) !== ALL_GRANTED) {
      throw new AppError(
        "FORBIDDEN",
        `The queues of a tenant need a grant for every ${GRANT_NAME}.`,
      );
    }
    return withTransaction(this.#pool, { tenantId: context.tenantId }, work);
  }
}

const requestAnew = (): AppError =>
  new AppError(
    "DELEGATION_REFUSED",
    "The job acted for its requester, who is no longer acted for once it has failed. Request it anew.",
  );

function idIn(cursor: string): string {
  const [id] = decodeCursor(cursor, 1);
  if (typeof id === "string" && isId(id)) return id;
  throw invalidInput("after", "is not a cursor of this list");
}
