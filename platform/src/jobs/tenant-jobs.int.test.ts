import { once } from "node:events";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { graphql, parse, subscribe, type ExecutionResult, type GraphQLSchema } from "graphql";
import { Field, ObjectType } from "type-graphql";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { RequestContext } from "../context.ts";
import { createPool, type Pool } from "../database/pool.ts";
import { buildSubgraph } from "../graphql/build-subgraph.ts";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { TenantPool } from "../tenancy/tenant-pool.ts";
import { testContext } from "../testing/test-context.ts";
import { createTestDatabase, type TestDatabase } from "../testing/test-database.ts";
import { jobFields, JobObject, WorkProgressObject } from "./job-graphql.ts";
import { defineJobKind, type JobRun } from "./job-kind.ts";
import { jobResolver } from "./job-resolver.ts";
import type { Job } from "./job-table.ts";
import { JobWatch } from "./job-watch.ts";
import { JOB_TEMPLATE } from "./jobs.fixture.ts";
import { Jobs } from "./jobs.ts";
import { TenantJobs } from "./tenant-jobs.ts";

const JobResolver = jobResolver({
  of: "metrics",
  suchAs: "a count",
  mayRead: "metrics:read",
  mayCancel: "metrics:write",
});

const logger = createLogger("test", "silent");
const PATIENTLY = { timeout: 60_000, interval: 25 };
const COUNT = "count";

class CountJobObject extends JobObject {
  answer: string | null = null;
}
// Called as functions: test files stand outside of what is compiled with decorators.
Field(() => String, { nullable: true })(CountJobObject.prototype, "answer");
ObjectType("CountJob", { implements: JobObject })(CountJobObject);

const toCountObject = (job: Job): JobObject =>
  Object.assign(new CountJobObject(), jobFields(job), { answer: job.result });

let database: TestDatabase;
let jobPool: Pool;
let reads: TenantPool;
let jobs: Jobs;
let watch: JobWatch;
let tenantJobs: TenantJobs;
let schema: GraphQLSchema;
let mayEnd: AbortController;

const tenantId = newId();
const [FUND, OTHER_FUND] = [newId(), newId()];

beforeEach(async () => {
  database = await createTestDatabase(JOB_TEMPLATE);
  mayEnd = new AbortController();
  const kind = defineJobKind<object, string>({ name: COUNT, run: countUntilItMayEnd });
  jobPool = createPool({ url: database.url, logger });
  jobs = new Jobs({ pool: jobPool, logger, kinds: [kind], tickMs: 50 });
  reads = new TenantPool(createPool({ url: database.url, logger, max: 2 }));
  watch = new JobWatch({ reads, logger, tickMs: 50 });
  tenantJobs = new TenantJobs({ jobs, reads, watch, kinds: [{ kind, toObject: toCountObject }] });
  schema = buildSubgraph({
    resolvers: [JobResolver],
    orphanedTypes: [CountJobObject, WorkProgressObject],
    referenceResolvers: {},
  });
  jobs.start();
});
afterEach(async () => {
  mayEnd.abort();
  watch.stop();
  await jobs.stop();
  await jobPool.end();
  await reads.end();
  await database.drop();
});

async function countUntilItMayEnd({ report, signal }: JobRun<object, string>): Promise<string> {
  report({ done: 1, total: 2 });
  if (!mayEnd.signal.aborted) {
    await once(AbortSignal.any([mayEnd.signal, signal]), "abort");
  }
  signal.throwIfAborted();
  return "two";
}

const caller = (
  actor: string,
  { funds, scopes = ALL_SCOPES }: { funds?: readonly string[]; scopes?: readonly string[] } = {},
): RequestContext => ({
  ...testContext({ tenantId, actor, scopes }),
  ...(funds === undefined
    ? {}
    : {
        caller: {
          kind: "user",
          tenantId,
          subject: actor,
          clientId: "web",
          roles: [],
          scopes,
          funds,
          acr: undefined,
          amr: [],
          expiresAt: new Date("2999-01-01"),
        },
      }),
});
const ann = caller("ann");

const request = async (by: RequestContext, more: { bookId?: string; key?: string } = {}) =>
  tenantJobs.request(by, { kind: COUNT, bookId: null, payload: {}, ...more });

const JOB =
  "{ __typename id kind state progress { __typename done total } error { code } ... on CountJob { answer } }";

async function ask(by: RequestContext, source: string, variableValues: object = {}) {
  const contextValue = { request: by, jobs: tenantJobs };
  const { data, errors } = await graphql({
    schema,
    source,
    contextValue,
    variableValues: { ...variableValues },
  });
  const [error] = errors ?? [];
  const code = (error?.originalError as { code?: string } | undefined)?.code;
  return { data: data ?? {}, code: code ?? error?.message };
}

const read = async (by: RequestContext, id: string) =>
  (await ask(by, `query ($id: ID!) { metricsJob(id: $id) ${JOB} }`, { id })).data["metricsJob"];
const list = async (by: RequestContext) => {
  const { data } = await ask(by, "{ metricsJobs { nodes { id } } }");
  const { nodes } = data["metricsJobs"] as { nodes: { id: string }[] };
  return nodes.map(({ id }) => id);
};
const cancel = (by: RequestContext, id: string) =>
  ask(by, `mutation ($id: ID!) { cancelMetricsJob(id: $id) { state } }`, { id });
const becomes = (id: string, expected: object) =>
  vi.waitFor(async () => expect(await read(ann, id)).toMatchObject(expected), PATIENTLY);

