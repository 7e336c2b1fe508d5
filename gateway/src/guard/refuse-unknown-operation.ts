import { operationOf, type OperationRequest } from "./operation-request.ts";

/** What is to run has to be in the document, and clear. */
export function refuseUnknownOperation(request: OperationRequest): void {
  operationOf(request);
}
