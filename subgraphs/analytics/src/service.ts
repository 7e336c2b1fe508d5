import { AuditReporter, reportTo, type AuditEvent } from "@allfunds/platform/audit";
import { createFollower } from "@allfunds/platform/feed";
import { Jobs, JobWatch, TenantJobs } from "@allfunds/platform/jobs";
import { defineSubgraph } from "@allfunds/platform/service";
import { createPool } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import { openOrm, TenantPool } from "@allfunds/platform/tenancy";
import { createBuiltInModel } from "./classification/built-in-model.ts";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import { Corrections } from "./corrections/corrections.ts";
import type { AnalyticsContext } from "./context.ts";
import { ExaminationWorker } from "./examination/examination-worker.ts";
import { createEffect } from "./feed/apply-events.ts";
import { FOLLOWER_NAME } from "./feed/read-model.ts";
import { GeminiModel } from "./gemini/gemini-model.ts";
import { jobKinds } from "./job-kinds.ts";
import type { LanguageModel } from "./language-model/language-model.ts";
import { RETRIES, withBreaker, withRetries } from "./language-model/retries.ts";
import type { RetryOptions } from "./language-model/retries.ts";
import { createCategoryProvider } from "./questions/category-provider.ts";
import { QuestionWorker } from "./questions/question-worker.ts";
import { createTokenBudget, withTokenBudget } from "./gemini/token-budget.ts";
import { InsightChannel } from "./insights/insight-channel.ts";
import { MIGRATIONS } from "./migrations.ts";
import { createSchema } from "./schema.ts";

// Two of them listen for jobs and show that this instance is there; each running job needs one at times.
const JOB_CONNECTIONS = 6;

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
  build: ({ config, logger, pool, authentication, tuning }) => {
    const url = config.DATABASE_URL_ANALYTICS;
    const reads = new TenantPool(createPool({ url, logger }));
    const orm = openOrm(url, () => import("./entities.ts"));
    const model = createBuiltInModel();
    const languageModel = openLanguageModel(config, pool, tuning.retries ?? RETRIES);
    const provider = languageModel && createCategoryProvider(languageModel);
    const follower = createFollower({
      name: FOLLOWER_NAME,
      ledgerUrl: config.LEDGER_URL,
      credentials: authentication.systemCredentials?.("feed:read"),
      pool,
      logger,
      effect: createEffect({ model, usesLanguageModel: provider !== undefined }),
    });
    const auditCredentials = authentication.systemCredentials?.("audit:write");
    const reporter =
      auditCredentials &&
      new AuditReporter({ send: reportTo(config.IDENTITY_URL, auditCredentials), logger });
    const audit = tuning.audit ?? reporter?.record;
    const corrections = new Corrections({ pool, reads, follower: FOLLOWER_NAME, audit });
    const insights = new InsightChannel(pool, orm, logger);
    const examination = new ExaminationWorker({ pool, logger });
    const worker = provider && new QuestionWorker({ pool, provider, logger });
    const analyze = { model, provider, logger };
    const kinds = jobKinds({ analyze, orm });
    const jobPool = createPool({ url, logger, max: JOB_CONNECTIONS });
    const jobs = new Jobs({ pool: jobPool, logger, kinds: kinds.map(({ kind }) => kind) });
    const watch = new JobWatch({ reads, logger });
    const tenantJobs = new TenantJobs({ jobs, reads, watch, kinds });
    return {
      schema: createSchema(analyze),
      createContext: createContext({
        reads,
        orm,
        follower,
        insights,
        jobs: tenantJobs,
        corrections,
      }),
      ready: { feed: follower.ready },
      start: () => {
        follower.start();
        insights.start();
        examination.start();
        worker?.start();
        jobs.start();
      },
      closers: [
        () => worker?.stop(),
        () => jobs.stop(),
        () => jobPool.end(),
        () => watch.stop(),
        () => reporter?.stop(),
        () => examination.stop(),
        () => insights.stop(),
        () => follower.stop(),
        () => orm.close(),
        () => reads.end(),
      ],
    };
  },
});

/** Undefined without a key: then the built-in models decide everything. */
function openLanguageModel(
  config: Config,
  pool: Pool,
  retries: RetryOptions,
): LanguageModel | undefined {
  if (config.GEMINI_API_KEY === undefined) return undefined;
  const gemini = new GeminiModel({
    apiKey: config.GEMINI_API_KEY,
    model: config.GEMINI_MODEL,
    baseUrl: config.GEMINI_BASE_URL,
    timeoutMs: config.GEMINI_TIMEOUT_MS,
  });
  const budget = createTokenBudget(pool, config.GEMINI_MODEL, config.GEMINI_TOKENS_PER_DAY);
  return withRetries(withTokenBudget(withBreaker(gemini, retries), budget), retries);
}
