import { Supergraph } from "@apollo/federation-internals";
import {
  type ConstDirectiveNode,
  type DocumentNode,
  findBreakingChanges,
  getNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
} from "graphql";
import {
  type AccessRules,
  accessRulesOf,
  type Requirement,
  securityNames,
} from "../supergraph/access-rules.ts";
import type { UseCount } from "../usage/usage-stores.ts";

/** A change of the graph after which some operation or subgraph no longer works. */
export interface GraphBreak {
  /** A kind of graphql's `findBreakingChanges`, or one of federation: `KEY_REMOVED`, `SUBGRAPH_REMOVED`, `ACCESS_RESTRICTED`. */
  readonly kind: string;
  readonly description: string;
  /** The schema coordinates that it touches: a type, `Type.field` or `Type.field(argument:)`. */
  readonly coordinates: readonly string[];
}

/** A deprecated field, argument or input field. */
export interface Deprecation {
  readonly coordinate: string;
  readonly reason: string;
  /** The day in its reason, `Removal: 2027-06-30`; undefined when it has none. */
  readonly removal: string | undefined;
}

/** One version of the graph. */
export class GraphVersion {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;

  constructor(supergraphSdl: string) {
    this.document = parse(supergraphSdl);
    this.schema = Supergraph.build(supergraphSdl, { supportedFeatures: null })
      .apiSchema()
      .toGraphQLJSSchema();
  }

  get accessRules(): AccessRules {
    return accessRulesOf(this.document, securityNames(this.document));
  }
}

/** What breaks when one version of the graph replaces another. */
export function findBreaks(before: GraphVersion, after: GraphVersion): GraphBreak[] {
  const changed = findBreakingChanges(before.schema, after.schema).map(({ type, description }) => ({
    kind: type,
    description,
    coordinates: coordinatesIn(description, before.schema),
  }));
  return [...changed, ...federationBreaks(before, after), ...accessBreaks(before, after)];
}

const MEMBER = /\b([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?: arg ([A-Za-z_]\w*))?/;
const WORDS = /[A-Za-z_]\w*/g;

/** graphql describes changes in sentences; the coordinates are in them. */
function coordinatesIn(description: string, schema: GraphQLSchema): string[] {
  const [, type, field, argument] = MEMBER.exec(description) ?? [];
  if (type !== undefined && field !== undefined)
    return [`${type}.${field}${argument === undefined ? "" : `(${argument}:)`}`];
  const names = (description.match(WORDS) ?? []).filter((name) => schema.getType(name));
  return names.slice(-1);
}

/** Keys by `Type (SUBGRAPH)`, and the subgraphs. */
function federationBreaks(before: GraphVersion, after: GraphVersion): GraphBreak[] {
  const kept = new Set(joinedIn(after.document).map(({ text }) => text));
  return joinedIn(before.document)
    .filter(({ text }) => !kept.has(text))
    .map(({ kind, text, coordinates }) => ({
      kind,
      description: `${text} was removed.`,
      coordinates,
    }));
}

interface Joined {
  readonly kind: "KEY_REMOVED" | "SUBGRAPH_REMOVED";
  readonly text: string;
  readonly coordinates: readonly string[];
}

function joinedIn({ definitions }: DocumentNode): Joined[] {
  return definitions.flatMap((definition): Joined[] => {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph")
      return (definition.values ?? []).map(({ name }) => ({
        kind: "SUBGRAPH_REMOVED",
        text: `Subgraph ${name.value}`,
        coordinates: [],
      }));
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    )
      return [];
    const type = definition.name.value;
    return (definition.directives ?? []).flatMap((directive): Joined[] => {
      const key = argumentOf(directive, "key");
      if (directive.name.value !== "join__type" || key === undefined) return [];
      if (argumentOf(directive, "resolvable") === "false") return [];
      const text = `Key "${key}" of ${type} in subgraph ${argumentOf(directive, "graph") ?? ""}`;
      return [{ kind: "KEY_REMOVED", text, coordinates: [] }];
    });
  });
}

function argumentOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  return value !== undefined && "value" in value ? String(value.value) : undefined;
}

/** Types and fields that need more of their callers than before. */
function accessBreaks(before: GraphVersion, after: GraphVersion): GraphBreak[] {
  const old = before.accessRules;
  return [...after.accessRules].flatMap(([coordinate, requirement]) => {
    const isNew = !isThere(before.schema, coordinate);
    if (isNew || !isStricter(requirement, old.get(coordinate))) return [];
    const description = `${coordinate} requires more of its callers than before.`;
    return [{ kind: "ACCESS_RESTRICTED", description, coordinates: [coordinate] }];
  });
}

function isThere(schema: GraphQLSchema, coordinate: string): boolean {
  const [name = "", field] = coordinate.split(".");
  const type = schema.getType(name);
  if (field === undefined) return type !== undefined;
  return (isObjectType(type) || isInterfaceType(type)) && Object.hasOwn(type.getFields(), field);
}

/** Whether a caller who met the old requirement may fail the new one. */
function isStricter(now: Requirement, old: Requirement | undefined): boolean {
  if (now.authenticated && old?.authenticated !== true) return true;
  return isNarrower(now.scopes, old?.scopes) || isNarrower(now.policies, old?.policies);
}

type Groups = Requirement["scopes"];

/** Each group that was enough has to contain one that is enough now. */
function isNarrower(now: Groups, old: Groups): boolean {
  if (now === undefined) return false;
  return (old ?? [[]]).some(
    (group) => !now.some((needed) => needed.every((name) => group.includes(name))),
  );
}

const REMOVAL = /\bRemoval: (\d{4}-\d{2}-\d{2})\b/;

/** The deprecated fields, arguments and input fields of a version, with the days of their removal. */
export function deprecationsOf({ schema }: GraphVersion): Deprecation[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith("__")) return [];
    if (isInputObjectType(type))
      return Object.values(type.getFields()).flatMap(({ name, deprecationReason }) =>
        deprecation(`${type.name}.${name}`, deprecationReason),
      );
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const coordinate = `${type.name}.${field.name}`;
      return [
        ...deprecation(coordinate, field.deprecationReason),
        ...field.args.flatMap(({ name, deprecationReason }) =>
          deprecation(`${coordinate}(${name}:)`, deprecationReason),
        ),
      ];
    });
  });
}

const deprecation = (coordinate: string, reason: string | null | undefined): Deprecation[] =>
  reason === null || reason === undefined
    ? []
    : [{ coordinate, reason, removal: REMOVAL.exec(reason)?.[1] }];

/** Who used one of the coordinates, or something of the types among them; the most frequent first. */
export function usersOf(
  coordinates: readonly string[],
  uses: readonly UseCount[],
  schema: GraphQLSchema,
): readonly UseCount[] {
  const touched = new Set(coordinates.flatMap((coordinate) => affectedBy(coordinate, schema)));
  return uses
    .filter(
      ({ coordinate }) =>
        touched.has(coordinate) || touched.has(coordinate.replace(/\(.*$|\..*$/, "")),
    )
    .toSorted((one, other) => other.count - one.count);
}

/** A field of an input type is sent inside of variables, which are counted by their type; a value of an enum comes in fields. */
function affectedBy(coordinate: string, schema: GraphQLSchema): string[] {
  const [name = "", member] = coordinate.split(".");
  const type = schema.getType(name);
  if (isInputObjectType(type)) return [coordinate, name];
  return member === undefined ? [name, ...fieldsOf(name, schema)] : [coordinate];
}

/** The fields that return a type. */
const fieldsOf = (name: string, schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).flatMap((field) =>
          getNamedType(field.type).name === name ? [`${type.name}.${field.name}`] : [],
        )
      : [],
  );
