import { AppError, type ErrorCode } from "@allfunds/contract/errors";

type Missing = Extract<ErrorCode, `${string}_NOT_FOUND`>;

/** What the graph has under an id; the refusal by the code when that is null. */
export function requireFound<One>(one: One | null, code: Missing, id: string): One {
  if (one !== null) return one;
  const what = code.replace("_NOT_FOUND", "").replaceAll("_", " ").toLowerCase();
  throw new AppError(code, `There is no ${what} ${id}.`);
}
