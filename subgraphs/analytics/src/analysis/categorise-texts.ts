import type { Logger } from "@allfunds/platform/logging";
import type { BuiltInModel, CategoryDecision } from "../categories/built-in-model.ts";
import { UNKNOWN_CATEGORY } from "../categories/taxonomy.ts";
import type { CategoryProvider } from "../gemini/category-provider.ts";
import { SUGGESTION_BELOW } from "../gemini/question-worker.ts";

/** A person waits for this answer; the built-in one is better than a late one. */
const LONGEST_WAIT_MS = 8_000;

/** The built-in answer for each text; uncertain ones go to the language model, if there is one. */
export async function categoriseTexts(
  texts: readonly string[],
  model: BuiltInModel,
  provider: CategoryProvider | undefined,
  logger: Logger,
): Promise<CategoryDecision[]> {
  const decisions: CategoryDecision[] = texts.map((text) => model.categorise({ text }));
  const questions = texts.flatMap((text, index) =>
    decisions[index]?.needsReview === true ? [{ id: String(index), text, direction: null }] : [],
  );
  if (provider === undefined || questions.length === 0) return decisions;
  try {
    const answers = await provider.ask(questions, AbortSignal.timeout(LONGEST_WAIT_MS));
    for (const { id, category, confidence, reason } of answers) {
      decisions[Number(id)] = {
        category,
        confidence,
        source: "GEMINI",
        model: provider.model,
        evidence: [reason],
        needsReview: confidence < SUGGESTION_BELOW || category === UNKNOWN_CATEGORY,
      };
    }
  } catch (error) {
    logger.warn({ err: error }, "the language model did not help, the built-in answers stand");
  }
  return decisions;
}
