import { invalidInput } from "@allfunds/contract/errors";
import type { RequestContext } from "../context.ts";

const MAX_KEY_LENGTH = 255;

/**
 * The key of a mutation: the one in its input, else the request's header together with the field's
 * name in the answer, so that two mutations of one request do not share it.
 */
export function idempotencyKey(
  context: RequestContext,
  inInput: string | null | undefined,
  answerName: string | number,
): string | undefined {
  if (inInput === null || inInput === undefined) {
    return context.idempotencyKey === undefined
      ? undefined
      : `header ${context.idempotencyKey} ${answerName}`;
  }
  if (inInput.length < 1 || inInput.length > MAX_KEY_LENGTH) {
    throw invalidInput("idempotencyKey", `must be 1 to ${MAX_KEY_LENGTH} characters`);
  }
  return `input ${inInput}`;
}
