import { formatAmount } from "@allfunds/contract/money";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { BuiltInModel, ExplainedDecision } from "../categories/built-in-model.ts";
import { toTransactionCategory } from "../categories/category-types.ts";
import { magnitudeOf } from "../categories/features.ts";
import type { CategoryProvider } from "../gemini/category-provider.ts";
import { movementText } from "../movements/movement.ts";
import { judgeSentiment, SENTIMENT_MODEL } from "../sentiment/judge-sentiment.ts";
import type { AnalysisResultObject, ContributionObject } from "./analysis-types.ts";
import { categoriseTexts } from "./categorise-texts.ts";
import type { AnalyzeRequest } from "./check-analyze-input.ts";
import { loadSubjects } from "./load-subjects.ts";
import type { StoredSubject } from "./load-subjects.ts";

export interface AnalyzeParts {
  readonly pool: Pool;
  readonly model: BuiltInModel;
  readonly provider: CategoryProvider | undefined;
  readonly logger: Logger;
}

type Finding = Pick<AnalysisResultObject, "text"> & Partial<AnalysisResultObject>;

/** Results in the order of the request: texts first, then transactions. */
export async function analyze(
  parts: AnalyzeParts,
  request: RequestContext,
  { kind, texts, transactionIds }: AnalyzeRequest,
): Promise<AnalysisResultObject[]> {
  const stored = await loadSubjects(parts.pool, request, transactionIds);
  const subjects = transactionIds.flatMap((id) => stored.get(id) ?? []);
  const ofTexts =
    kind === "CATEGORIZE"
      ? await categorised(parts, texts)
      : texts.map((text) => ofText(kind, text, parts.model));
  const ofSubjects = subjects.map((subject) => ofSubject(kind, subject, parts.model));
  return [...ofTexts, ...ofSubjects].map((finding, index) => ({
    transaction: null,
    category: null,
    sentiment: null,
    contributions: null,
    ...finding,
    index,
  }));
}

async function categorised(
  { model, provider, logger }: AnalyzeParts,
  texts: readonly string[],
): Promise<Finding[]> {
  const decisions = await categoriseTexts(texts, model, provider, logger);
  return decisions.map((decision, index) => ({
    text: texts[index] ?? "",
    category: toTransactionCategory(decision),
  }));
}

function ofText(kind: "SENTIMENT" | "EXPLAIN", text: string, model: BuiltInModel): Finding {
  if (kind === "SENTIMENT")
    return { text, sentiment: { ...judgeSentiment(text), model: SENTIMENT_MODEL } };
  const decision = model.categorise({ text });
  return {
    text,
    category: toTransactionCategory(decision),
    contributions: contributionsOf(decision),
  };
}

function ofSubject(
  kind: AnalyzeRequest["kind"],
  subject: StoredSubject,
  model: BuiltInModel,
): Finding {
  const text = movementText(subject);
  const transaction = { id: subject.transactionId };
  if (kind === "SENTIMENT") {
    return { text, transaction, sentiment: { ...judgeSentiment(text), model: SENTIMENT_MODEL } };
  }
  const found = { text, transaction, category: toTransactionCategory(subject) };
  return kind === "EXPLAIN" ? { ...found, contributions: explain(subject, model) } : found;
}

/** A stored reason is shown as it was; the classifier's weights are computed again, they never change. */
function explain(subject: StoredSubject, model: BuiltInModel): ContributionObject[] {
  if (subject.source !== "MODEL")
    return subject.evidence.map((feature) => ({ feature, weight: null }));
  const { counterparty, direction, amountMinor, currency } = subject;
  const magnitude = magnitudeOf(formatAmount(BigInt(amountMinor), currency));
  const text = `${subject.description} ${subject.reference ?? ""}`;
  return contributionsOf(model.categorise({ text, counterparty, direction, magnitude }));
}

function contributionsOf({
  source,
  evidence,
  contributions,
}: ExplainedDecision): ContributionObject[] {
  return source === "RULE"
    ? evidence.map((feature) => ({ feature, weight: null }))
    : [...contributions];
}