test("a job is read as its kind, with its progress and its result", async () => {
  const { id } = await request(ann);
  await becomes(id, {
    __typename: "CountJob",
    id,
    kind: "count",
    state: "RUNNING",
    progress: { __typename: "WorkProgress", done: 1, total: 2 },
    answer: null,
  });
  mayEnd.abort();
  await becomes(id, { state: "SUCCEEDED" });
  expect(await read(ann, id)).toMatchObject({ progress: { done: 2, total: 2 }, answer: "two" });
});

test("jobs are listed newest first, page by page, and by kind", async () => {
  const [oldest, middle, newest] = [await request(ann), await request(ann), await request(ann)];
  expect(await list(ann)).toEqual([newest.id, middle.id, oldest.id]);
  const page = "{ nodes { id } pageInfo { hasNextPage endCursor } }";
  const { data } = await ask(ann, `{ metricsJobs(first: 2) ${page} }`);
  const { pageInfo } = data["metricsJobs"] as { pageInfo: { endCursor: string } };
  expect(pageInfo).toMatchObject({ hasNextPage: true });
  const rest = await ask(ann, `query ($after: Cursor) { metricsJobs(after: $after) ${page} }`, {
    after: pageInfo.endCursor,
  });
  expect(rest.data["metricsJobs"]).toMatchObject({ nodes: [{ id: oldest.id }] });
  const other = await ask(ann, '{ metricsJobs(kind: "other") { nodes { id } } }');
  expect(other.data["metricsJobs"]).toEqual({ nodes: [] });
});

test("a repeat with the same key is the same job", async () => {
  const first = await request(ann, { key: "one" });
  expect((await request(ann, { key: "one" })).id).toBe(first.id);
  expect((await request(caller("bob"), { key: "one" })).id).not.toBe(first.id);
});

describe("a job is cancelled", () => {
  test("and stays so", async () => {
    const { id } = await request(ann);
    await becomes(id, { state: "RUNNING" });
    expect((await cancel(caller("bob"), id)).code).toBeUndefined();
    await becomes(id, { state: "CANCELLED" });
    expect((await cancel(ann, id)).data).toEqual({ cancelMetricsJob: { state: "CANCELLED" } });
  });

  test("only with the scope to write", async () => {
    const { id } = await request(ann);
    const reader = caller("ann", { scopes: ["metrics:read"] });
    expect((await cancel(reader, id)).code).toBe("FORBIDDEN");
  });

  test("only when there is one", async () => {
    expect((await cancel(ann, newId())).code).toBe("NOT_FOUND");
    expect((await cancel(ann, "x".repeat(5_000))).code).toBe("NOT_FOUND");
  });
});

describe("who sees some funds only", () => {
  const bob = caller("bob", { funds: [FUND] });

  test("sees their jobs, and those of no fund that they requested", async () => {
    const granted = await request(ann, { bookId: FUND });
    const hidden = await request(ann, { bookId: OTHER_FUND });
    const ofAll = await request(ann);
    const own = await request(bob);
    const found = await Promise.all(
      [granted, hidden, ofAll, own].map(async ({ id }) => (await read(bob, id)) !== null),
    );
    expect(found).toEqual([true, false, false, true]);
    expect(await list(bob)).toEqual([granted.id]);
    expect((await cancel(bob, hidden.id)).code).toBe("NOT_FOUND");
  });
});

test("another tenant sees nothing", async () => {
  const { id } = await request(ann);
  const other = testContext({ tenantId: newId() });
  expect(await read(other, id)).toBeNull();
  expect(await list(other)).toEqual([]);
});

const follow = async (by: RequestContext, id: string) =>
  (await subscribe({
    schema,
    document: parse(`subscription { metricsJobUpdated(id: "${id}") { state progress { done } } }`),
    contextValue: { request: by, jobs: tenantJobs },
  })) as AsyncGenerator<ExecutionResult<{ metricsJobUpdated: object }>> & ExecutionResult;

describe("a subscription", () => {
  test("shows each change, and ends with the job", async () => {
    const { id } = await request(ann);
    await becomes(id, { state: "RUNNING", progress: { done: 1 } });
    const seen: unknown[] = [];
    for await (const { data } of await follow(ann, id)) {
      seen.push(data?.metricsJobUpdated);
      mayEnd.abort();
    }
    expect(seen).toEqual([
      { state: "RUNNING", progress: { done: 1 } },
      { state: "SUCCEEDED", progress: { done: 2 } },
    ]);
  });

  test("of a job that has finished shows it once", async () => {
    mayEnd.abort();
    const { id } = await request(ann);
    await becomes(id, { state: "SUCCEEDED" });
    const seen: unknown[] = [];
    for await (const { data } of await follow(ann, id)) seen.push(data?.metricsJobUpdated);
    expect(seen).toEqual([{ state: "SUCCEEDED", progress: { done: 2 } }]);
  });

  test("ends at once when its client leaves between two changes", async () => {
    const { id } = await request(ann);
    await becomes(id, { state: "RUNNING", progress: { done: 1 } });
    const updates = await follow(ann, id);
    await updates.next();
    const next = updates.next();
    await updates.return(undefined);
    expect(await next).toEqual({ done: true, value: undefined });
  });

  test("of a job that there is not is refused", async () => {
    const { errors } = await follow(ann, newId());
    expect(errors?.[0]?.originalError).toMatchObject({ code: "NOT_FOUND" });
  });
});
