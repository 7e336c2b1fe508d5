import { AppError, isErrorCode } from "@allfunds/contract/errors";
import { type ExecutionResult, getOperationAST, GraphQLError } from "graphql";
import { Counter, Histogram, type Registry } from "prom-client";
import type { OperationRequest } from "../operation/operation-request.ts";
import { Refused } from "../operation/refusal.ts";

/** Clients choose the names of operations, and each name is a series of its own. */
const MAX_NAMES = 200;

/** The figures of client operations at /metrics. */
export class OperationFigures {
  readonly #names = new Set<string>();
  readonly #operations: Counter;
  readonly #seconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#operations = new Counter({
      name: "gateway_operations_total",
      help: "Operations by name, type and code: OK, or that of the first error of the answer or the refusal",
      labelNames: ["operation", "type", "code"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "gateway_operation_seconds",
      help: "Time to answer a query or a mutation once it was accepted, in seconds",
      labelNames: ["operation", "type"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    });
  }

  /** Starts measuring an operation; call the returned function with its answer. */
  began(request: OperationRequest): (result: Pick<ExecutionResult, "errors">) => void {
    const startedAt = performance.now();
    return ({ errors }) => {
      const labels = this.#labelsOf(request);
      const code = errors === undefined ? "OK" : asCode(errors[0]?.extensions["code"]);
      this.#operations.inc({ ...labels, code });
      this.#seconds.observe(labels, (performance.now() - startedAt) / 1_000);
    };
  }

  /** Counts an operation that the guard refused. */
  refused(request: OperationRequest, error: unknown): void {
    const [reason = error] = error instanceof Refused ? error.reasons : [];
    const code = reason instanceof GraphQLError ? reason.extensions["code"] : codeIn(reason);
    this.#operations.inc({ ...this.#labelsOf(request), code: asCode(code) });
  }

  /** A document without the requested operation has neither type nor name. */
  #labelsOf({ document, operationName }: OperationRequest): Labels {
    const operation = getOperationAST(document, operationName);
    const name = operation?.name?.value ?? "";
    const type = operation?.operation ?? "";
    if (!this.#names.has(name) && this.#names.size >= MAX_NAMES)
      return { operation: "other", type };
    this.#names.add(name);
    return { operation: name, type };
  }
}

type Labels = Readonly<Record<"operation" | "type", string>>;

const codeIn = (error: unknown): unknown => (error instanceof AppError ? error.code : undefined);

/** One of the closed set: subgraphs of other projects may send any. */
const asCode = (code: unknown): string => (isErrorCode(code) ? code : "INTERNAL_ERROR");
