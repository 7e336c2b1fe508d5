import { AppError } from "@allfunds/contract/errors";
import { tokenOf, type TokenExchange } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
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
  readonly #exchange: TokenExchange | undefined;

  constructor(parts: AnalyzeParts, exchange: TokenExchange | undefined) {
    this.#parts = parts;
    this.#exchange = exchange;
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
    description: `The same for up to ${MOST_OF_JOB} texts and transactions, as a job: it answers at once; \`analyticsJob\` and \`analyticsJobUpdated\` have the progress and the result, \`cancelAnalyticsJob\` ends it. RATE_LIMITED while too many jobs of the tenant wait or run. A job whose transactions are not there fails with TRANSACTION_NOT_FOUND; where the issuer has token exchange, one fails with DELEGATION_REFUSED once its caller's sign-in has ended.`,
  })
  async startAnalysis(
    @Arg("input", () => AnalyzeInput, { description: "What to analyse." }) input: AnalyzeInput,
    @Ctx() { request, jobs }: JobContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobObject> {
    const key = idempotencyKey(request, undefined, info.path.key);
    const wanted = checkAnalyzeInput(input, MOST_OF_JOB);
    const payload: AnalysisPayload = { ...wanted, funds: grantsOf(request) };
    const delegation = await this.#delegate(request);
    return jobs.request(request, { kind: ANALYSIS, bookId: null, payload, key, delegation });
  }

  /** It reads nothing through the graph, so without token exchange the grants of the request serve. */
  async #delegate(request: RequestContext): Promise<string | undefined> {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    return this.#exchange?.delegate(token).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "DELEGATION_UNSUPPORTED") return undefined;
      throw error;
    });
  }
}
