import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "@allfunds/platform/logging";
import type { OperationRequest } from "../operation-request.ts";
import type { TrustedDocuments } from "./trusted-documents.ts";

export interface TrustPolicy {
  /** `log` tells which documents `enforce` would refuse. */
  readonly mode: "log" | "enforce";
  readonly documents: TrustedDocuments;
  /** The applications this is asked of, by client id; of everybody when absent. */
  readonly clients?: readonly string[] | undefined;
  readonly logger: Logger;
}

/** Only what our own clients were built with is run, however it arrives. */
export function requireTrustedDocument(request: OperationRequest, policy: TrustPolicy): void {
  const client = request.context.caller?.clientId;
  const isAsked = policy.clients === undefined || policy.clients.includes(client ?? "");
  if (!isAsked || policy.documents.has(request.document, client)) return;
  if (policy.mode === "log") {
    policy.logger.warn(
      { operationName: request.operationName, actor: request.context.actor, client },
      "a document that is not trusted was run",
    );
    return;
  }
  throw new AppError("OPERATION_NOT_TRUSTED", "Only operations known in advance are run here.");
}
