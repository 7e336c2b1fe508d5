import { fork } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RequestContext } from "../context.ts";
import { migrate } from "../database/migrate.ts";
import { createPool, withTransaction, type Pool } from "../database/pool.ts";
import { AppError } from "@allfunds/contract/errors";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { testContext } from "../testing/test-context.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import type { JobRun } from "./job-kind.ts";
import { jobMigrations, type Job } from "./job-table.ts";
import { Jobs, type JobsOptions } from "./jobs.ts";
import { readJob, readJobPage, type JobReads } from "./read-jobs.ts";

const logger = createLogger("test", "silent");
const KIND = "count";
const ann = testContext({ actor: "ann", tenantId: newId() });

let database: TestDatabase;
const pools: Pool[] = [];
const instances: Jobs[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations: jobMigrations, logger });
});
afterEach(async () => {
  await Promise.all(instances.splice(0).map((jobs) => jobs.stop()));
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await database.drop();
});

type Work = (run: JobRun) => Promise<unknown>;

interface Instance {
  readonly jobs: Jobs;
  /** By which its connections are known to the server. */
  readonly name: string;
}

/** One instance of a service, which does `work` for each job. */
function instance(work: Work, options: Partial<JobsOptions> = {}): Instance {
  const name = `instance-${instances.length}`;
  const url = new URL(database.url);
  url.searchParams.set("application_name", name);
  const pool = createPool({ url: url.href, logger });
  const kinds = [{ name: KIND, run: work }];
  const jobs = new Jobs({ pool, logger, kinds, tickMs: 100, ...options });
  pools.push(pool);
  instances.push(jobs);
  return { jobs, name };
}

const ask = async (
  { jobs }: Instance,
  { by = ann, ...more }: { by?: RequestContext; key?: string; payload?: object } = {},
): Promise<Job> => (await jobs.request(by, { kind: KIND, fundId: null, payload: {}, ...more })).job;

const reads: JobReads = {
  query: async (sql, parameters) =>
    withTransaction(database.pool, { tenantId: parameters[0] }, (client) =>
      client.query(sql, [...parameters]),
    ),
};

async function read(id: string): Promise<Job> {
  const job = await readJob(reads, { tenantId: ann.tenantId, kind: KIND }, id);
  if (job === undefined) throw new Error("there is no such job");
  return job;
}

const until = (id: string, state: Job["state"], timeout = 15_000): Promise<Job> =>
  vi.waitFor(
    async () => {
      const job = await read(id);
      expect(job.state).toBe(state);
      return job;
    },
    { timeout, interval: 25 },
  );

/** Runs until it is aborted. */
const endless: Work = ({ signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });

const cutConnections = ({ name }: Instance): Promise<unknown> =>
  database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
    [name],
  );

