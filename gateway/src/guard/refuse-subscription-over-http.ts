import { AppError } from "@allfunds/contract/errors";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import { isSubscription } from "../operation/operation-request.ts";

/** Refuses subscriptions where a request has one answer. */
export const refuseSubscriptionOverHttp: GatewayPlugin = {
  name: "subscription over HTTP",
  checkOperation: (request) => {
    if (request.transport !== "http" || !isSubscription(request)) return;
    throw new AppError(
      "INVALID_INPUT",
      'Subscribe over WebSocket (graphql-ws) on this path, or send Accept: "text/event-stream" or multipart/mixed;subscriptionSpec="1.0".',
    );
  },
};
