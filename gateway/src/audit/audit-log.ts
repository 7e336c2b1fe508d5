import { AppError } from "@allfunds/contract/errors";
import {
  auditEvent,
  type AuditEvent,
  AuditReporter,
  Repetitions,
  reportTo,
} from "@allfunds/platform/audit";
import type { Authentication } from "@allfunds/platform/auth";
import { type HeaderValues, traceIdFrom } from "@allfunds/platform/context";
import type { Logger } from "@allfunds/platform/logging";
import { type ExecutionResult, getOperationAST, OperationTypeNode } from "graphql";
import type { DeniedField, Findings } from "../operation/findings.ts";
import { operationOf, type OperationRequest } from "../operation/operation-request.ts";
import { reasonsOf } from "../operation/refusal.ts";
import { DONE, mutationOutcomes, subgraphRefusals } from "./operation-outcomes.ts";

/** A request without an identified caller. */
export interface UnidentifiedRequest {
  readonly headers: HeaderValues;
  readonly address: string;
  readonly transport: OperationRequest["transport"];
}

/** Codes of attempts without the right to make them. Other refusals, such as of a malformed query, are not recorded. */
const AUDITED_CODES: ReadonlySet<unknown> = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "STEP_UP_REQUIRED",
  "OPERATION_NOT_TRUSTED",
]);

/** Records every change and every refusal at the gateway. Never throws and never waits. */
export class AuditLog {
  readonly #record: (event: AuditEvent) => void;
  readonly #unidentified: Repetitions;
  readonly #refused: Repetitions;

  constructor(record: (event: AuditEvent) => void) {
    this.#record = record;
    this.#unidentified = new Repetitions(record);
    this.#refused = new Repetitions(record);
  }

  /** Records an operation that has run: each root field of a mutation, and what subgraphs refused. */
  answered(request: OperationRequest, found: Findings, result: ExecutionResult): void {
    for (const { field, code } of mutationOutcomes(request, found, result))
      this.#add(request, "graph.mutation", field, code);
    const isMutation = operationOf(request).operation === OperationTypeNode.MUTATION;
    for (const { field, code } of subgraphRefusals(result, isMutation))
      if (AUDITED_CODES.has(code)) this.#add(request, "graph.refused", field, code);
  }

  /** Records the fields that the guard removed from an operation or refused it for. */
  denied(request: OperationRequest, fields: readonly DeniedField[]): void {
    const denials = new Map(fields.map(({ coordinate, denial }) => [coordinate, denial]));
    for (const [coordinate, denial] of denials)
      this.#add(request, "graph.refused", coordinate.replace(ROOT_TYPE, ""), denial);
  }

  /** Records an operation that the guard refused for another reason. */
  refused(request: OperationRequest, error: unknown): void {
    const code = codeOf(error);
    if (typeof code === "string" && AUDITED_CODES.has(code))
      this.#add(request, "graph.refused", nameOf(request) ?? "(operation)", code);
  }

  /** Records a request without a token, or with an invalid one. */
  unidentified(error: unknown, { headers, address, transport }: UnidentifiedRequest): void {
    if (!(error instanceof AppError) || error.code !== "UNAUTHENTICATED") return;
    const sent = headers["traceparent"];
    const token = headers["authorization"] === undefined ? "absent" : "refused";
    this.#unidentified.note(
      `${address} ${token}`,
      auditEvent({
        action: "graph.refused",
        outcome: "REFUSED",
        caller: undefined,
        address,
        traceId: traceIdFrom(typeof sent === "string" ? sent : undefined),
        subject: "(request)",
        detail: { code: error.code, transport, token, reason: error.detail ?? error.message },
      }),
    );
  }

  /** Records the repetitions that were held back. */
  flush(): void {
    this.#unidentified.settle();
    this.#refused.settle();
  }

  #add(
    request: OperationRequest,
    action: AuditEvent["action"],
    subject: string,
    code: string,
  ): void {
    const { context, address, transport } = request;
    const event = auditEvent({
      action,
      outcome: code === DONE ? "ALLOWED" : "REFUSED",
      caller: context.caller,
      address,
      traceId: context.traceId,
      subject,
      detail: { code, transport, operationName: nameOf(request), acr: context.caller?.acr },
    });
    const { tenantId, clientId, actorId } = event;
    // Each mutation is recorded, however many there are.
    if (action === "graph.mutation") this.#record(event);
    else this.#refused.note(JSON.stringify([tenantId, clientId, actorId, subject, code]), event);
  }
}

/** The name of the operation that runs. */
const nameOf = ({ document, operationName }: OperationRequest): string | undefined =>
  getOperationAST(document, operationName)?.name?.value;

const ROOT_TYPE = /^(Query|Mutation|Subscription)\./;

function codeOf(error: unknown): unknown {
  try {
    return reasonsOf(error)[0]?.extensions["code"];
  } catch {
    return undefined;
  }
}

export interface RunningAuditLog {
  readonly log: AuditLog;
  /** Delivers the pending events and stops. */
  readonly stop: () => Promise<void>;
}

/** Starts to report to the issuer's audit log; undefined when the gateway has no client credentials there. */
export function startAuditLog(
  authentication: Pick<Authentication, "systemCredentials">,
  identityUrl: string,
  logger: Logger,
): RunningAuditLog | undefined {
  const credentials = authentication.systemCredentials("audit:write");
  if (credentials === undefined) return undefined;
  const reporter = new AuditReporter({ send: reportTo(identityUrl, credentials), logger });
  const log = new AuditLog(reporter.record);
  return {
    log,
    stop: async () => {
      log.flush();
      await reporter.stop();
    },
  };
}
