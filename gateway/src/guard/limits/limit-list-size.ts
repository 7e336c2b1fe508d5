import { invalidInput } from "@allfunds/contract/errors";
import { type ArgumentNode, type DocumentNode, Kind, visit } from "graphql";
import type { GatewayPlugin } from "../../operation/gateway-plugin.ts";
import {
  operationOf,
  type OperationRequest,
  type Variables,
} from "../../operation/operation-request.ts";
import type { Limits } from "./limits.ts";

const PAGE_ARGUMENTS = new Set(["first", "last"]);

/** Refuses page sizes above the limit before a subgraph is called. */
export const limitListSize = (limits: Limits): GatewayPlugin => ({
  name: "list size",
  checkOperation: (request) => refuseLargeLists(request, limits),
});

function refuseLargeLists(request: OperationRequest, { listSize }: Limits): void {
  const found = pageArguments(request.document);
  if (found.length === 0) return;
  const defaults = defaultsOf(request);
  for (const argument of found) {
    const size = sizeOf(argument, request.variables, defaults);
    if (typeof size === "number" && (size > listSize || size < 0))
      throw invalidInput(argument.name.value, `must be between 1 and ${listSize}`);
  }
}

// Parsed documents are cached, so each is searched once.
const results = new WeakMap<DocumentNode, readonly ArgumentNode[]>();

function pageArguments(document: DocumentNode): readonly ArgumentNode[] {
  const cached = results.get(document);
  if (cached !== undefined) return cached;
  const found: ArgumentNode[] = [];
  visit(document, {
    Argument(argument) {
      if (PAGE_ARGUMENTS.has(argument.name.value)) found.push(argument);
    },
  });
  results.set(document, found);
  return found;
}

function sizeOf(argument: ArgumentNode, variables: Variables, defaults: Variables): unknown {
  const { value } = argument;
  if (value.kind === Kind.INT || value.kind === Kind.FLOAT) return Number(value.value);
  if (value.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  return Object.hasOwn(variables, name) ? variables[name] : defaults[name];
}

const defaultsOf = (request: OperationRequest): Variables =>
  Object.fromEntries(
    (operationOf(request).variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  );
