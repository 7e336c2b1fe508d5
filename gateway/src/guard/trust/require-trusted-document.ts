import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "@allfunds/platform/logging";
import type { GatewayPlugin } from "../../operation/gateway-plugin.ts";
import type { OperationRequest } from "../../operation/operation-request.ts";
import type { TrustedDocuments } from "./trusted-documents.ts";

export interface TrustPolicy {
  /** `log` reports which documents `enforce` would refuse. */
  readonly mode: "log" | "enforce";
  readonly documents: TrustedDocuments;
  /** The client ids the rule applies to; every client when absent. */
  readonly clients?: readonly string[] | undefined;
  readonly logger: Logger;
}

/** Refuses documents that are not in the manifest of the project's clients. */
export const requireTrustedDocument = (policy: TrustPolicy): GatewayPlugin => ({
  name: "trusted documents",
  checkOperation: (request) => refuseUntrusted(request, policy),
});

function refuseUntrusted(request: OperationRequest, policy: TrustPolicy): void {
  const client = request.context.caller?.clientId;
  const applies = policy.clients === undefined || policy.clients.includes(client ?? "");
  if (!applies || policy.documents.has(request.document, client)) return;
  if (policy.mode === "log") {
    policy.logger.warn(
      { operationName: request.operationName, actor: request.context.actor, client },
      "untrusted document run",
    );
    return;
  }
  throw new AppError(
    "OPERATION_NOT_TRUSTED",
    "This operation is not in the list of trusted operations. Send a listed one.",
  );
}
