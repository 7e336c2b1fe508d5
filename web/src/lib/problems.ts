import type { GraphQLError } from "graphql";
import { sentenceFor } from "./problem-sentences.ts";

/** One field of an input that was refused. */
interface Violation {
  path: string;
  message: string;
}

/** A failure for a user: stable code, public sentence, trace id for support. */
export interface Problem {
  code: string;
  message: string;
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
  message: "The server cannot be reached. Check the connection.",
};

/** Reads a coded GraphQL error. Extensions of another shape are dropped. */
export function toProblem(error: Pick<GraphQLError, "message" | "extensions" | "path">): Problem {
  const { code, traceId, violations, proposalId } = error.extensions;
  const known = typeof code === "string" ? code : undefined;
  const problem: Problem = {
    code: known ?? "INTERNAL_ERROR",
    message: sentenceFor(known, error.message),
  };
  if (typeof traceId === "string") problem.traceId = traceId;
  if (error.path?.length) problem.field = error.path.join(".");
  if (typeof proposalId === "string") problem.proposalId = proposalId;
  if (Array.isArray(violations)) problem.violations = violations.filter(isViolation);
  return problem;
}

function isViolation(value: unknown): value is Violation {
  if (typeof value !== "object" || value === null) return false;
  return (
    "path" in value &&
    typeof value.path === "string" &&
    "message" in value &&
    typeof value.message === "string"
  );
}

/** A refusal for a form, with the first violation of the input. */
export function sentenceOf(problem: Problem | undefined): string {
  if (!problem) return "The gateway sent no response. Try again.";
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
