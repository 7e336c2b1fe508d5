import type { TokenExchange } from "@allfunds/platform/auth";
import type { ShownJobKind } from "@allfunds/platform/jobs";
import type { GrantedOrm } from "@allfunds/platform/tenancy";
import type { Advice } from "./advice/advice.ts";
import { answerKind, toAnswerJob } from "./advice/answer-job.ts";
import { toAnalysisJob } from "./analysis/analysis-job-object.ts";
import { analysisKind } from "./analysis/analysis-job.ts";
import type { AnalyzeParts } from "./analysis/analyze.ts";
import type { Corrections } from "./corrections/corrections.ts";
import { ruleRunKind } from "./corrections/rule-run-job.ts";
import { toRuleRunJob } from "./corrections/tenant-rule-graphql.ts";
import type * as entities from "./entities.ts";
import { categorisationKind, type CategorisationParts } from "./questions/categorisation-job.ts";
import { toRecategorisationJob } from "./recategorisation/recategorisation-graphql.ts";
import { recategorisationKind } from "./recategorisation/recategorisation-job.ts";
import type { RecategorisationParts } from "./recategorisation/recategorise.ts";
import { toCategorisationJob } from "./model-access/question-graphql.ts";

interface KindParts {
  readonly advice: Advice;
  readonly analyze: AnalyzeParts;
  readonly categorisation: CategorisationParts;
  readonly orm: GrantedOrm<typeof entities>;
  readonly exchange: TokenExchange | undefined;
  readonly corrections: Corrections;
  readonly recategorisation: RecategorisationParts;
}

/** Every kind of job of this subgraph. */
export const jobKinds = ({
  advice,
  analyze,
  categorisation,
  corrections,
  exchange,
  orm,
  recategorisation,
}: KindParts): readonly ShownJobKind[] => [
  { kind: analysisKind(analyze, orm, exchange), toObject: toAnalysisJob },
  { kind: answerKind(advice), toObject: toAnswerJob },
  { kind: categorisationKind(categorisation), toObject: toCategorisationJob },
  { kind: ruleRunKind(corrections), toObject: toRuleRunJob },
  {
    kind: recategorisationKind(recategorisation, corrections),
    toObject: toRecategorisationJob,
  },
];
