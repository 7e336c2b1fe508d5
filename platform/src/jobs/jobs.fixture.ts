import { afterEach, beforeEach, expect, vi } from "vitest";
import type { RequestContext } from "../context.ts";
import { migrate } from "../database/migrate.ts";
import { createPool, withTransaction, type Pool } from "../database/pool.ts";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { testContext } from "../testing/test-context.ts";
import {
  createTestDatabase,
  type DatabaseTemplate,
  type TestDatabase,
} from "../testing/test-database.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";
import type { JobRun } from "./job-kind.ts";
import { jobMigrations, type Job } from "./job-table.ts";
import { Jobs, type JobsOptions } from "./jobs.ts";
import { readJob } from "./read-jobs.ts";

const logger = createLogger("test", "silent");
export const KIND = "count";
export const ann = testContext({ actor: "ann", tenantId: newId() });

/** Time limits for states that a busy machine reaches late. */
export const PATIENCE = { timeout: 60_000, interval: 25 };
export const TEST_LIMIT = { timeout: 120_000 };

export type Work = (run: JobRun) => Promise<unknown>;

export interface Instance {
  readonly jobs: Jobs;
  /** The application name of its connections. */
  readonly name: string;
}

/** The tables of jobs and the queue's own. */
export const JOB_TEMPLATE: DatabaseTemplate = {
  name: "jobs",
  prepare: async (url) => {
    await migrate({ url, migrations: jobMigrations, logger });
    const pool = createPool({ url, logger });
    await new Jobs({ pool, logger, kinds: [] }).install();
    await pool.end();
  },
};

/** Creates a database per test, and stops the instances of a test at its end. */
export function setUpJobs() {
  let database: TestDatabase;
  const pools: Pool[] = [];
  const instances: Jobs[] = [];

  beforeEach(async () => {
    database = await createTestDatabase(JOB_TEMPLATE);
  });
  afterEach(async () => {
    await Promise.all(instances.splice(0).map((jobs) => jobs.stop()));
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await database.drop();
  });

  /** Creates an instance of a service that does `work` for each job. */
  function instance(work: Work, options: Partial<JobsOptions> = {}): Instance {
    const name = `instance-${instances.length}`;
    const url = new URL(database.url);
    url.searchParams.set("application_name", name);
    const pool = createPool({ url: url.href, logger });
    const kinds = [{ name: KIND, run: work }];
    const jobs = new Jobs({ pool, logger, kinds, tickMs: 100, pollMs: 100, ...options });
    pools.push(pool);
    instances.push(jobs);
    return { jobs, name };
  }

  const reads: TenantReads = {
    query: async (sql, parameters) =>
      withTransaction(database.pool, { tenantId: parameters[0] }, (client) =>
        client.query(sql, [...parameters]),
      ),
  };

  async function read(id: string): Promise<Job> {
    const job = await readJob(reads, { tenantId: ann.tenantId, kind: KIND }, id);
    if (job === undefined) throw new Error(`job ${id} does not exist`);
    return job;
  }

  /** Waits until the job has the state. */
  const until = (id: string, state: Job["state"]): Promise<Job> =>
    vi.waitFor(async () => {
      const job = await read(id);
      expect(job.state).toBe(state);
      return job;
    }, PATIENCE);

  /** Waits until the instance has looked for dead workers after the grace period of the locked jobs. */
  const untilLookedForDeadWorkers = ({ name }: Instance): Promise<void> =>
    vi.waitFor(async () => {
      const { rows } = await database.pool.query<{ looked: boolean | null }>(
        `SELECT max(query_start) > (SELECT max(locked_at) + interval '4 seconds' FROM graphile_worker.jobs)
           AS looked
         FROM pg_stat_activity
         WHERE application_name = $1 AND query LIKE '%force_unlock_workers%' AND state = 'idle'`,
        [name],
      );
      expect(rows).toEqual([{ looked: true }]);
    }, PATIENCE);

  const cutConnections = ({ name }: Instance): Promise<unknown> =>
    database.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
      [name],
    );

  return {
    database: () => database,
    instance,
    reads,
    read,
    until,
    untilLookedForDeadWorkers,
    cutConnections,
  };
}

export const request = async (
  { jobs }: Instance,
  { by = ann, ...more }: { by?: RequestContext; key?: string; payload?: object } = {},
): Promise<Job> => (await jobs.request(by, { kind: KIND, bookId: null, payload: {}, ...more })).job;

/** Runs until it is aborted. */
export const endless: Work = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
