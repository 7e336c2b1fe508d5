import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { z } from "zod";
import type { Access } from "../endpoint/access.ts";
import { defineEndpoint, type Execute } from "../endpoint/endpoint.ts";
import { id } from "../endpoint/scalars.ts";
import {
  RestAnalyticsJobDocument,
  RestCancelAnalyticsJobDocument,
  RestCancelMetricsJobDocument,
  RestCancelStatementImportDocument,
  RestCancelStatementUndoDocument,
  RestCancelVerificationDocument,
  RestMetricsJobDocument,
  RestStatementImportJobDocument,
  RestStatementUndoJobDocument,
  RestVerificationDocument,
  type JobFieldsFragment,
  type RestAnalyticsJobQuery,
  type RestMetricsJobQuery,
  type RestVerificationQuery,
} from "../graph/graph-types.generated.ts";
import { toAnalysis } from "../analytics/analysis.ts";
import { toAnswer } from "../analytics/answer.ts";
import { job, toJob } from "./job.ts";

type FoundJob = ReturnType<typeof toJob>;

/** The jobs of one subgraph: an id does not show which one has it. */
interface Source {
  readonly read: Access["scopes"];
  readonly cancel: Access["scopes"];
  readonly find: (execute: Execute, jobId: string) => Promise<FoundJob | null>;
  readonly end: (execute: Execute, jobId: string) => Promise<FoundJob>;
}

const METRICS: Source = {
  read: ["metrics:read"],
  cancel: ["metrics:read", "metrics:write"],
  find: async (execute, jobId) => {
    const { job: found } = await execute(RestMetricsJobDocument, { id: jobId });
    return found === null ? null : toJob(found, simulationResult(found));
  },
  end: async (execute, jobId) => {
    const { job: ended } = await execute(RestCancelMetricsJobDocument, { id: jobId });
    return toJob(ended, null);
  },
};

const ANALYTICS: Source = {
  read: ["analytics:read", "ledger:read"],
  cancel: ["analytics:read", "analytics:run", "ledger:read"],
  find: async (execute, jobId) => {
    const { job: found } = await execute(RestAnalyticsJobDocument, { id: jobId });
    return found === null ? null : toJob(found, analyticsResult(found));
  },
  end: async (execute, jobId) => {
    const { job: ended } = await execute(RestCancelAnalyticsJobDocument, { id: jobId });
    return toJob(ended, null);
  },
};

const VERIFICATIONS: Source = {
  read: ["audit:read"],
  cancel: ["audit:read", "audit:verify"],
  find: async (execute, jobId) => {
    const { job: found } = await execute(RestVerificationDocument, { id: jobId });
    return found === null ? null : toJob(found, verificationResult(found));
  },
  end: async (execute, jobId) => {
    const { job: ended } = await execute(RestCancelVerificationDocument, { id: jobId });
    return toJob(ended, null);
  },
};

const STATEMENTS: Source = {
  read: ["ledger:read"],
  cancel: ["ledger:read", "ledger:write"],
  find: async (execute, jobId) => {
    const { job: found } = await execute(RestStatementImportJobDocument, { id: jobId });
    if (found === null) return null;
    const { statementId, faults } = found;
    return toJob(found, { statementId, faults });
  },
  end: async (execute, jobId) => {
    const { job: ended } = await execute(RestCancelStatementImportDocument, { id: jobId });
    return toJob(ended, null);
  },
};

const STATEMENT_UNDOS: Source = {
  read: ["ledger:read"],
  cancel: ["ledger:read", "ledger:write"],
  find: async (execute, jobId) => {
    const { job: found } = await execute(RestStatementUndoJobDocument, { id: jobId });
    if (found === null) return null;
    const { statementId, reversed, obstacles } = found;
    return toJob(found, { statementId, reversed, obstacles });
  },
  end: async (execute, jobId) => {
    const { job: ended } = await execute(RestCancelStatementUndoDocument, { id: jobId });
    return toJob(ended, null);
  },
};

const SOURCES = [METRICS, ANALYTICS, VERIFICATIONS, STATEMENTS, STATEMENT_UNDOS] as const;

