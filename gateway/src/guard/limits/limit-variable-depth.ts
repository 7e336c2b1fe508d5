import { AppError } from "@allfunds/contract/errors";
import type { OperationRequest } from "../../operation/operation-request.ts";
import type { Limits } from "./limits.ts";

/** Refuses deeply nested variables: parsing them is harmless, but serialising them for a subgraph overflows the stack. */
export function limitVariableDepth({ variables }: OperationRequest, limits: Limits): void {
  if (!isDeeperThan(limits.variableDepth, variables)) return;
  throw new AppError(
    "OPERATION_LIMIT_EXCEEDED",
    `The variables are nested more than ${limits.variableDepth} levels deep.`,
  );
}

/** Recurses no deeper than the limit, so that it cannot overflow the stack itself. */
function isDeeperThan(levels: number, value: object): boolean {
  if (levels < 0) return true;
  if (Array.isArray(value))
    return value.some((item) => isNested(item) && isDeeperThan(levels - 1, item));
  for (const item of Object.values(value))
    if (isNested(item) && isDeeperThan(levels - 1, item)) return true;
  return false;
}

const isNested = (value: unknown): value is object => typeof value === "object" && value !== null;
