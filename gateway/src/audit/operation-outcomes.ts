import { isErrorCode } from "@allfunds/contract/errors";
import { type ExecutionResult, OperationTypeNode } from "graphql";
import { FieldCollector } from "../operation/collect-fields.ts";
import type { Findings } from "../operation/findings.ts";
import { fragmentsOf, operationOf, type OperationRequest } from "../operation/operation-request.ts";

export interface Outcome {
  /** The root field, without its alias. */
  readonly field: string;
  /** `OK`, or the code of its refusal or failure. */
  readonly code: string;
}

/** The code of success. */
export const DONE = "OK";

/** The outcome of each root field of a mutation that has run; none for a query. */
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

/** The code of a root field. An error below it concerns only the returned selection: the change was made. */
function codeAt(key: string, { data, errors = [] }: ExecutionResult): string {
  const isEmpty = (data?.[key] ?? null) === null;
  const error = errors.find(({ path }) =>
    path === undefined ? isEmpty : path.length === 1 && path[0] === key,
  );
  if (error === undefined) return DONE;
  const { code } = error.extensions;
  return isErrorCode(code) ? code : "INTERNAL_ERROR";
}

export interface SubgraphRefusal {
  /** The path in the answer without list indexes: `fund.accounts`. */
  readonly field: string;
  readonly code: string;
}

const MAX_REFUSALS = 20;

/**
 * What subgraphs refused within an answer, each field once. Root fields of a mutation are left out, because
 * their outcomes are recorded anyway.
 */
export function subgraphRefusals(
  { errors = [] }: ExecutionResult,
  isMutation: boolean,
): SubgraphRefusal[] {
  const found = new Map<string, SubgraphRefusal>();
  for (const { path = [], extensions } of errors) {
    if (typeof extensions["service"] !== "string" || (isMutation && path.length === 1)) continue;
    const field = path.filter((step) => typeof step === "string").join(".") || "(answer)";
    const code = String(extensions["code"]);
    found.set(`${field} ${code}`, { field, code });
    if (found.size === MAX_REFUSALS) break;
  }
  return [...found.values()];
}
