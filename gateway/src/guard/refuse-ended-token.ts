import { AppError } from "@allfunds/contract/errors";
import type { OperationRequest } from "./operation-request.ts";

/** A token that was good when the operation began is not good for ever. */
export function refuseEndedToken({ context: { caller } }: OperationRequest): void {
  if (caller === undefined || caller.expiresAt.getTime() > Date.now()) return;
  throw new AppError("UNAUTHENTICATED", "The access token has expired.");
}
