import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import { isSubscription } from "../operation/operation-request.ts";

/**
 * Traces a query or mutation for callers with the scope who ask for it by Apollo's header. Others get no trace and
 * no error: proxies and tools send the header to whom they do not know.
 */
export const traceOperation = (scope: string | undefined): GatewayPlugin => ({
  name: "trace",
  checkOperation: (request, found) => {
    if (request.traces !== true || isSubscription(request)) return undefined;
    if (scope !== undefined && !request.context.scopes.includes(scope)) return undefined;
    // Loaded on use: few operations are traced.
    return import("../explanation/federated-trace.ts").then(({ FederatedTrace }) => {
      found.trace = new FederatedTrace();
    });
  },
});
