import {
  getNamedType,
  getOperationAST,
  GraphQLObjectType,
  isObjectType,
  Kind,
  OperationTypeNode,
  valueFromASTUntyped,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import { Directive } from "type-graphql";

/** How long the answers of a field may be shown by those who keep them, such as the gateway. */
export interface CacheRule {
  readonly maxAgeSeconds: number;
  /** How much longer an answer may be shown while it is read again. */
  readonly staleSeconds: number;
  /** PUBLIC answers are the same for all callers of a tenant. */
  readonly scope: "PUBLIC" | "PRIVATE";
}

/** Lets the answers of a field, with everything below it, be shown for a while. */
export const CacheControl = ({
  maxAgeSeconds,
  staleSeconds = 0,
  scope = "PRIVATE",
}: Pick<CacheRule, "maxAgeSeconds"> & Partial<CacheRule>): ReturnType<typeof Directive> =>
  Directive(
    `@cacheControl(maxAge: ${maxAgeSeconds}, staleWhileRevalidate: ${staleSeconds}, scope: ${scope})`,
  );

/** For the SDL of a subgraph; composition keeps it out of the graph. */
export const CACHE_CONTROL_SDL = `
directive @cacheControl(maxAge: Int!, staleWhileRevalidate: Int! = 0, scope: CacheControlScope! = PRIVATE) on FIELD_DEFINITION
enum CacheControlScope @inaccessible { PUBLIC PRIVATE }`;

const NAME = "cacheControl";

export const usesCacheControl = (schema: GraphQLSchema): boolean =>
  Object.values(schema.getTypeMap()).some(
    (type) =>
      isObjectType(type) &&
      Object.values(type.getFields()).some((field) => ruleOf(type, field.name) !== undefined),
  );

const headers = new WeakMap<DocumentNode, Map<string, string | undefined>>();

/**
 * The Cache-Control header (RFC 9111, RFC 5861) of a query's answer: the strictest of its fields. Undefined when
 * a field of the root, or of an entity, has no rule.
 */
export function cacheControlOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): string | undefined {
  const known = headers.get(document) ?? new Map<string, string | undefined>();
  headers.set(document, known);
  const name = operationName ?? "";
  if (!known.has(name)) known.set(name, headerOf(strictestRule(schema, document, operationName)));
  return known.get(name);
}

function headerOf(rule: CacheRule | undefined): string | undefined {
  if (rule === undefined || rule.maxAgeSeconds === 0) return undefined;
  const { maxAgeSeconds, staleSeconds, scope } = rule;
  const stale = staleSeconds > 0 ? `, stale-while-revalidate=${staleSeconds}` : "";
  return `${scope.toLowerCase()}, max-age=${maxAgeSeconds}${stale}`;
}

const ENTITIES = "_entities";

function strictestRule(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CacheRule | undefined {
  const operation = getOperationAST(document, operationName);
  const root = schema.getQueryType();
  if (operation?.operation !== OperationTypeNode.QUERY || !root) return undefined;
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const rules: (CacheRule | undefined)[] = [];
  const collecting: Collecting = { schema, fragments, rules, visited: new Set() };
  collectRules(collecting, root, operation.selectionSet, true);
  return rules.includes(undefined) ? undefined : rules.reduce(stricter, undefined);
}

interface Collecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Undefined where a field that needs a rule has none. */
  readonly rules: (CacheRule | undefined)[];
  /** The fragments whose rules were collected: each may spread the next one twice, and so on. */
  readonly visited: Set<string>;
}

function collectRules(
  collecting: Collecting,
  type: GraphQLNamedType | undefined,
  { selections }: SelectionSetNode,
  needsRule: boolean,
): void {
  const { schema, fragments, rules, visited } = collecting;
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      const visit = `${selection.name.value} ${needsRule}`;
      if (fragment === undefined || visited.has(visit)) continue;
      visited.add(visit);
      const named = schema.getType(fragment.typeCondition.name.value);
      collectRules(collecting, named, fragment.selectionSet, needsRule);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      const named = condition === undefined ? type : schema.getType(condition);
      collectRules(collecting, named, selection.selectionSet, needsRule);
    } else if (selection.name.value !== "__typename") {
      const name = selection.name.value;
      const isEntities = name === ENTITIES;
      const rule = ruleOf(type, name);
      if (rule !== undefined || (needsRule && !isEntities)) rules.push(rule);
      const field = type instanceof GraphQLObjectType ? type.getFields()[name] : undefined;
      const below = field === undefined ? undefined : getNamedType(field.type);
      if (selection.selectionSet !== undefined)
        collectRules(collecting, below, selection.selectionSet, isEntities);
    }
  }
}

function ruleOf(type: GraphQLNamedType | undefined, name: string): CacheRule | undefined {
  if (!isObjectType(type)) return undefined;
  const { astNode } = type.getFields()[name] ?? {};
  const directive = astNode?.directives?.find((one) => one.name.value === NAME);
  if (directive === undefined) return undefined;
  const given = Object.fromEntries(
    directive.arguments?.map((one) => [one.name.value, valueFromASTUntyped(one.value)]) ?? [],
  );
  return {
    maxAgeSeconds: Number(given["maxAge"] ?? 0),
    staleSeconds: Number(given["staleWhileRevalidate"] ?? 0),
    scope: given["scope"] === "PUBLIC" ? "PUBLIC" : "PRIVATE",
  };
}

const stricter = (
  one: CacheRule | undefined,
  other: CacheRule | undefined,
): CacheRule | undefined =>
  one === undefined || other === undefined
    ? (one ?? other)
    : {
        maxAgeSeconds: Math.min(one.maxAgeSeconds, other.maxAgeSeconds),
        staleSeconds: Math.min(one.staleSeconds, other.staleSeconds),
        scope: one.scope === "PUBLIC" && other.scope === "PUBLIC" ? "PUBLIC" : "PRIVATE",
      };
