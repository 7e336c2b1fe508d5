import { invalidInput } from "@allfunds/contract/errors";
import { Kind, visit, type ArgumentNode, type DocumentNode } from "graphql";
import type { Variables } from "../../execution/variables.ts";
import type { OperationRequest } from "../operation-request.ts";
import { operationOf } from "../operation-request.ts";
import type { Limits } from "./limits.ts";

const PAGE_ARGUMENTS = new Set(["first", "last"]);

/** A list has a page size, and it is checked here too, so that a subgraph is not asked in vain. */
export function limitListSize(request: OperationRequest, { listSize }: Limits): void {
  const found = pageArguments(request.document);
  if (found.length === 0) return;
  const defaults = defaultsOf(request);
  for (const argument of found) {
    const size = sizeOf(argument, request.variables, defaults);
    if (typeof size === "number" && (size > listSize || size < 0))
      throw invalidInput(argument.name.value, `must be between 1 and ${listSize}`);
  }
}

// Documents come from caches of parsed texts, so each is searched once.
const known = new WeakMap<DocumentNode, readonly ArgumentNode[]>();

function pageArguments(document: DocumentNode): readonly ArgumentNode[] {
  const before = known.get(document);
  if (before !== undefined) return before;
  const found: ArgumentNode[] = [];
  visit(document, {
    Argument(argument) {
      if (PAGE_ARGUMENTS.has(argument.name.value)) found.push(argument);
    },
  });
  known.set(document, found);
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
