import { AppError } from "@allfunds/contract/errors";
import { auditEvent, Repetitions, type AuditEvent } from "@allfunds/platform/audit";
import { traceIdFrom, type HeaderValues } from "@allfunds/platform/context";
import { getOperationAST, OperationTypeNode, type ExecutionResult } from "graphql";
import {
  operationOf,
  type DeniedField,
  type Findings,
  type OperationRequest,
} from "../guard/operation-request.ts";
import { reasonsOf } from "../guard/refused.ts";
import { DONE, mutationOutcomes } from "./mutation-outcomes.ts";
import { subgraphRefusals } from "./subgraph-refusals.ts";

/** A request whose sender is not known. */
export interface UnknownCaller {
  readonly headers: HeaderValues;
  readonly address: string;
  readonly transport: OperationRequest["transport"];
}

/** Refusals that tell of somebody trying what is not theirs; others (a typing error, a dear query) are no news. */
const NEWS: ReadonlySet<unknown> = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "STEP_UP_REQUIRED",
  "OPERATION_NOT_TRUSTED",
]);

/** Tells what happens at the gateway, line by line: every change and every refusal. Never throws and never waits. */
export class AuditTrail {
  readonly #record: (event: AuditEvent) => void;
  readonly #unknown: Repetitions;
  readonly #refused: Repetitions;

  constructor(record: (event: AuditEvent) => void) {
    this.#record = record;
    this.#unknown = new Repetitions(record);
    this.#refused = new Repetitions(record);
  }

  /** An operation has run: one line for each root field of a mutation, and for what subgraphs refused. */
  answered(request: OperationRequest, found: Findings, result: ExecutionResult): void {
    for (const { field, code } of mutationOutcomes(request, found, result))
      this.#note(request, "graph.mutation", field, code);
    const isMutation = operationOf(request).operation === OperationTypeNode.MUTATION;
    for (const { place, code } of subgraphRefusals(result, isMutation))
      if (NEWS.has(code)) this.#note(request, "graph.refused", place, code);
  }

  /** The guard has left fields out of an operation, or refused it for them. */
  denied(request: OperationRequest, fields: readonly DeniedField[]): void {
    const denials = new Map(fields.map(({ coordinate, denial }) => [coordinate, denial]));
    for (const [coordinate, denial] of denials)
      this.#note(request, "graph.refused", coordinate.replace(ROOT_TYPE, ""), denial);
  }

  /** The guard has refused an operation for another reason. */
  refused(request: OperationRequest, error: unknown): void {
    const code = codeOf(error);
    if (typeof code === "string" && NEWS.has(code))
      this.#note(request, "graph.refused", nameOf(request) ?? "(operation)", code);
  }

  /** Somebody came without a token, or with one that is not good. */
  unknownCaller(error: unknown, { headers, address, transport }: UnknownCaller): void {
    if (!(error instanceof AppError) || error.code !== "UNAUTHENTICATED") return;
    const sent = headers["traceparent"];
    const token = headers["authorization"] === undefined ? "absent" : "refused";
    this.#unknown.note(
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

  /** Tells what was held back to be told together. */
  settle(): void {
    this.#unknown.settle();
    this.#refused.settle();
  }

  #note(
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
    // What was carried out or failed is told one by one, whatever its number.
    if (action === "graph.mutation") this.#record(event);
    else this.#refused.note(JSON.stringify([tenantId, clientId, actorId, subject, code]), event);
  }
}

/** The name of the operation, whether the client has chosen it or it is the only one. */
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
