import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import type { RequestContext } from "@allfunds/platform/context";
import type { Logger } from "@allfunds/platform/logging";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import type {
  BuiltInModel,
  CategoryDecision,
  ExplainedDecision,
} from "../classification/built-in-model.ts";
import { toTransactionCategory } from "../categories/category-graphql.ts";
import type { StoredCategory } from "../categories/stored-category.ts";
import { magnitudeOf } from "../classification/features.ts";
import type { CashDirection, CategoryInput } from "../classification/features.ts";
import { isSuggestion } from "../questions/category-provider.ts";
import type { CategoryProvider } from "../questions/category-provider.ts";
import type { MovementEntities } from "../movements/movement-entity.ts";
import { movementText } from "../movements/movement.ts";
import { judgeSentiment, SENTIMENT_MODEL } from "../sentiment/judge-sentiment.ts";
import type { PayeeRuleEntities } from "../payee-rules/payee-rule-entity.ts";
import type {
  AnalysisResultObject,
  AnalyzeItem,
  AnalyzeRequest,
  ContributionObject,
} from "./analysis-types.ts";
import { learnedCategories } from "./learned-categories.ts";

/** The request for an analysis, and reads that show what its caller may see. */
export interface AnalysisContext {
  readonly request: RequestContext;
  readonly orm: TenantOrm<MovementEntities & PayeeRuleEntities>;
}

export interface AnalyzeParts {
  readonly model: BuiltInModel;
  readonly provider: CategoryProvider | undefined;
  readonly logger: Logger;
}

type Finding = Pick<AnalysisResultObject, "text"> & Partial<AnalysisResultObject>;

/** Results in the order of the request: texts first, then items, then transactions. */
export async function analyze(
  parts: AnalyzeParts,
  context: AnalysisContext,
  { kind, items, transactionIds }: AnalyzeRequest,
): Promise<AnalysisResultObject[]> {
  const stored = await loadSubjects(context, transactionIds);
  const subjects = transactionIds.flatMap((id) => stored.get(id) ?? []);
  const ofTexts =
    kind === "CATEGORIZE"
      ? await categorised(parts, context, items)
      : items.map((item) => ofItem(kind, item, parts.model));
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
  parts: AnalyzeParts,
  { request: { tenantId }, orm }: AnalysisContext,
  items: readonly AnalyzeItem[],
): Promise<Finding[]> {
  const learned = await learnedCategories(orm, tenantId, items);
  const decisions = await categoriseItems(parts, tenantId, items, learned);
  return decisions.map((decision, index) => ({
    text: items[index]?.text ?? "",
    category: toTransactionCategory(decision),
  }));
}

function ofItem(kind: "SENTIMENT" | "EXPLAIN", item: AnalyzeItem, model: BuiltInModel): Finding {
  const { text } = item;
  if (kind === "SENTIMENT")
    return { text, sentiment: { ...judgeSentiment(text), model: SENTIMENT_MODEL } };
  const decision = model.categorise(toInput(item));
  return {
    text,
    category: toTransactionCategory(decision),
    contributions: contributionsOf(decision),
  };
}

/** An item as the built-in model reads it. */
const toInput = ({ text, direction, amount, payee }: AnalyzeItem): CategoryInput => ({
  text,
  ...(direction === undefined ? {} : { direction }),
  ...(amount === undefined ? {} : { magnitude: magnitudeOf(amount) }),
  ...(payee === undefined ? {} : { counterparty: payee }),
});

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

/** A person waits for this response; the built-in decision is better than a late one. */
const LONGEST_ANSWER_MS = 8_000;

/** The learned or built-in decision for each item; uncertain ones go to the language model, if there is one. */
async function categoriseItems(
  { model, provider, logger }: AnalyzeParts,
  tenantId: string,
  items: readonly AnalyzeItem[],
  learned: ReadonlyMap<number, CategoryDecision>,
): Promise<CategoryDecision[]> {
  const decisions: CategoryDecision[] = items.map(
    (item, place) => learned.get(place) ?? model.categorise(toInput(item)),
  );
  const questions = items.flatMap(({ text, direction = null }, index) =>
    decisions[index]?.needsReview === true ? [{ id: String(index), text, direction }] : [],
  );
  if (provider === undefined || questions.length === 0) return decisions;
  try {
    const signal = AbortSignal.timeout(LONGEST_ANSWER_MS);
    const answers = await provider.categorise(tenantId, questions, signal);
    for (const answer of answers) {
      const { id, category, confidence, evidence } = answer;
      decisions[Number(id)] = {
        category,
        confidence,
        source: "GEMINI",
        model: provider.model,
        evidence,
        needsReview: isSuggestion(answer),
      };
    }
  } catch (error) {
    logger.warn({ err: error }, "the language model did not answer: built-in categories kept");
  }
  return decisions;
}

/** A stored transaction with what an analysis needs of it. */
interface StoredSubject extends StoredCategory {
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  readonly direction: CashDirection;
  readonly currency: string;
  readonly amountMinor: string;
}

const LONGEST_WAIT_MS = 1_500;
const POLL_MS = 100;

/**
 * The transactions of these ids, as far as the caller may see them. One that was posted a moment ago may not
 * have arrived, so a missing one is waited for (1.5 s) before it counts as TRANSACTION_NOT_FOUND.
 */
async function loadSubjects(
  { request: { tenantId }, orm }: AnalysisContext,
  transactionIds: readonly string[],
): Promise<ReadonlyMap<string, StoredSubject>> {
  if (transactionIds.length === 0) return new Map();
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const rows = await orm.as(tenantId, (em, { MovementEntity }) =>
      em.find(MovementEntity, { tenantId, transactionId: { $in: [...transactionIds] } }),
    );
    const found = new Map(
      rows.map(({ reference = null, counterparty = null, ...row }) => [
        row.transactionId,
        { ...row, reference, counterparty },
      ]),
    );
    const missing = transactionIds.find((id) => !found.has(id));
    if (missing === undefined) return found;
    if (performance.now() > deadline) {
      throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${missing}.`);
    }
    await sleep(POLL_MS);
  }
}
