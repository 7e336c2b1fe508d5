import type { PlainKey, Translate } from "./language/messages.ts";

/** One field of an input that was refused. */
export interface Violation {
  path: string;
  message: string;
}

/** A failure for a user: stable code, sentence in the reader's language, trace id for support. */
export interface Problem {
  code: string;
  message: string;
  /** The text in place of the sentence, where the browser itself found the failure. */
  text?: PlainKey;
  traceId?: string;
  /** Path of the field that failed. */
  field?: string;
  violations?: Violation[];
  /** The proposal that waits for a second approver. */
  proposalId?: string;
}

/** No answer arrived at all. */
export const UNREACHABLE: Problem = {
  code: "UPSTREAM_UNAVAILABLE",
  message: "",
  text: "ui.unreachable",
};

/** The sentence that a page shows. */
export const shownText = ({ text, message }: Problem, t: Translate): string =>
  text === undefined ? message : t(text);

/** A refusal for a form, with the first violation of the input. */
export function sentenceOf(problem: Problem | undefined): string {
  if (!problem) return "INTERNAL_ERROR";
  const [violation] = problem.violations ?? [];
  return violation ? `${problem.message} ${violation.path}: ${violation.message}` : problem.message;
}

/** The HTTP status of the error page for this problem. */
export function statusOf(problem: Problem): number {
  if (problem.code === "NOT_FOUND" || problem.code.endsWith("_NOT_FOUND")) return 404;
  if (problem.code === "UPSTREAM_TIMEOUT") return 504;
  if (problem.code === "UPSTREAM_UNAVAILABLE" || problem.code === "CONSISTENCY_TIMEOUT") return 503;
  if (problem.code === "INVALID_INPUT") return 400;
  if (problem.code === "FORBIDDEN") return 403;
  return 502;
}
