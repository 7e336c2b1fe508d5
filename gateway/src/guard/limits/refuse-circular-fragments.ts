import { AppError } from "@allfunds/contract/errors";
import type { OperationShape } from "./operation-shape.ts";

/** Refuses fragments that spread themselves. */
export function refuseCircularFragments({ circularFragment }: OperationShape): void {
  if (circularFragment === undefined) return;
  throw new AppError(
    "GRAPHQL_VALIDATION_FAILED",
    `The fragment "${circularFragment}" spreads itself.`,
  );
}
