import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { type DocumentNode, Kind, visit } from "graphql";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import type { OperationRequest } from "../operation/operation-request.ts";

/** Who may read the schema: every caller, none, or callers with a scope. */
export type IntrospectionPolicy = "on" | "off" | { readonly scope: string };

export const mayIntrospect = (
  { scopes }: Pick<RequestContext, "scopes">,
  policy: IntrospectionPolicy,
): boolean => (typeof policy === "string" ? policy === "on" : scopes.includes(policy.scope));

/** Refuses introspection to callers who may not read the schema. `__typename` is open to every caller. */
export const limitIntrospection = (policy: IntrospectionPolicy): GatewayPlugin => ({
  name: "introspection",
  checkOperation: (request) => refuseIntrospection(request, policy),
});

function refuseIntrospection(request: OperationRequest, policy: IntrospectionPolicy): void {
  if (mayIntrospect(request.context, policy) || !introspects(request.document)) return;
  throw typeof policy === "string"
    ? new AppError("GRAPHQL_VALIDATION_FAILED", "Introspection is switched off.")
    : new AppError("FORBIDDEN", `Introspection requires the scope ${policy.scope}.`);
}

// Parsed documents are cached, so each is searched once.
const results = new WeakMap<DocumentNode, boolean>();

function introspects(document: DocumentNode): boolean {
  const cached = results.get(document);
  if (cached !== undefined) return cached;
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      found ||= name.value === "__schema" || name.value === "__type";
    },
  });
  results.set(document, found);
  return found;
}
