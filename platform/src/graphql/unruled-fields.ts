import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from "graphql";
import { accessRuleOf } from "./access-rule.ts";

const ROOTS = new Set(["Query", "Mutation", "Subscription"]);

/**
 * The fields of a subgraph that any caller can read: root fields without a rule, and fields of entities
 * when neither the field nor its type has one.
 */
export function unruledFields(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    return reachableFields(definition)
      .filter(({ directives }) => accessRuleOf(directives) === undefined)
      .map(({ name }) => `${definition.name.value}.${name.value}`);
  });
}

function reachableFields({
  name,
  fields,
  directives,
}: ObjectTypeDefinitionNode): readonly FieldDefinitionNode[] {
  if (ROOTS.has(name.value)) return fields ?? [];
  const keys = keyFields(directives);
  if (keys.size === 0 || accessRuleOf(directives) !== undefined) return [];
  return (fields ?? []).filter((field) => !keys.has(field.name.value) && !isExternal(field));
}

/** An external field belongs to another subgraph, which enforces its rule. */
const isExternal = ({ directives }: FieldDefinitionNode): boolean =>
  directives?.some(({ name }) => name.value === "external") === true;

/** The fields in the `@key`s of a type; a reference contains their values already. */
const keyFields = (directives: readonly ConstDirectiveNode[] | undefined): Set<string> =>
  new Set(
    directives?.flatMap(({ name, arguments: given }) => {
      const fields = given?.find((argument) => argument.name.value === "fields")?.value;
      return name.value === "key" && fields?.kind === Kind.STRING ? fields.value.split(/\s+/) : [];
    }),
  );
