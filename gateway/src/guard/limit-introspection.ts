import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "@allfunds/platform/context";
import { Kind, visit, type DocumentNode } from "graphql";
import type { OperationRequest } from "./operation-request.ts";

/** Who may ask for the schema: everybody who may ask at all, nobody, or callers with a scope. */
export type IntrospectionPolicy = "on" | "off" | { readonly scope: string };

export const mayIntrospect = (
  { scopes }: Pick<RequestContext, "scopes">,
  policy: IntrospectionPolicy,
): boolean => (typeof policy === "string" ? policy === "on" : scopes.includes(policy.scope));

/** The schema is told to those who may work with it; `__typename` to everybody. */
export function limitIntrospection(request: OperationRequest, policy: IntrospectionPolicy): void {
  if (mayIntrospect(request.context, policy) || !introspects(request.document)) return;
  throw policy === "off"
    ? new AppError("GRAPHQL_VALIDATION_FAILED", "The schema is not told here.")
    : new AppError("FORBIDDEN", "The schema is not told to you.");
}

// Documents come from caches of parsed texts, so each is searched once.
const known = new WeakMap<DocumentNode, boolean>();

function introspects(document: DocumentNode): boolean {
  const before = known.get(document);
  if (before !== undefined) return before;
  let found = false;
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      found ||= name.value === "__schema" || name.value === "__type";
    },
  });
  known.set(document, found);
  return found;
}
