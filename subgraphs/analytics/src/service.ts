import { AuditReporter, reportTo, type AuditEvent } from "@allfunds/platform/audit";
import { awaitPositionsOf, createFollower } from "@allfunds/platform/feed";
import { Jobs, JobWatch, TenantJobs } from "@allfunds/platform/jobs";
import { defineSubgraph } from "@allfunds/platform/service";
import { createPool, NotificationListener } from "@allfunds/platform/database";
import { watchPools } from "@allfunds/platform/telemetry";
import { openOrm, TenantPool } from "@allfunds/platform/tenancy";
import { Advice } from "./advice/advice.ts";
import { KeptAnswers } from "./advice/kept-answers.ts";
import { createBuiltInModel } from "./classification/built-in-model.ts";
import { KeptExpectations } from "./expectations/kept-expectations.ts";
import { CATEGORY_CHANNEL, RecentCategories } from "./categories/recent-categories.ts";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import { Corrections } from "./corrections/corrections.ts";
import type { AnalyticsContext } from "./context.ts";
import { ExaminationWorker } from "./examination/examination-worker.ts";
import { createEffect } from "./feed/apply-events.ts";
import { FOLLOWER_NAME } from "./feed/read-model.ts";
import { jobKinds } from "./job-kinds.ts";
import { ModelAccess } from "./model-access/model-access.ts";
import { startCallExpiry } from "./language-model/calls.ts";
import { Refusals } from "./language-model/refusals.ts";
import type { RetryOptions } from "./language-model/retries.ts";
import { openLanguageModel } from "./open-language-model.ts";
import { enqueueAllUncertain } from "./questions/backlog.ts";
import { CATEGORISE_LEAST, createCategoryProvider } from "./questions/category-provider.ts";
import { Dismissals } from "./insights/dismissals.ts";
import { InsightChannel } from "./insights/insight-channel.ts";
import { NameRegisters } from "./redaction/redactor.ts";
import { MIGRATIONS } from "./migrations.ts";
import { createSchema } from "./schema.ts";

// Two of them listen for jobs and show that this instance is there; each running job needs one at times.
const JOBS_AT_A_TIME = 4;
const JOB_CONNECTIONS = JOBS_AT_A_TIME + 4;

interface Tuning {
  /** How calls of the language model are repeated. */
  readonly retries: RetryOptions;
  /** Takes the events of the audit log instead of the issuer. */
  readonly audit: (event: AuditEvent) => void;
}

