import { AppError, type Violation } from "@allfunds/contract/errors";
import { readVariables } from "@allfunds/platform/graphql";
import { getVariableValues } from "graphql";
import { operationOf, type Findings, type OperationRequest } from "./operation-request.ts";

const MOST_VIOLATIONS = 20;

/** Variables have the types the operation declares, or no subgraph is asked. */
export function refuseWrongVariables(request: OperationRequest, found: Findings): void {
  const operation = operationOf(request);
  const fitting = readVariables(request.graph.apiSchema, operation, request.variables);
  if (fitting !== undefined) {
    found.variables = fitting;
    return;
  }
  const { errors, coerced } = getVariableValues(
    request.graph.apiSchema,
    operation.variableDefinitions ?? [],
    { ...request.variables },
    { maxErrors: MOST_VIOLATIONS },
  );
  if (errors === undefined) {
    found.variables = coerced;
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

/** graphql-js tells the place only inside its sentence: `Variable "$input" got invalid value 5 at "input.amount"; ...` */
const variablePath = (message: string): string =>
  /at "([^"]+)";/.exec(message)?.[1] ?? /^Variable "\$([^"]+)"/.exec(message)?.[1] ?? "variables";
