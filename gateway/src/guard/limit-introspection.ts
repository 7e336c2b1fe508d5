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
  const read = introspectionIn(request.document);
  if (read === "none") return;
  if (mayIntrospect(request.context, policy)) {
    if (read === "some") return;
    throw new AppError("OPERATION_LIMIT_EXCEEDED", "Read the types of the schema at most twice.");
  }
  throw typeof policy === "string"
    ? new AppError("GRAPHQL_VALIDATION_FAILED", "Introspection is switched off.")
    : new AppError("FORBIDDEN", `Introspection requires the scope ${policy.scope}.`);
}

type Introspection = "none" | "some" | "much";

/** Aliases of these repeat the whole schema, which takes a tenth of a second each time. */
const WHOLE = ["__schema", "types"];
const MOST_OF_EACH = 2;

// Parsed documents are cached, so each is searched once.
const results = new WeakMap<DocumentNode, Introspection>();

function introspectionIn(document: DocumentNode): Introspection {
  const cached = results.get(document);
  if (cached !== undefined) return cached;
  const counts = new Map<string, number>();
  visit(document, {
    [Kind.FIELD]: ({ name: { value } }) => {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    },
  });
  const isMuch = WHOLE.some((name) => (counts.get(name) ?? 0) > MOST_OF_EACH);
  const reads = counts.has("__schema") ? (isMuch ? "much" : "some") : "none";
  const read = reads === "none" && counts.has("__type") ? "some" : reads;
  results.set(document, read);
  return read;
}
