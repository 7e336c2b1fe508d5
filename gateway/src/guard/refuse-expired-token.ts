import { AppError } from "@allfunds/contract/errors";
import { refuseRevoked } from "@allfunds/platform/auth";
import type { OperationRequest } from "../operation/operation-request.ts";

/** Refuses an event whose caller's token expired, or was revoked, while the subscription ran. */
export function refuseExpiredToken({ context: { caller } }: OperationRequest): void {
  if (caller === undefined) return;
  refuseRevoked(caller);
  if (caller.expiresAt.getTime() > Date.now()) return;
  throw new AppError("UNAUTHENTICATED", "The access token has expired.");
}