/** The subgraph of words: follows the ledger, categorises every transaction, finds insights and patterns. */
export const createService = defineSubgraph<Config, AnalyticsContext, Tuning>({
  name: "analytics",
  databaseUrl: ({ DATABASE_URL_ANALYTICS }) => DATABASE_URL_ANALYTICS,
  migrations: MIGRATIONS,
  // Questions are answered from the graph, as their caller.
  forwardsTokens: true,
  build: async ({ config, logger, pool, server, authentication, tuning }) => {
    const url = config.DATABASE_URL_ANALYTICS;
    const reads = new TenantPool(createPool({ url, logger }));
    const orm = openOrm(url, () => import("./entities.ts"));
    const model = createBuiltInModel();
    const refusals = new Refusals();
    const registers = new NameRegisters(reads);
    const languageModel = openLanguageModel(config, {
      pool,
      reads,
      logger,
      refusals,
      registers,
      retries: tuning.retries,
    });
    const provider = languageModel && createCategoryProvider(languageModel, registers);
    const recent = new RecentCategories();
    watchPools(server.registry, { main: pool });
    const follower = createFollower({
      registry: server.registry,
      name: FOLLOWER_NAME,
      sourceUrl: config.LEDGER_URL,
      credentials: authentication.systemCredentials?.("feed:read"),
      pool,
      logger,
      effect: createEffect({ model, usesLanguageModel: provider !== undefined, recent }),
    });
    const auditCredentials = authentication.systemCredentials?.("audit:write");
    const reporter =
      auditCredentials &&
      new AuditReporter({ send: reportTo(config.IDENTITY_URL, auditCredentials), logger });
    const audit = tuning.audit ?? reporter?.record;
    const corrections = new Corrections({
      pool,
      reads,
      follower: FOLLOWER_NAME,
      audit,
      onChanged: (tenantId) => recent.evict(tenantId),
    });
    const changes = new NotificationListener({
      pool,
      logger,
      channel: CATEGORY_CHANNEL,
      onPayload: () => recent.evict(),
      onListening: () => recent.evict(),
    });
    const dismissals = new Dismissals({ pool, audit });
    const insights = new InsightChannel(pool, reads, logger);
    const examination = new ExaminationWorker({ pool, logger, follower: FOLLOWER_NAME });
    const analyze = { model, provider, logger };
    const exchange = authentication.tokenExchange?.();
    const advice = new Advice({
      model: languageModel,
      gatewayUrl: config.GATEWAY_URL,
      answers: new KeptAnswers(pool),
      exchange,
      logger,
    });
    const recategorisation = { pool, model, usesLanguageModel: provider !== undefined };
    const kinds = jobKinds({
      advice,
      analyze,
      categorisation: { pool, reads, provider },
      corrections,
      exchange,
      orm,
      recategorisation,
    });
    const jobPool = createPool({ url, logger, max: JOB_CONNECTIONS });
    const jobs = new Jobs({
      pool: jobPool,
      logger,
      registry: server.registry,
      kinds: kinds.map(({ kind }) => kind),
      concurrency: JOBS_AT_A_TIME,
    });
    // The feed adds jobs to the queue.
    await jobs.install();
    const access = new ModelAccess({
      pool,
      reads,
      model: languageModel?.name,
      refusals,
      registers,
      tokensPerDay: config.GEMINI_TOKENS_PER_DAY,
      smallestCall: CATEGORISE_LEAST,
    });
    server.readiness.inform("languageModel", () =>
      Promise.resolve(describeModel(config, refusals)),
    );
    let endExpiry: (() => void) | undefined;
    const watch = new JobWatch({ reads, logger });
    const tenantJobs = new TenantJobs({ jobs, reads, watch, kinds });
    return {
      schema: createSchema({
        analyze,
        exchange,
        access,
        pool,
        budgets: { pool, audit },
        recategorisation,
      }),
      createContext: createContext({
        reads,
        orm,
        follower,
        insights,
        dismissals,
        jobs: tenantJobs,
        corrections,
        advice,
        recent,
        expectations: new KeptExpectations(),
      }),
      awaitPositions: awaitPositionsOf(follower),
      ready: { feed: follower.ready },
      start: () => {
        follower.start();
        insights.start();
        changes.start();
        examination.start();
        jobs.start();
        endExpiry = startCallExpiry(pool, logger);
        if (provider !== undefined) {
          enqueueAllUncertain(pool, FOLLOWER_NAME).catch((error: unknown) => {
            logger.warn({ err: error }, "uncertain categories of before were not queued");
          });
        }
      },
      beginStop: () => void jobs.stop(),
      closers: [
        () => endExpiry?.(),
        () => jobs.stop(),
        () => jobPool.end(),
        () => watch.stop(),
        () => reporter?.stop(),
        () => examination.stop(),
        () => changes.stop(),
        () => insights.stop(),
        () => follower.stop(),
        () => orm.close(),
        () => reads.end(),
      ],
    };
  },
});

/** The language model in the readiness report, in a sentence. */
function describeModel(config: Config, refusals: Refusals): string {
  if (config.GEMINI_API_KEY === undefined) {
    return "No GEMINI_API_KEY is configured: the built-in models answer.";
  }
  if (refusals.problem !== undefined) return `Paused: ${refusals.problem}`;
  return `${config.GEMINI_MODEL} answers for tenants that have consented.`;
}
