import { AppError } from "@allfunds/contract/errors";
import type { GatewayPlugin } from "../../operation/gateway-plugin.ts";
import type { Limits } from "./limits.ts";

/** Refuses deeply nested variables: parsing them is harmless, but serialising them for a subgraph overflows the stack. */
export const limitVariableDepth = ({ variableDepth }: Limits): GatewayPlugin => ({
  name: "variable depth",
  checkOperation: ({ variables }) => {
    if (!isDeeperThan(variableDepth, variables)) return;
    throw new AppError(
      "OPERATION_LIMIT_EXCEEDED",
      `The variables are nested more than ${variableDepth} levels deep.`,
    );
  },
});

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
