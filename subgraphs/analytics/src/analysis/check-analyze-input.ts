import { invalidInput } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { AnalysisKind, AnalyzeInput } from "./analysis-types.ts";

export interface AnalyzeRequest {
  readonly kind: AnalysisKind;
  readonly texts: readonly string[];
  readonly transactionIds: readonly string[];
}

const MOST_SUBJECTS = 100;
const LONGEST_TEXT = 2_000;

/** Refuses with INVALID_INPUT what is empty, too much at once, too long or not an id. */
export function checkAnalyzeInput(input: AnalyzeInput): AnalyzeRequest {
  const texts = input.texts ?? [];
  const transactionIds = input.transactionIds ?? [];
  const subjects = texts.length + transactionIds.length;
  if (subjects === 0) throw invalidInput("texts", "give at least one text or transaction id");
  if (subjects > MOST_SUBJECTS) {
    throw invalidInput(
      "texts",
      `at most ${MOST_SUBJECTS} texts and transactions at once, not ${subjects}`,
    );
  }
  texts.forEach((text, index) => {
    if (text.trim() === "" || text.length > LONGEST_TEXT) {
      throw invalidInput(`texts.${index}`, `must have 1 to ${LONGEST_TEXT} characters`);
    }
  });
  transactionIds.forEach((id, index) => {
    if (!isId(id)) throw invalidInput(`transactionIds.${index}`, "must be a UUID");
  });
  return { kind: input.kind, texts, transactionIds };
}
