import { error } from "@sveltejs/kit";
import { statusOf, type Problem } from "../problems.ts";

/** Ends the page with an error page: nothing of it can be shown without what failed. */
export function failPage(problem: Problem): never {
  const { code, message, traceId } = problem;
  error(statusOf(problem), message, traceId === undefined ? { code } : { code, traceId });
}

/** The value, or the page that says why there is none. */
export function required<Value>(
  value: Value | null | undefined,
  problems: Problem[],
  absent: Problem,
): Value {
  if (value !== null && value !== undefined) return value;
  return failPage(problems[0] ?? absent);
}
