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
 * The fields of a subgraph through which anybody could come in: root fields without a rule of their
 * own, and fields of entities where neither the field nor its type has one.
 */
export function unruledFields(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    return wayInFields(definition)
      .filter(({ directives }) => accessRuleOf(directives) === undefined)
      .map(({ name }) => `${definition.name.value}.${name.value}`);
  });
}

function wayInFields({
  name,
  fields,
  directives,
}: ObjectTypeDefinitionNode): readonly FieldDefinitionNode[] {
  if (ROOTS.has(name.value)) return fields ?? [];
  const keys = keyFields(directives);
  if (keys.size === 0 || accessRuleOf(directives) !== undefined) return [];
  return (fields ?? []).filter((field) => !keys.has(field.name.value) && !isExternal(field));
}

/** Belongs to a neighbour, who says who may have it. */
const isExternal = ({ directives }: FieldDefinitionNode): boolean =>
  directives?.some(({ name }) => name.value === "external") === true;

/** The names in the `@key`s of a type: whoever refers to an entity says them himself. */
const keyFields = (directives: readonly ConstDirectiveNode[] | undefined): Set<string> =>
  new Set(
    directives?.flatMap(({ name, arguments: given }) => {
      const fields = given?.find((argument) => argument.name.value === "fields")?.value;
      return name.value === "key" && fields?.kind === Kind.STRING ? fields.value.split(/\s+/) : [];
    }),
  );
