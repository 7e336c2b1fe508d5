import type { ExecutionResult } from "graphql";
import type { Findings } from "./findings.ts";
import type { OperationRequest } from "./operation-request.ts";

/**
 * A rule of the gateway in one file. The guard is a list of them; operators add their own by `GATEWAY_PLUGINS`.
 * A check throws an `AppError` or `Refused` to refuse an operation; what it finds goes into `found`.
 */
export interface GatewayPlugin {
  /** Names it in the log. */
  readonly name: string;
  /** Checks every operation before it is planned, over HTTP, streams and WebSocket alike. */
  readonly checkOperation?: (
    request: OperationRequest,
    found: Findings,
  ) => void | undefined | Promise<void>;
  /** Checks every event of a subscription before it is sent: tokens expire and rules change while it runs. */
  readonly checkEvent?: (
    request: OperationRequest,
    found: Findings,
  ) => void | undefined | Promise<void>;
  /** Receives the answer to a query or a mutation before it is sent. It must not change it. */
  readonly answered?: (request: OperationRequest, result: ExecutionResult) => void;
}
