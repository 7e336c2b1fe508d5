import type { ShownJobKind } from "@allfunds/platform/jobs";
import type { GrantedOrm } from "@allfunds/platform/tenancy";
import { toAnalysisJob } from "./analysis/analysis-job-object.ts";
import { analysisKind } from "./analysis/analysis-job.ts";
import type { AnalyzeParts } from "./analysis/analyze.ts";
import type { Corrections } from "./corrections/corrections.ts";
import { ruleRunKind } from "./corrections/rule-run-job.ts";
import { toRuleRunJob } from "./corrections/tenant-rule-graphql.ts";
import type * as entities from "./entities.ts";
import { categorisationKind, type CategorisationParts } from "./questions/categorisation-job.ts";
import { toCategorisationJob } from "./model-access/question-graphql.ts";

interface KindParts {
  readonly analyze: AnalyzeParts;
  readonly categorisation: CategorisationParts;
  readonly orm: GrantedOrm<typeof entities>;
  readonly corrections: Corrections;
}

/** Every kind of job of this subgraph. */
export const jobKinds = ({
  analyze,
  categorisation,
  corrections,
  orm,
}: KindParts): readonly ShownJobKind[] => [
  { kind: analysisKind(analyze, orm), toObject: toAnalysisJob },
  { kind: categorisationKind(categorisation), toObject: toCategorisationJob },
  { kind: ruleRunKind(corrections), toObject: toRuleRunJob },
];
