import { isErrorCode } from "@allfunds/contract/errors";
import { OperationTypeNode, type ExecutionResult } from "graphql";
import { FieldCollector } from "../guard/cost/collect-fields.ts";
import {
  fragmentsOf,
  operationOf,
  type Findings,
  type OperationRequest,
} from "../guard/operation-request.ts";

export interface Outcome {
  /** The root field, whatever the client calls it. */
  readonly field: string;
  /** `OK`, or the code it was refused or failed with. */
  readonly code: string;
}

/** The code of what went well. */
export const DONE = "OK";

/** What became of each root field of a mutation that has run; nothing for a query. */
export function mutationOutcomes(
  request: OperationRequest,
  { document, variables }: Pick<Findings, "document" | "variables">,
  result: ExecutionResult,
): Outcome[] {
  const root = request.graph.apiSchema.getMutationType();
  const operation = operationOf({ ...request, document });
  if (operation.operation !== OperationTypeNode.MUTATION || !root) return [];
  const collector = new FieldCollector(request.graph.apiSchema, fragmentsOf(document), variables);
  return [...collector.collect([operation.selectionSet], root)].flatMap(([key, [node]]) => {
    const field = node?.name.value ?? "__typename";
    return field === "__typename" ? [] : [{ field, code: codeAt(key, result) }];
  });
}

/** An error further down is about what was asked back; the change itself was made. */
function codeAt(key: string, { data, errors = [] }: ExecutionResult): string {
  const isEmpty = (data?.[key] ?? null) === null;
  const error = errors.find(({ path }) =>
    path === undefined ? isEmpty : path.length === 1 && path[0] === key,
  );
  if (error === undefined) return DONE;
  const { code } = error.extensions;
  return isErrorCode(code) ? code : "INTERNAL_ERROR";
}
