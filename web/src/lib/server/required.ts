import { error } from "@sveltejs/kit";
import { statusOf, type Problem } from "../problems.ts";

/** Ends the page with an error page: nothing of it can be shown without what failed. */
export function failPage(problem: Problem): never {
  const body: App.Error = { message: problem.message, code: problem.code, status: statusOf(problem) };
  if (problem.traceId !== undefined) body.traceId = problem.traceId;
  error(statusOf(problem), body);
}

/** The value, or the page that says why there is none. */
export function required<Value>(
  value: Value | null | undefined,
  problems: Problem[],
  absent: Problem,
): Value {
  if (value !== null && value !== undefined) return value;
  failPage(problems[0] ?? absent);
}
