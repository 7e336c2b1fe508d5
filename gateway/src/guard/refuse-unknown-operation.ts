import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import { operationOf } from "../operation/operation-request.ts";

/** Refuses a document without exactly one operation to run. */
export const refuseUnknownOperation: GatewayPlugin = {
  name: "unknown operation",
  checkOperation: (request) => void operationOf(request),
};
