import { AppError } from "@allfunds/contract/errors";
import { isSubscription, type OperationRequest } from "../operation/operation-request.ts";

/** Refuses subscriptions over HTTP, which has one answer per request. */
export function refuseSubscriptionOverHttp(request: OperationRequest): void {
  if (request.transport === "websocket" || !isSubscription(request)) return;
  throw new AppError(
    "INVALID_INPUT",
    "Subscriptions are served over WebSocket (graphql-ws) on this path.",
  );
}
