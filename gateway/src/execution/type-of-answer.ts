import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from "graphql";
import type { Answer } from "./answer.ts";

/** Whether an object is of a type, as far as it says what it is; `unsaid` is the answer where it does not. */
export function isOfType(
  schema: GraphQLSchema,
  { __typename: named }: Answer,
  condition: string,
  unsaid: boolean,
): boolean {
  if (typeof named !== "string" || named === "") return unsaid;
  if (named === condition) return true;
  const type = schema.getType(named);
  const wanted = schema.getType(condition);
  return (
    isAbstractType(wanted) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(wanted, type)
  );
}
