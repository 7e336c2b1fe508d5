import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { JobObject } from "@allfunds/platform/jobs/graphql";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Info, Mutation, Resolver } from "type-graphql";
import { AnalysisJobObject } from "./analysis-job-object.ts";
import { ANALYSIS, type AnalysisPayload } from "./analysis-job.ts";
import { AnalysisObject, AnalyzeInput, checkAnalyzeInput } from "./analysis-types.ts";
import { analyze } from "./analyze.ts";
import type { AnalysisContext, AnalyzeParts } from "./analyze.ts";

/** Most subjects of a job. */
const MOST_OF_JOB = 10_000;

@Resolver()
export class AnalysisResolver {
  readonly #parts: AnalyzeParts;

  constructor(parts: AnalyzeParts) {
    this.#parts = parts;
  }

  @RequiresScopes("analytics:run")
  @Mutation(() => AnalysisObject, {
    description: "Categorises, judges or explains up to 100 texts and transactions at once.",
  })
  async analyze(
    @Arg("input", () => AnalyzeInput, { description: "What to analyse." }) input: AnalyzeInput,
    @Ctx() context: AnalysisContext,
  ): Promise<AnalysisObject> {
    const wanted = checkAnalyzeInput(input);
    return { kind: wanted.kind, results: await analyze(this.#parts, context, wanted) };
  }

  @RequiresScopes("analytics:run")
  @Mutation(() => AnalysisJobObject, {
    description: `The same for up to ${MOST_OF_JOB} texts and transactions, as a job: it answers at once; \`analyticsJob\` and \`analyticsJobUpdated\` have the progress and the result, \`cancelAnalyticsJob\` ends it. RATE_LIMITED while too many jobs of the tenant wait or run. A job whose transactions are not there fails with TRANSACTION_NOT_FOUND.`,
  })
  startAnalysis(
    @Arg("input", () => AnalyzeInput, { description: "What to analyse." }) input: AnalyzeInput,
    @Ctx() { request, jobs }: JobContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobObject> {
    const key = idempotencyKey(request, undefined, info.path.key);
    const wanted = checkAnalyzeInput(input, MOST_OF_JOB);
    const payload: AnalysisPayload = { ...wanted, funds: grantsOf(request) };
    return jobs.request(request, { kind: ANALYSIS, fundId: null, payload, key });
  }
}
