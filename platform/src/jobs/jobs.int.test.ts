import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@allfunds/contract/errors";
import { describe, expect, test, vi } from "vitest";
import type { Caller } from "@allfunds/contract/caller";
import { withTransaction } from "../database/pool.ts";
import { newId } from "../ids.ts";
import { Postponed } from "./job-kind.ts";
import { Registry } from "prom-client";
import type { Job } from "./job-table.ts";
import { requestJobOnce } from "./request-job.ts";
import {
  ann,
  endless,
  KIND,
  PATIENCE,
  request,
  setUpJobs,
  TEST_LIMIT,
  type Work,
} from "./jobs.fixture.ts";
import { readJob, readJobPage } from "./read-jobs.ts";

const { database, instance, reads, read, until } = setUpJobs();

describe("a job", TEST_LIMIT, () => {
  test("runs once and stores its result when two instances work", async () => {
    let runs = 0;
    const work: Work = ({ payload, report }) => {
      runs += 1;
      report({ done: 1, total: 3 });
      return Promise.resolve({ sum: (payload as { add: number }).add + 1 });
    };
    const [one, two] = [instance(work), instance(work)];
    one.jobs.start();
    two.jobs.start();
    const requested: Job[] = [];
    for (let add = 0; add < 8; add += 1) requested.push(await request(one, { payload: { add } }));
    for (const [add, { id, state }] of requested.entries()) {
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

  test("waits and runs again when its run is postponed, however often", async () => {
    let runs = 0;
    const one = instance(({ report }) => {
      runs += 1;
      report({ done: runs, total: 20, result: "not yet" });
      return runs < 12 ? Promise.reject(new Postponed("later", 1)) : Promise.resolve("done");
    });
    const { id } = await request(one);
    one.jobs.start();
    const job = await until(id, "SUCCEEDED");
    expect(job).toMatchObject({ result: "done", progress: { done: 20, total: 20 } });
    expect(runs).toBe(12);
  });

  test("is cancelled while it is postponed", async () => {
    const one = instance(({ report }) => {
      report({ done: 1, total: 2, result: "not yet" });
      return Promise.reject(new Postponed("later", 3_600_000));
    });
    const { id } = await request(one);
    one.jobs.start();
    await vi.waitFor(async () => {
      expect(await read(id)).toMatchObject({ state: "WAITING", result: "not yet" });
    }, PATIENCE);
    await one.jobs.cancel(ann.tenantId, { id });
    expect((await read(id)).state).toBe("CANCELLED");
  });

  test("is requested once by transactions while it waits, and finds what they stored", async () => {
    const pool = database().pool;
    await pool.query("CREATE TABLE todo (n int)");
    const found: number[] = [];
    const kind = { name: KIND, serial: true as const };
    const one = instance(async () => {
      const { rows } = await pool.query<{ n: number }>("DELETE FROM todo RETURNING n");
      found.push(...rows.map(({ n }) => n));
    });
    await one.jobs.install();
    const { tenantId, traceId } = ann;
    const once = requestJobOnce({ tenantId, kind, actor: "feed", traceId, afterMs: 0 });
    const store = (n: number) =>
      withTransaction(pool, ann, async (client) => {
        await client.query("INSERT INTO todo VALUES ($1)", [n]);
        await client.query(once.text, [once.values[0], KIND, newId(), ...once.values.slice(3)]);
      });
    await store(0);
    await store(1);
    expect((await pool.query("SELECT FROM graphile_worker.jobs")).rowCount).toBe(1);
    one.jobs.start();
    for (let n = 2; n < 30; n += 1) await store(n);
    await vi.waitFor(() => {
      expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    }, PATIENCE);
  });

  test("runs in the context of its request, at most two at a time, when four were requested", async () => {
    const seen: string[] = [];
    let [running, most] = [0, 0];
    const { jobs, ...rest } = instance(async ({ context }) => {
      running += 1;
      most = Math.max(most, running);
      seen.push(`${context.tenantId} ${context.actor} ${context.traceId}`);
      // The first two wait for each other; then a third would have time to begin.
      await vi.waitFor(() => expect(most).toBeGreaterThanOrEqual(2), PATIENCE);
      await sleep(100);
      running -= 1;
    });
    jobs.start();
    const requested = await Promise.all([1, 2, 3, 4].map(() => request({ jobs, ...rest })));
    for (const { id } of requested) await until(id, "SUCCEEDED");
    expect(most).toBe(2);
    expect(new Set(seen)).toEqual(new Set([`${ann.tenantId} ann ${ann.traceId}`]));
  });

  test("shows its progress and interim result when it runs", async () => {
    const one = instance(async (run) => {
      run.report({ done: 2, total: 5, result: { found: 1 } });
      run.report({ done: 3, total: 5 });
      return endless(run);
    });
    one.jobs.start();
    const { id } = await request(one);
    await vi.waitFor(async () => {
      expect(await read(id)).toMatchObject({
        state: "RUNNING",
        progress: { done: 3, total: 5 },
        result: { found: 1 },
      });
    }, PATIENCE);
  });

  test("fails with the AppError's code and message, or with a masked error, when it throws", async () => {
    const one = instance(({ payload }) =>
      Promise.reject(
        "refuse" in (payload as object)
          ? new AppError("FUND_NOT_FOUND", "There is no such fund.")
          : new Error("the secret is out"),
      ),
    );
    one.jobs.start();
    const refused = await request(one, { payload: { refuse: true } });
    const broken = await request(one);
    expect((await until(refused.id, "FAILED")).error).toEqual({
      code: "FUND_NOT_FOUND",
      message: "There is no such fund.",
    });
    const { error } = await until(broken.id, "FAILED");
    expect(error?.code).toBe("INTERNAL_ERROR");
    expect(error?.message).not.toContain("secret");
  });
});

describe("cancel", TEST_LIMIT, () => {
  test("ends a job when it runs in another instance", async () => {
    const [one, two] = [instance(endless), instance(endless)];
    one.jobs.start();
    const { id } = await request(one);
    await until(id, "RUNNING");
    expect((await two.jobs.cancel(ann.tenantId, { id })).state).toBe("RUNNING");
    await until(id, "CANCELLED");
  });

  test("ends a job when it waits, and changes nothing when it has finished", async () => {
    let runs = 0;
    const one = instance(() => Promise.resolve((runs += 1)));
    const waiting = await request(one);
    const other = await request(one);
    expect((await one.jobs.cancel(ann.tenantId, { id: waiting.id })).state).toBe("CANCELLED");
    one.jobs.start();
    const done = await until(other.id, "SUCCEEDED");
    expect(await one.jobs.cancel(ann.tenantId, { id: other.id })).toEqual(done);
    expect((await read(waiting.id)).state).toBe("CANCELLED");
    expect(runs).toBe(1);
  });

  test("of one that must not have been cancelled or finished lets one of two take effect", async () => {
    const one = instance(endless);
    const { id } = await request(one);
    const cancel = () => one.jobs.cancel(ann.tenantId, { id, once: true });
    const outcomes = await Promise.allSettled([cancel(), cancel()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(cancel()).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
  });

  test("throws NOT_FOUND when the job is of another tenant or the id is malformed", async () => {
    const one = instance(endless);
    const { id } = await request(one);
    const absent = { code: "NOT_FOUND" };
    await expect(one.jobs.cancel(newId(), { id })).rejects.toMatchObject(absent);
    await expect(one.jobs.cancel(ann.tenantId, { id: "x'; --" })).rejects.toMatchObject(absent);
    expect((await read(id)).state).toBe("WAITING");
  });
});

describe("request", TEST_LIMIT, () => {
  test("returns the same job when the key repeats, also concurrently", async () => {
    const [one, two] = [instance(endless), instance(endless)];
    const jobs = await Promise.all(
      [one, two, one, two].map((each) => request(each, { key: "k", payload: { a: 1, b: 2 } })),
    );
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    // Member order is ignored, other content conflicts, and each actor has its own keys.
    expect((await request(one, { key: "k", payload: { b: 2, a: 1 } })).id).toBe(jobs[0]?.id);
    await expect(request(one, { key: "k", payload: { a: 2 } })).rejects.toMatchObject({
      code: "IDEMPOTENCY_CONFLICT",
    });
    const bob = await request(one, { key: "k", by: { ...ann, actor: "bob" }, payload: { a: 2 } });
    expect(bob.id).not.toBe(jobs[0]?.id);
  });

  test("throws RATE_LIMITED when that tenant has too many unfinished jobs", async () => {
    const one = instance(endless, { maxUnfinished: 2 });
    const first = await request(one);
    await request(one);
    await expect(request(one)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await request(one, { by: { ...ann, tenantId: newId() } });
    await one.jobs.cancel(ann.tenantId, { id: first.id });
    await request(one);
  });

  test("keeps the limit when requests are concurrent", async () => {
    const one = instance(endless, { maxUnfinished: 2 });
    const outcomes = [1, 2, 3, 4, 5].map(() =>
      request(one).then(
        () => "stored",
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      ),
    );
    const limited = ["RATE_LIMITED", "RATE_LIMITED", "RATE_LIMITED"];
    expect((await Promise.all(outcomes)).sort()).toEqual([...limited, "stored", "stored"]);
  });
});

test("lists jobs newest first when they are read in pages", async () => {
  const one = instance(endless);
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) ids.unshift((await request(one)).id);
  const of = { tenantId: ann.tenantId, kind: KIND };
  const page = await readJobPage(reads, of, { first: 2 });
  expect(page.map(({ id }) => id)).toEqual(ids);
  const other = { ...of, tenantId: newId() };
  expect(await readJobPage(reads, other, { first: 2 })).toEqual([]);
});

describe("a finished job", TEST_LIMIT, () => {
  test("is removed when 30 days have passed", async () => {
    const one = instance(() => Promise.resolve("done"));
    one.jobs.start();
    const { id } = await request(one);
    await until(id, "SUCCEEDED");
    const { rows } = await database().pool.query<{ id: string; days: number }>(
      `SELECT id, extract(epoch FROM run_at - now())::float8 / 86400 AS days FROM graphile_worker.jobs
       WHERE task_identifier = 'remove finished job'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.days).toBeCloseTo(30, 1);
    await database().pool.query("SELECT graphile_worker.reschedule_jobs($1::bigint[], now())", [
      rows.map((row) => row.id),
    ]);
    await vi.waitFor(async () => {
      const of = { tenantId: ann.tenantId, kind: KIND };
      expect(await readJob(reads, of, id)).toBeUndefined();
    }, PATIENCE);
  });

  test("is the only kind that can be deleted, and no request can change, when the service's role tries", async () => {
    const one = instance(endless);
    const { id } = await request(one);
    const asTenant = (sql: string) =>
      withTransaction(database().pool, ann, (client) => client.query(sql, [id]));
    expect((await asTenant("DELETE FROM job WHERE id = $1")).rowCount).toBe(0);
    for (const column of ["requested_by", "payload", "requested_at", "fund_id"]) {
      await expect(
        asTenant(`UPDATE job SET ${column} = ${column} WHERE id = $1`),
      ).rejects.toMatchObject({ code: "42501" });
    }
    const { rows } = await database().pool.query("SELECT FROM job");
    expect(rows).toHaveLength(0);
  });
});

const breaking: Work = () => Promise.reject(new Error("broken"));

const failingOnce = (registry = new Registry()) => {
  let runs = 0;
  return instance(
    () => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error("broken")) : Promise.resolve("mended");
    },
    { registry },
  );
};

describe("the queues of a service", TEST_LIMIT, () => {
  const bob = { ...ann, tenantId: newId() };
  const caller: Caller = {
    kind: "user",
    tenantId: ann.tenantId,
    subject: "ann",
    clientId: "test",
    roles: [],
    scopes: [],
    funds: [newId()],
    acr: undefined,
    amr: [],
    expiresAt: new Date("2026-12-31T00:00:00Z"),
  };
  const ofOneFund = { ...ann, caller };

  test("count a failed job, list it, and run it again when it is redriven", async () => {
    const registry = new Registry();
    const one = failingOnce(registry);
    const { queues } = one.jobs;
    const { id } = await request(one);
    expect(await queues.read(ann)).toMatchObject([{ kind: KIND, waiting: 1, failed: 0 }]);
    one.jobs.start();
    await until(id, "FAILED");

    expect(await queues.read(ann)).toEqual([
      { kind: KIND, waiting: 0, running: 0, failed: 1, oldestWaitingAt: null },
    ]);
    expect(await queues.readFailed(ann, KIND, { first: 10, after: null })).toMatchObject([
      { id, state: "FAILED", error: { code: "INTERNAL_ERROR" } },
    ]);
    await vi.waitFor(async () => {
      const metric = await registry.getSingleMetricAsString("job_queue_jobs");
      expect(metric).toContain(`job_queue_jobs{kind="${KIND}",state="failed"} 1`);
    }, PATIENCE);

    expect(await queues.redrive(ann, id)).toMatchObject({ id, state: "WAITING", error: null });
    expect(await until(id, "SUCCEEDED")).toMatchObject({ result: "mended" });
    expect(await queues.readFailed(ann, null, { first: 10, after: null })).toEqual([]);
    expect(await queues.redrive(ann, id)).toMatchObject({ state: "SUCCEEDED" });
  });

  test("are hidden from other tenants and from callers who see some funds only", async () => {
    const one = failingOnce();
    const { queues } = one.jobs;
    const { id } = await request(one);
    one.jobs.start();
    await until(id, "FAILED");

    expect(await queues.read(bob)).toMatchObject([{ kind: KIND, failed: 0 }]);
    expect(await queues.readFailed(bob, null, { first: 10, after: null })).toEqual([]);
    await expect(queues.redrive(bob, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(queues.redrive(ann, "no id")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(queues.read(ofOneFund)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(queues.redrive(ofOneFund, id)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("refuse to redrive what acted for its requester", async () => {
    const kinds = [{ name: KIND, run: breaking, actsForRequester: true as const }];
    const one = instance(breaking, { kinds });
    const { id } = await request(one);
    one.jobs.start();
    await until(id, "FAILED");
    await expect(one.jobs.queues.redrive(ann, id)).rejects.toMatchObject({
      code: "DELEGATION_REFUSED",
    });
    expect(await read(id)).toMatchObject({ state: "FAILED" });
  });
});
