import { Kind, visit, type DocumentNode } from "graphql";
import type { Variables } from "./variables.ts";

/** The variable in which a plan hands entities to a subgraph; a client's own of that name would be overwritten. */
const TAKEN = "representations";
const SAFE = "_client_representations";

/** Gives a client's variable another name where the planner has taken it. */
export const protectPlannerVariables = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Variable: (variable) =>
      variable.name.value === TAKEN
        ? { ...variable, name: { kind: Kind.NAME, value: SAFE } }
        : undefined,
  });

/** The values of an operation's variables, under the names its plan knows them by. */
export function plannerVariables(variables: Variables): Variables {
  if (!Object.hasOwn(variables, TAKEN)) return variables;
  const { [TAKEN]: value, ...others } = variables;
  return { ...others, [SAFE]: value };
}
