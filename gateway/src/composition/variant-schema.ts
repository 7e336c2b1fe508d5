import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeNode,
  visit,
} from "graphql";
import { linkedFeatures } from "../supergraph/linked-features.ts";

/** Which elements of the graph a variant leaves out, by their `@tag`. */
export interface VariantFilter {
  readonly exclude: readonly string[];
}

/**
 * The schema of a variant: what clients see of the supergraph, without elements that have an excluded tag and
 * without what then has no type, no fields, or nothing that leads to it. Throws when it leaves out an argument
 * or input field that is required.
 */
export function variantSchema(
  supergraphSdl: string,
  apiSdl: string,
  { exclude }: VariantFilter,
): string {
  const excluded = excludedElements(parse(supergraphSdl), new Set(exclude));
  let document = withoutElements(parse(apiSdl), excluded);
  for (let size = 0; size !== document.definitions.length;) {
    size = document.definitions.length;
    document = reachable(withoutElements(document, missingTypes(document)));
  }
  return `${print(document)}\n`;
}

/** The coordinates of elements with one of the tags: `Type`, `Type.member`, `Type.field(argument:)`. */
function excludedElements(supergraph: DocumentNode, tags: ReadonlySet<string>): Excluded {
  const feature = linkedFeatures(supergraph).find(({ identity }) => identity === TAG);
  const elements = new Set<string>();
  if (feature === undefined) return { elements, types: new Set() };
  const directive = feature.nameOf("tag");
  const isTagged = (directives: readonly ConstDirectiveNode[] | undefined): boolean =>
    directives?.some((one) => one.name.value === directive && tags.has(tagOf(one))) === true;
  for (const { name, directives, ...definition } of typesOf(supergraph)) {
    const type = name.value;
    if (isTagged(directives)) elements.add(type);
    const members: readonly Member[] = [
      ...("fields" in definition ? (definition.fields ?? []) : []),
      ...("values" in definition ? (definition.values ?? []) : []),
    ];
    for (const member of members) {
      const coordinate = `${type}.${member.name.value}`;
      if (isTagged(member.directives)) elements.add(coordinate);
      for (const argument of "arguments" in member ? (member.arguments ?? []) : [])
        if (isTagged(argument.directives)) elements.add(`${coordinate}(${argument.name.value}:)`);
    }
  }
  return { elements, types: new Set([...elements].filter((element) => !element.includes("."))) };
}

interface Excluded {
  readonly elements: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

const TAG = "https://specs.apollo.dev/tag";

type Member = Readonly<Pick<FieldDefinitionNode, "name" | "directives">> &
  Readonly<Partial<Pick<FieldDefinitionNode, "arguments">>>;

function tagOf(directive: ConstDirectiveNode): string {
  const value = directive.arguments?.find(({ name }) => name.value === "name")?.value;
  return value?.kind === Kind.STRING ? value.value : "";
}

const isType = (definition: DefinitionNode): definition is TypeDefinitionNode =>
  "fields" in definition ||
  definition.kind === Kind.ENUM_TYPE_DEFINITION ||
  definition.kind === Kind.UNION_TYPE_DEFINITION ||
  definition.kind === Kind.SCALAR_TYPE_DEFINITION ||
  definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
  definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
  definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION;

const typesOf = ({ definitions }: DocumentNode): TypeDefinitionNode[] => definitions.filter(isType);

/** A document without these elements, and without members whose type is among them. */
function withoutElements(document: DocumentNode, excluded: Excluded): DocumentNode {
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    if (!isType(definition)) return [definition];
    if (excluded.elements.has(definition.name.value)) return [];
    const kept = withoutMembers(definition, excluded);
    return kept === undefined ? [] : [kept];
  });
  return { ...document, definitions };
}

/** A type without excluded members; undefined when none is left. */
function withoutMembers(
  definition: TypeDefinitionNode,
  { elements, types }: Excluded,
): TypeDefinitionNode | undefined {
  const type = definition.name.value;
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const fields = keptFields(type, definition.fields, { elements, types });
      const interfaces = keptNames(definition.interfaces, types);
      return fields.length === 0 ? undefined : { ...definition, fields, interfaces };
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const coordinate = (name: string) => `${type}.${name}`;
      const fields = keptValues(definition.fields, coordinate, { elements, types });
      return fields.length === 0 ? undefined : { ...definition, fields };
    }
    case Kind.ENUM_TYPE_DEFINITION: {
      const values = definition.values?.filter(
        ({ name }) => !elements.has(`${type}.${name.value}`),
      );
      return values?.length === 0 ? undefined : { ...definition, values: values ?? [] };
    }
    case Kind.UNION_TYPE_DEFINITION: {
      const members = keptNames(definition.types, types);
      return members.length === 0 ? undefined : { ...definition, types: members };
    }
    case Kind.SCALAR_TYPE_DEFINITION:
      return definition;
  }
}

const keptFields = (
  type: string,
  fields: readonly FieldDefinitionNode[] | undefined,
  excluded: Excluded,
): FieldDefinitionNode[] =>
  (fields ?? [])
    .filter(({ name }) => !excluded.elements.has(`${type}.${name.value}`))
    .filter((field) => !excluded.types.has(nameOf(field.type)))
    .map((field) => ({
      ...field,
      arguments: keptValues(
        field.arguments,
        (name) => `${type}.${field.name.value}(${name}:)`,
        excluded,
      ),
    }));

/** The arguments or input fields that are left. */
const keptValues = (
  values: readonly InputValueDefinitionNode[] | undefined,
  coordinateOf: (name: string) => string,
  { elements, types }: Excluded,
): InputValueDefinitionNode[] =>
  (values ?? []).filter(({ name, type, defaultValue }) => {
    const coordinate = coordinateOf(name.value);
    const isGone = elements.has(coordinate) || types.has(nameOf(type));
    if (isGone && type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined)
      throw new Error(`A variant leaves out ${coordinate}, which is required.`);
    return !isGone;
  });

const keptNames = (
  names: readonly NamedTypeNode[] | undefined,
  types: ReadonlySet<string>,
): readonly NamedTypeNode[] => (names ?? []).filter(({ name }) => !types.has(name.value));

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

const BUILT_IN = new Set(["String", "Int", "Float", "Boolean", "ID"]);

/** The types that a document names and does not define. */
function missingTypes(document: DocumentNode): Excluded {
  const defined = new Set(typesOf(document).map(({ name }) => name.value));
  const types = new Set<string>();
  visit(document, {
    NamedType: ({ name }) => {
      if (!defined.has(name.value) && !BUILT_IN.has(name.value)) types.add(name.value);
    },
  });
  return { elements: new Set(), types };
}

const ROOTS = ["Query", "Mutation", "Subscription"];

/** A document with only the types that lead from its root types. */
function reachable(document: DocumentNode): DocumentNode {
  const types = new Map(typesOf(document).map((type) => [type.name.value, type]));
  const implementers = new Map<string, string[]>();
  for (const type of types.values())
    for (const { name } of "interfaces" in type ? (type.interfaces ?? []) : [])
      implementers.set(name.value, [...(implementers.get(name.value) ?? []), type.name.value]);
  const found = new Set<string>();
  const walk = (name: string): void => {
    const type = types.get(name);
    if (type === undefined || found.has(name)) return;
    found.add(name);
    visit(type, { NamedType: ({ name: used }) => walk(used.value) });
    for (const implementer of implementers.get(name) ?? []) walk(implementer);
  };
  for (const root of ROOTS) walk(root);
  const definitions = document.definitions.filter(
    (definition) => !isType(definition) || found.has(definition.name.value),
  );
  return { ...document, definitions };
}
