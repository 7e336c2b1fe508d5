import { AppError } from "@allfunds/contract/errors";
import type { OperationRequest } from "../operation/operation-request.ts";

/** Refuses an event whose caller's token expired while the subscription ran. */
export function refuseExpiredToken({ context: { caller } }: OperationRequest): void {
  if (caller === undefined || caller.expiresAt.getTime() > Date.now()) return;
  throw new AppError("UNAUTHENTICATED", "The access token has expired.");
}
