import { AppError } from "@allfunds/contract/errors";
import { isSubscription, type OperationRequest } from "../operation/operation-request.ts";

/** Refuses subscriptions where a request has one answer. */
export function refuseSubscriptionOverHttp(request: OperationRequest): void {
  if (request.transport !== "http" || !isSubscription(request)) return;
  throw new AppError(
    "INVALID_INPUT",
    'Subscribe over WebSocket (graphql-ws) on this path, or send Accept: "text/event-stream" or multipart/mixed;subscriptionSpec="1.0".',
  );
}
