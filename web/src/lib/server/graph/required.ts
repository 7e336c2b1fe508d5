import { error } from "@sveltejs/kit";
import { statusOf, type Problem } from "../../problems.ts";
import { absent, type Absent } from "./absent.ts";

/** Shows the error page: without the failed data there is nothing to show. */
export function failPage(problem: Problem): never {
  const { code, message, traceId } = problem;
  error(statusOf(problem), message, traceId === undefined ? { code } : { code, traceId });
}

/** The value, or the error page with the reason why it is missing. */
export function required<Value>(
  value: Value | null | undefined,
  problems: Problem[],
  what: Absent,
): Value {
  if (value !== null && value !== undefined) return value;
  return failPage(problems[0] ?? absent(what));
}
