import { createHash } from "node:crypto";
import { operationFromDocument } from "@apollo/federation-internals";
import { buildOperationContext } from "@apollo/gateway";
import type { QueryPlan } from "@apollo/query-planner";
import { print } from "graphql";
import type { Findings } from "../guard/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import { protectPlannerVariables } from "./protect-planner-variables.ts";
import { protectPlannerKeys, type RenamedKeys } from "./protect-planner-keys.ts";

type OperationContext = ReturnType<typeof buildOperationContext>;

/** An operation made ready to run any number of times, whatever its variables. */
export interface PlannedOperation {
  readonly plan: QueryPlan;
  readonly context: OperationContext;
  readonly renamed: RenamedKeys | undefined;
}

/** The plan for one operation of a document; the same text gets the same plan without planning again. */
export function planOperation(
  graph: Graph,
  { document, withheldFields }: Pick<Findings, "document" | "withheldFields">,
  source: string,
  operationName: string | undefined,
): PlannedOperation {
  // What was taken out for one caller may be left in for another: the text that runs is the key.
  const text = withheldFields === undefined ? source : print(document);
  const key = `${digestOf(text)}/${operationName ?? ""}`;
  const known = graph.plans.get(key);
  if (known !== undefined) return known;

  const { document: safe, renamed } = protectPlannerKeys(
    protectPlannerVariables(document),
    graph.plannerKeys,
  );
  const named = operationName === undefined ? {} : { operationName };
  const operation = operationFromDocument(graph.federatedApiSchema, safe, named);
  const planned: PlannedOperation = {
    plan: graph.planner.buildQueryPlan(operation),
    context: buildOperationContext({
      schema: graph.apiSchema,
      operationDocument: safe,
      ...named,
    }),
    renamed,
  };
  graph.plans.set(key, planned);
  return planned;
}

/** The SHA-256 of a document's text, hexadecimal: how caches name an operation. */
export const digestOf = (source: string): string =>
  createHash("sha256").update(source).digest("hex");
