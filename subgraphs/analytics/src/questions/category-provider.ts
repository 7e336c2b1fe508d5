import { UNKNOWN_CATEGORY } from "../classification/taxonomy.ts";
import type { LanguageModel, ModelRequest } from "../language-model/language-model.ts";
import { mostOf, totalOf } from "../language-model/usage.ts";
import { redactRequest, type NameRegisters } from "../redaction/redactor.ts";
import { ANSWER_SCHEMA, prepare, readAnswers, SYSTEM, toData } from "./prompt.ts";
import type { CategoryAnswer, CategoryQuestion, PreparedQuestion } from "./prompt.ts";

/** Categories from a language model. */
export interface CategoryProvider {
  /** Name of the model, stored beside its answers. */
  readonly model: string;
  /** The usable answers to questions of one tenant; those without one may be sent again. */
  categorise(
    tenantId: string,
    questions: readonly CategoryQuestion[],
    signal?: AbortSignal,
  ): Promise<CategoryAnswer[]>;
}

/** Answers less certain than this are stored as suggestions for a person. */
const SUGGESTION_BELOW = 0.7;

export const isSuggestion = ({ category, confidence }: CategoryAnswer): boolean =>
  confidence < SUGGESTION_BELOW || category === UNKNOWN_CATEGORY;

/** Tokens of an answer, beside those of its items, that thoughts may take. */
const TOKENS = 1_024;
const TOKENS_PER_ITEM = 80;

const requestFor = (
  tenantId: string,
  prepared: readonly PreparedQuestion[],
  signal?: AbortSignal,
): ModelRequest => ({
  purpose: "CATEGORIZE",
  tenantId,
  system: SYSTEM,
  turns: [{ role: "user", parts: [{ kind: "data", value: toData(prepared) }] }],
  answerSchema: ANSWER_SCHEMA,
  maxOutputTokens: TOKENS + TOKENS_PER_ITEM * prepared.length,
  signal,
});

/** Tokens that the smallest call reserves. */
export const CATEGORISE_LEAST = totalOf(mostOf(requestFor("", [])));

export const createCategoryProvider = (
  model: LanguageModel,
  registers: NameRegisters,
): CategoryProvider => ({
  model: model.name,
  categorise: async (tenantId, questions, signal) => {
    const prepared = prepare(questions, await registers.of(tenantId));
    const { structure } = await model.generate(requestFor(tenantId, prepared, signal));
    return readAnswers(structure, prepared);
  },
});

/** The request for these questions as it would leave. */
export async function previewRequest(
  tenantId: string,
  questions: readonly CategoryQuestion[],
  registers: NameRegisters,
): Promise<ModelRequest> {
  const prepared = prepare(questions, await registers.of(tenantId));
  return redactRequest(requestFor(tenantId, prepared), registers);
}
