import { AppError, type Violation } from "@allfunds/contract/errors";
import { readVariables } from "@allfunds/platform/graphql/variables";
import { getVariableValues } from "graphql";
import type { Findings } from "../operation/findings.ts";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import { operationOf, type OperationRequest } from "../operation/operation-request.ts";

const MAX_VIOLATIONS = 20;

/** Refuses variables that do not have the types the operation declares. */
export const refuseWrongVariables: GatewayPlugin = {
  name: "variables",
  checkOperation: coerceVariables,
};

function coerceVariables(request: OperationRequest, found: Findings): void {
  const operation = operationOf(request);
  const valid = readVariables(request.graph.apiSchema, operation, request.variables);
  if (valid !== undefined) {
    found.variables = valid;
    return;
  }
  // graphql-js would lose it, or take it as what its own object inherits.
  if (Object.hasOwn(request.variables, "__proto__"))
    throw new AppError("INVALID_INPUT", 'A variable must not be named "__proto__".');
  const { errors, coerced } = getVariableValues(
    request.graph.apiSchema,
    operation.variableDefinitions ?? [],
    { ...request.variables },
    { maxErrors: MAX_VIOLATIONS },
  );
  if (errors === undefined) {
    found.variables = { ...coerced };
    return;
  }
  const violations = errors.map(({ message }): Violation => ({
    path: variablePath(message),
    message,
  }));
  throw new AppError("INVALID_INPUT", violations[0]?.message ?? "The variables are not valid.", {
    violations,
  });
}

/** graphql-js reports the path only inside its message: `Variable "$input" got invalid value 5 at "input.amount"; ...` */
const variablePath = (message: string): string =>
  /at "([^"]+)";/.exec(message)?.[1] ?? /^Variable "\$([^"]+)"/.exec(message)?.[1] ?? "variables";