function verificationResult({
  books,
  feedSound,
  feedFault,
}: NonNullable<RestVerificationQuery["job"]> & JobFieldsFragment) {
  return books.length === 0 && feedSound === null ? null : { books, feedSound, feedFault };
}

/** Jobs of another kind have no result of their own. */
const simulationResult = (found: NonNullable<RestMetricsJobQuery["job"]>) =>
  "result" in found ? (found.result ?? null) : null;

function analyticsResult(found: NonNullable<RestAnalyticsJobQuery["job"]>) {
  if ("analysis" in found && found.analysis) return toAnalysis(found.analysis);
  return "answer" in found && found.answer ? toAnswer(found.answer) : null;
}

const mayUse = ({ scopes }: RequestContext, needed: Access["scopes"]): boolean =>
  needed.every((scope) => scopes.includes(scope));

interface Located {
  readonly source: Source;
  readonly found: FoundJob;
}

/** Looks for a job wherever the caller may look. Throws NOT_FOUND when it is nowhere. */
async function locate(
  jobId: string,
  context: RequestContext,
  execute: Execute,
  may: "read" | "cancel",
): Promise<Located> {
  const sources = SOURCES.filter((source) => mayUse(context, source[may]));
  const looked = await Promise.allSettled(
    sources.map(async (source) => ({ source, found: await source.find(execute, jobId) })),
  );
  for (const result of looked) {
    if (result.status === "rejected") continue;
    const { source, found } = result.value;
    if (found !== null) return { source, found };
  }
  // A subgraph that is away may have it: that is no answer that there is none.
  for (const result of looked) if (result.status === "rejected") throw result.reason;
  throw new AppError("NOT_FOUND", `There is no job ${jobId}.`);
}

const params = z.strictObject({ id: id("The job.") });

/** GET /api/v1/jobs/{id}: where a job is, and what came of it. */
export const getJob = defineEndpoint({
  method: "GET",
  path: "/api/v1/jobs/:id",
  operations: [
    RestMetricsJobDocument,
    RestAnalyticsJobDocument,
    RestVerificationDocument,
    RestStatementImportJobDocument,
  ],
  access: { scopes: METRICS.read, or: [ANALYTICS.read, VERIFICATIONS.read, STATEMENTS.read] },
  produces: ["application/json"],
  docs: {
    operationId: "getJob",
    tag: "Jobs",
    summary: "Read a job",
    description:
      "Work that takes longer than a request is answered with 202 and the job's address. Read it again until its state is final. Jobs of metrics need metrics:read, those of analytics analytics:read and ledger:read, verifications of the books audit:read, imports of statements ledger:read.",
    success: { 200: { description: "The job as it is now.", schema: job } },
    refusals: ["NOT_FOUND"],
  },
  params,
  respond: async ({ params: { id: jobId }, context, execute }) => ({
    status: 200,
    body: (await locate(jobId, context, execute, "read")).found,
  }),
});

/** POST /api/v1/jobs/{id}/cancel: ends a job. */
export const postJobCancel = defineEndpoint({
  method: "POST",
  path: "/api/v1/jobs/:id/cancel",
  operations: [
    RestMetricsJobDocument,
    RestCancelMetricsJobDocument,
    RestAnalyticsJobDocument,
    RestCancelAnalyticsJobDocument,
    RestVerificationDocument,
    RestCancelVerificationDocument,
    RestStatementImportJobDocument,
    RestCancelStatementImportDocument,
  ],
  access: {
    scopes: METRICS.cancel,
    or: [ANALYTICS.cancel, VERIFICATIONS.cancel, STATEMENTS.cancel],
  },
  produces: ["application/json"],
  docs: {
    operationId: "cancelJob",
    tag: "Jobs",
    summary: "Cancel a job",
    description:
      "A job that waits is CANCELLED at once; one that runs within two seconds, so read it again. One that has finished stays as it is. A repeat changes nothing.",
    success: { 200: { description: "The job as it is now.", schema: job } },
    refusals: ["NOT_FOUND"],
  },
  params,
  respond: async ({ params: { id: jobId }, context, execute }) => {
    const { source } = await locate(jobId, context, execute, "cancel");
    return { status: 200, body: await source.end(execute, jobId) };
  },
});
