import { operationOf, type OperationRequest } from "../operation/operation-request.ts";

/** Refuses a document without exactly one operation to run. */
export function refuseUnknownOperation(request: OperationRequest): void {
  operationOf(request);
}
