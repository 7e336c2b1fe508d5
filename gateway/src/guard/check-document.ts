import type { DocumentNode } from "graphql";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import type { OperationRequest } from "../operation/operation-request.ts";
import { type IntrospectionPolicy, mayIntrospect } from "./limit-introspection.ts";
import { limitDocument } from "./limits/limit-document.ts";
import type { Limits } from "./limits/limits.ts";
import { refuseInvalidDocument } from "./refuse-invalid-document.ts";
import type { Turns } from "./turns.ts";

/** The rules for the document alone: its size, then whether it is valid. */
export function checkDocument(
  limits: Limits,
  introspection: IntrospectionPolicy,
  turns: Turns,
): GatewayPlugin {
  // Parsed documents are cached, so each is checked once for a graph.
  const checked = new WeakMap<DocumentNode, OperationRequest["graph"]>();
  const checkNow = ({ document, graph, context }: OperationRequest): void => {
    // The same document may have come twice.
    if (checked.get(document) === graph) return;
    limitDocument(document, limits);
    refuseInvalidDocument(document, graph, mayIntrospect(context, introspection));
    checked.set(document, graph);
  };
  const check = (request: OperationRequest): Promise<void> | undefined => {
    if (checked.get(request.document) === request.graph) return undefined;
    return turns.next().then(() => checkNow(request));
  };
  return { name: "document", checkOperation: check, checkEvent: check };
}
