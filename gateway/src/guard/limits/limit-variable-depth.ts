import { AppError } from "@allfunds/platform";
import type { OperationRequest } from "../operation-request.ts";
import type { Limits } from "./limits.ts";

/** JSON nested a million levels deep is read without harm, but writing it for a subgraph overflows the stack. */
export function limitVariableDepth({ variables }: OperationRequest, limits: Limits): void {
  let level: object[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.variableDepth) {
      throw new AppError(
        "OPERATION_LIMIT_EXCEEDED",
        `The variables are nested more than ${limits.variableDepth} levels deep.`,
      );
    }
    level = level.flatMap((value) => Object.values(value).filter(isNested));
  }
}

const isNested = (value: unknown): value is object => typeof value === "object" && value !== null;
