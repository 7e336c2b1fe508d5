import { invalidInput } from "@allfunds/platform";
import { Kind, visit, type ArgumentNode } from "graphql";
import type { Variables } from "../../execution/run-plan.ts";
import type { OperationRequest } from "../operation-request.ts";
import { operationOf } from "../operation-request.ts";
import type { Limits } from "./limits.ts";

const PAGE_ARGUMENTS = new Set(["first", "last"]);

/** A list has a page size, and it is checked here too, so that a subgraph is not asked in vain. */
export function limitListSize(request: OperationRequest, { listSize }: Limits): void {
  const defaults = defaultsOf(request);
  visit(request.document, {
    Argument(argument) {
      const name = argument.name.value;
      if (!PAGE_ARGUMENTS.has(name)) return;
      const size = sizeOf(argument, request.variables, defaults);
      if (typeof size === "number" && (size > listSize || size < 0))
        throw invalidInput(name, `must be between 1 and ${listSize}`);
    },
  });
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
