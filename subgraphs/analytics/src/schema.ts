import "reflect-metadata";
import type { TokenExchange } from "@allfunds/platform/auth";
import { buildSubgraph, printSubgraph } from "@allfunds/platform/graphql";
import type { SubgraphDefinition } from "@allfunds/platform/graphql";
import { WorkProgressObject } from "@allfunds/platform/jobs/graphql";
import { jobQueueResolver } from "@allfunds/platform/jobs/queue-resolver";
import { jobResolver } from "@allfunds/platform/jobs/resolver";
import type { Pool } from "@allfunds/platform/database";
import type { GraphQLSchema } from "graphql";
import { AdviceResolver } from "./advice/advice-resolver.ts";
import { AnswerJobObject, AnswerJobResolver } from "./advice/answer-job.ts";
import { AnalysisJobObject } from "./analysis/analysis-job-object.ts";
import { AnalysisResolver } from "./analysis/analysis-resolver.ts";
import type { AnalyzeParts } from "./analysis/analyze.ts";
import type { ModelAccess } from "./model-access/model-access.ts";
import { ModelResolver } from "./model-access/model-graphql.ts";
import { FundEntity, InstrumentEntity, TransactionEntity } from "./books/entities.ts";
import type { BudgetParts } from "./budgets/budget-store.ts";
import { BudgetResolver, FundBudgetResolver } from "./budgets/budget-graphql.ts";
import { CategoryResolver } from "./categories/category-graphql.ts";
import { CategorisedTransactionResolver } from "./categories/transactions-by-category.ts";
import { TenantRuleResolver } from "./corrections/tenant-rule-graphql.ts";
import { CorrectionResolver } from "./corrections/correction-graphql.ts";
import { InsightResolver } from "./insights/insight-graphql.ts";
import { DirectionResolver } from "./market-direction/direction-graphql.ts";
import { FundNewsResolver, InstrumentNewsResolver, NewsResolver } from "./news/news-graphql.ts";
import { PayeeRuleResolver } from "./payee-rules/payee-rule-graphql.ts";
import { CategorisationJobObject, QuestionResolver } from "./model-access/question-graphql.ts";
import {
  RecategorisationJobObject,
  RecategorisationResolver,
} from "./recategorisation/recategorisation-graphql.ts";
import type { RecategorisationParts } from "./recategorisation/recategorise.ts";
import { FundPredictionsResolver, PredictionResolver } from "./predictions/prediction-resolvers.ts";

const AnalyticsJobQueueResolver = jobQueueResolver("analytics");

const AnalyticsJobResolver = jobResolver({
  of: "analytics",
  suchAs: "an analysis",
  mayRead: "analytics:read",
  mayCancel: "analytics:run",
});

const DEFINITION: SubgraphDefinition = {
  resolvers: [
    CategoryResolver,
    CorrectionResolver,
    CategorisedTransactionResolver,
    TenantRuleResolver,
    RecategorisationResolver,
    PayeeRuleResolver,
    BudgetResolver,
    FundBudgetResolver,
    InsightResolver,
    NewsResolver,
    FundNewsResolver,
    InstrumentNewsResolver,
    PredictionResolver,
    FundPredictionsResolver,
    DirectionResolver,
    AnalysisResolver,
    AdviceResolver,
    AnswerJobResolver,
    AnalyticsJobResolver,
    AnalyticsJobQueueResolver,
    ModelResolver,
    QuestionResolver,
  ],
  // No query starts at a fund, a transaction or an instrument, and only interfaces lead to a job, so their types are named.
  orphanedTypes: [
    FundEntity,
    TransactionEntity,
    InstrumentEntity,
    AnalysisJobObject,
    AnswerJobObject,
    CategorisationJobObject,
    RecategorisationJobObject,
    WorkProgressObject,
  ],
  // The gateway sends the key and the required fields: that is the whole entity here.
  referenceResolvers: {
    Fund: (fund: object) => fund,
    Transaction: (transaction: object) => transaction,
    Instrument: (instrument: object) => instrument,
  },
};

export interface SchemaParts {
  readonly analyze: AnalyzeParts;
  readonly exchange: TokenExchange | undefined;
  readonly access: ModelAccess;
  readonly pool: Pool;
  readonly budgets: BudgetParts;
  readonly recategorisation: RecategorisationParts;
}

/** The executable schema over what its resolvers use. */
export function createSchema(parts: SchemaParts): GraphQLSchema {
  const instances = [
    new CategoryResolver(),
    new CorrectionResolver(),
    new CategorisedTransactionResolver(),
    new TenantRuleResolver(),
    new RecategorisationResolver(parts.recategorisation),
    new PayeeRuleResolver(),
    new BudgetResolver(parts.budgets),
    new FundBudgetResolver(),
    new InsightResolver(),
    new NewsResolver(parts.pool),
    new FundNewsResolver(),
    new InstrumentNewsResolver(),
    new PredictionResolver(),
    new FundPredictionsResolver(),
    new DirectionResolver(),
    new AnalysisResolver(parts.analyze, parts.exchange),
    new AdviceResolver(),
    new AnswerJobResolver(),
    new AnalyticsJobResolver(),
    new AnalyticsJobQueueResolver(),
    new ModelResolver(parts.access),
    new QuestionResolver(parts.pool),
  ];
  return buildSubgraph({
    ...DEFINITION,
    container: { get: (resolver) => instances.find((each) => each instanceof resolver) },
  });
}

/** The schema document for composition; needs no database. */
export const printSchema = (): string => printSubgraph(DEFINITION);