describe("a job", () => {
  test("runs once though two instances look for work, and keeps what came of it", async () => {
    let runs = 0;
    const work: Work = ({ payload, report }) => {
      runs += 1;
      report({ done: 1, total: 3 });
      return Promise.resolve({ sum: (payload as { add: number }).add + 1 });
    };
    const [one, two] = [instance(work), instance(work)];
    one.jobs.start();
    two.jobs.start();
    const asked: Job[] = [];
    for (let add = 0; add < 8; add += 1) asked.push(await ask(one, { payload: { add } }));
    for (const [add, { id, state }] of asked.entries()) {
      expect(state).toBe("WAITING");
      const job = await until(id, "SUCCEEDED");
      expect(job).toMatchObject({
        result: { sum: add + 1 },
        progress: { done: 3, total: 3 },
        requestedBy: "ann",
        error: null,
      });
      expect(job.finishedAt?.getTime()).toBeGreaterThanOrEqual(
        job.startedAt?.getTime() ?? Infinity,
      );
    }
    expect(runs).toBe(8);
  });

  test("runs under the trace of who asked, beside at most one other of its instance", async () => {
    const seen: string[] = [];
    let [running, most] = [0, 0];
    const { jobs, ...rest } = instance(async ({ context }) => {
      running += 1;
      most = Math.max(most, running);
      seen.push(`${context.tenantId} ${context.actor} ${context.traceId}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
      running -= 1;
    });
    jobs.start();
    const asked = await Promise.all([1, 2, 3, 4].map(() => ask({ jobs, ...rest })));
    for (const { id } of asked) await until(id, "SUCCEEDED");
    expect(most).toBe(2);
    expect(new Set(seen)).toEqual(new Set([`${ann.tenantId} ann ${ann.traceId}`]));
  });

  test("shows how far it is, and what it has found, while it runs", async () => {
    const one = instance(async (run) => {
      run.report({ done: 2, total: 5, result: { found: 1 } });
      run.report({ done: 3, total: 5 });
      return endless(run);
    });
    one.jobs.start();
    const { id } = await ask(one);
    await vi.waitFor(
      async () => {
        expect(await read(id)).toMatchObject({
          state: "RUNNING",
          progress: { done: 3, total: 5 },
          result: { found: 1 },
        });
      },
      { timeout: 10_000 },
    );
  });

  test("fails with its refusal, or with a sentence that gives nothing away", async () => {
    const one = instance(({ payload }) =>
      Promise.reject(
        "refuse" in (payload as object)
          ? new AppError("FUND_NOT_FOUND", "There is no such fund.")
          : new Error("the secret is out"),
      ),
    );
    one.jobs.start();
    const refused = await ask(one, { payload: { refuse: true } });
    const broken = await ask(one);
    expect((await until(refused.id, "FAILED")).error).toEqual({
      code: "FUND_NOT_FOUND",
      message: "There is no such fund.",
    });
    const { error } = await until(broken.id, "FAILED");
    expect(error?.code).toBe("INTERNAL_ERROR");
    expect(error?.message).not.toContain("secret");
  });
});

test("a job that takes long is begun once, whoever looks for jobs of workers that are gone", async () => {
  let runs = 0;
  const long: Work = async ({ payload }) => {
    runs += 1;
    await new Promise((resolve) => {
      setTimeout(resolve, (payload as { ms: number }).ms);
    });
    return runs;
  };
  const [one, two] = [instance(long), instance(long)];
  one.jobs.start();
  const alone = await ask(one, { payload: { ms: 9_000 } });
  await until(alone.id, "RUNNING");
  two.jobs.start();
  expect((await until(alone.id, "SUCCEEDED")).result).toBe(1);
  const { rows } = await withTransaction(database.pool, ann, (client) =>
    client.query<{ runs: number }>("SELECT runs FROM job"),
  );
  expect(rows).toEqual([{ runs: 1 }]);
});

describe("a job is begun again", () => {
  test("by another instance when its process is killed", async () => {
    const doomed = fork(new URL("job-process.fixture.ts", import.meta.url), [database.url], {
      execArgv: ["--conditions=source", "--no-warnings"],
    });
    const running = once(doomed, "message");
    const other = instance(() => Promise.resolve("done by the other"));
    const { id } = await ask(other);
    await running;
    other.jobs.start();
    // The one that is there does not lose it to one that looks for work.
    await new Promise((resolve) => {
      setTimeout(resolve, 6_000);
    });
    expect((await read(id)).state).toBe("RUNNING");
    doomed.kill("SIGKILL");
    const started = Date.now();
    expect((await until(id, "SUCCEEDED")).result).toBe("done by the other");
    expect(Date.now() - started).toBeLessThan(8_000);
  });

  test("when its instance loses every connection, which ends the first run", async () => {
    const ended: unknown[] = [];
    let runs = 0;
    const one = instance(async (run) => {
      runs += 1;
      if (runs > 1) return "the second run";
      return endless(run).catch((error: unknown) => {
        ended.push(error);
        throw error;
      });
    });
    one.jobs.start();
    const { id } = await ask(one);
    await until(id, "RUNNING");
    await cutConnections(one);
    expect((await until(id, "SUCCEEDED", 20_000)).result).toBe("the second run");
    expect(ended).toEqual([expect.objectContaining({ reason: "LOST" })]);
    expect(runs).toBe(2);
  });

  test("after it failed for want of a connection, and after no other failure", async () => {
    let runs = 0;
    const one = instance(() => {
      runs += 1;
      if (runs === 1) {
        return Promise.reject(Object.assign(new Error("gone"), { code: "ECONNRESET" }));
      }
      return Promise.resolve("at last");
    });
    one.jobs.start();
    const { id } = await ask(one);
    expect((await until(id, "SUCCEEDED")).result).toBe("at last");
    expect(runs).toBe(2);
  });

  test("after its service stopped in the middle", async () => {
    const one = instance(endless);
    one.jobs.start();
    const { id } = await ask(one);
    await until(id, "RUNNING");
    const began = Date.now();
    await one.jobs.stop();
    expect(Date.now() - began).toBeLessThan(2_000);
    expect((await read(id)).state).toBe("WAITING");
    const two = instance(() => Promise.resolve("after the restart"));
    two.jobs.start();
    expect((await until(id, "SUCCEEDED")).result).toBe("after the restart");
  });

  test("ten times at most", async () => {
    const one = instance(() => Promise.resolve("never"));
    const { id } = await ask(one);
    await withTransaction(database.pool, ann, (client) =>
      client.query("UPDATE job SET runs = 10 WHERE id = $1", [id]),
    );
    one.jobs.start();
    expect((await until(id, "FAILED")).error?.code).toBe("INTERNAL_ERROR");
  });
});

describe("cancelling", () => {
  test("ends a job that runs in another instance within two seconds", async () => {
    const [one, two] = [instance(endless, { tickMs: 1_000 }), instance(endless)];
    one.jobs.start();
    const { id } = await ask(one);
    await until(id, "RUNNING");
    const began = Date.now();
    expect((await two.jobs.cancel(ann.tenantId, id)).state).toBe("RUNNING");
    await until(id, "CANCELLED");
    expect(Date.now() - began).toBeLessThan(2_000);
  });

  test("keeps one that waits from being begun, and leaves a finished one as it is", async () => {
    let runs = 0;
    const one = instance(() => Promise.resolve((runs += 1)));
    const waiting = await ask(one);
    const other = await ask(one);
    expect((await one.jobs.cancel(ann.tenantId, waiting.id)).state).toBe("CANCELLED");
    one.jobs.start();
    const done = await until(other.id, "SUCCEEDED");
    expect(await one.jobs.cancel(ann.tenantId, other.id)).toEqual(done);
    expect((await read(waiting.id)).state).toBe("CANCELLED");
    expect(runs).toBe(1);
  });

  test("finds no job of another tenant, nor one under a text that is no id", async () => {
    const one = instance(endless);
    const { id } = await ask(one);
    const absent = { code: "NOT_FOUND" };
    await expect(one.jobs.cancel(newId(), id)).rejects.toMatchObject(absent);
    await expect(one.jobs.cancel(ann.tenantId, "x'; --")).rejects.toMatchObject(absent);
    expect((await read(id)).state).toBe("WAITING");
  });
});

describe("asking for a job", () => {
  test("twice under one key is asking for one job, also at the same time", async () => {
    const [one, two] = [instance(endless), instance(endless)];
    const jobs = await Promise.all(
      [one, two, one, two].map((each) => ask(each, { key: "k", payload: { a: 1, b: 2 } })),
    );
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    // The order of members does not matter, other content is another request, and keys are each person's own.
    expect((await ask(one, { key: "k", payload: { b: 2, a: 1 } })).id).toBe(jobs[0]?.id);
    await expect(ask(one, { key: "k", payload: { a: 2 } })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
    const bob = await ask(one, { key: "k", by: { ...ann, actor: "bob" }, payload: { a: 2 } });
    expect(bob.id).not.toBe(jobs[0]?.id);
  });

  test("is refused while the tenant has too many, and only that tenant", async () => {
    const one = instance(endless, { maxUnfinished: 2 });
    const first = await ask(one);
    await ask(one);
    await expect(ask(one)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await ask(one, { by: { ...ann, tenantId: newId() } });
    await one.jobs.cancel(ann.tenantId, first.id);
    await ask(one);
  });

  test("at the same time does not get past the limit", async () => {
    const one = instance(endless, { maxUnfinished: 2 });
    const all = await Promise.allSettled([1, 2, 3, 4, 5].map(() => ask(one)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  });
});

test("jobs are listed newest first, in pages", async () => {
  const one = instance(endless);
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) ids.unshift((await ask(one)).id);
  const of = { tenantId: ann.tenantId, kind: KIND };
  const page = await readJobPage(reads, of, { first: 2 });
  expect(page.map(({ id }) => id)).toEqual(ids);
  const other = { ...of, tenantId: newId() };
  expect(await readJobPage(reads, other, { first: 2 })).toEqual([]);
});

describe("a finished job", () => {
  test("is removed when it was kept for 30 days, and not before", async () => {
    const one = instance(() => Promise.resolve("done"));
    one.jobs.start();
    const { id } = await ask(one);
    await until(id, "SUCCEEDED");
    const { rows } = await database.pool.query<{ id: string; days: number }>(
      `SELECT id, extract(epoch FROM run_at - now())::float8 / 86400 AS days FROM graphile_worker.jobs
       WHERE task_identifier = 'remove finished job'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.days).toBeCloseTo(30, 1);
    await database.pool.query("SELECT graphile_worker.reschedule_jobs($1::bigint[], now())", [
      rows.map((row) => row.id),
    ]);
    await vi.waitFor(
      async () => {
        const of = { tenantId: ann.tenantId, kind: KIND };
        expect(await readJob(reads, of, id)).toBeUndefined();
      },
      { timeout: 10_000 },
    );
  });

  test("is all that the service may remove, and what was asked for is never rewritten", async () => {
    const one = instance(endless);
    const { id } = await ask(one);
    const asTenant = (sql: string) =>
      withTransaction(database.pool, ann, (client) => client.query(sql, [id]));
    expect((await asTenant("DELETE FROM job WHERE id = $1")).rowCount).toBe(0);
    for (const column of ["requested_by", "payload", "requested_at", "fund_id"]) {
      await expect(
        asTenant(`UPDATE job SET ${column} = ${column} WHERE id = $1`),
      ).rejects.toMatchObject({ code: "42501" });
    }
    const { rows } = await database.pool.query("SELECT FROM job");
    expect(rows).toHaveLength(0);
  });
});
