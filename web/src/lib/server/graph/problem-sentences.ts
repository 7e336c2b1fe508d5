import type { GraphQLError } from "graphql";
import { en } from "../../language/catalogue/problems/en.ts";
import type { Language } from "../../language/languages.ts";
import type { Translate } from "../../language/messages.ts";
import type { Problem } from "../../problems.ts";

/** What sentences are written with: the texts of the reader's language. */
export interface Wording {
  readonly language: Language;
  readonly t: Translate;
}

/** Failures of the machinery, whose own sentences are for developers. */
const MACHINERY: ReadonlySet<string> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_NOT_FOUND",
  "OPERATION_NOT_TRUSTED",
  "PERSISTED_QUERY_NOT_FOUND",
  "OPERATION_LIMIT_EXCEEDED",
  "COST_LIMIT_EXCEEDED",
  "MALFORMED_REQUEST",
  "MALFORMED_BODY",
  "METHOD_NOT_ALLOWED",
  "NOT_ACCEPTABLE",
  "EXPECTATION_FAILED",
  "HEADERS_TOO_LARGE",
  "INTERNAL_ERROR",
  "UPSTREAM_INVALID",
  "BOOK_CORRUPT",
  "UPSTREAM_UNAVAILABLE",
  "SHUTTING_DOWN",
  "OVERLOADED",
  "SUBSCRIPTION_OVERFLOW",
  "UPSTREAM_TIMEOUT",
  "REQUEST_TIMEOUT",
  "CONSISTENCY_TIMEOUT",
  "RATE_LIMITED",
  "UNAUTHENTICATED",
]);

/** What libraries write about variables, types and connections. */
const MACHINE_WORDS =
  /\$\w|\b(?:Variable|GraphQL|Int|Float|Boolean|undefined|null|NaN|JSON|ECONN\w+|ENOTFOUND|TypeError|fetch failed)\b|\bcannot represent\b/;

type CodeKey = Extract<keyof typeof en, `problem.${Uppercase<string>}`>;

const keyOf = (code: string): CodeKey | undefined => {
  const key = `problem.${code}`;
  return Object.hasOwn(en, key) ? (key as CodeKey) : undefined;
};

/**
 * The sentence for a failure. What the graph worded for people is shown as it is in English; in other languages the
 * sentence of its code comes first, and the graph's own behind it, because it has the names and figures.
 */
export function sentenceFor(
  code: string | undefined,
  message: string,
  { language, t }: Wording,
): string {
  const key = code === undefined ? undefined : keyOf(code);
  if (code === undefined || key === undefined) return sentenceWithoutCode(code, message, t);
  if (MACHINERY.has(code)) return t(key);
  const isForPeople = message !== "" && !MACHINE_WORDS.test(message);
  if (!isForPeople) return code.startsWith("INVALID_") ? t("problem.unreadable") : t(key);
  return language === "en"
    ? message
    : t("problem.withOriginal", { sentence: t(key), original: message });
}

function sentenceWithoutCode(code: string | undefined, message: string, t: Translate): string {
  if (code === undefined) return t("problem.unknown");
  if (code === "BAD_USER_INPUT") return t("problem.unreadable");
  return MACHINE_WORDS.test(message) ? t("problem.unknown") : message;
}

/** Reads a coded GraphQL error. Extensions of another shape are dropped. */
export function toProblem(
  error: Pick<GraphQLError, "message" | "extensions" | "path">,
  wording: Wording,
): Problem {
  const { code, traceId, violations, proposalId } = error.extensions;
  const known = typeof code === "string" ? code : undefined;
  const problem: Problem = {
    code: known ?? "INTERNAL_ERROR",
    message: sentenceFor(known, error.message, wording),
  };
  if (typeof traceId === "string") problem.traceId = traceId;
  if (error.path?.length) problem.field = error.path.join(".");
  if (typeof proposalId === "string") problem.proposalId = proposalId;
  if (Array.isArray(violations)) problem.violations = violations.filter(isViolation);
  return problem;
}

function isViolation(value: unknown): value is NonNullable<Problem["violations"]>[number] {
  if (typeof value !== "object" || value === null) return false;
  return (
    "path" in value &&
    typeof value.path === "string" &&
    "message" in value &&
    typeof value.message === "string"
  );
}
