import { buildSubgraphSchema } from "@apollo/subgraph";
import fc from "fast-check";
import {
  execute,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  parse,
  validate,
} from "graphql";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@provides", "@shareable"])`;
const ENTITIES = ["A", "B", "C"];
const SUBGRAPHS = ["one", "two", "three"];

/** A field of an entity. */
interface Field {
  readonly name: string;
  readonly type: string;
  /** The subgraphs that resolve it. */
  readonly owners: readonly string[];
  /** The selection that its subgraph requires, and that its value repeats. */
  readonly requires?: string;
}

/** A random graph of entities whose fields are spread over subgraphs. */
export interface RandomGraph {
  readonly fields: Readonly<Record<string, readonly Field[]>>;
  /** By subgraph. */
  readonly sdl: Readonly<Record<string, string>>;
}

const leaf = fc.constantFrom("Int", "String", "Int!", "Side", "[String!]", "Big");
const reference = fc.constantFrom(
  "A",
  "B",
  "C!",
  "[A]",
  "[B!]!",
  "[[C]]",
  "Named",
  "[Named!]",
  "Either",
  "[Either]",
  "Pair",
);
const owner = fc.constantFrom(...SUBGRAPHS);
const fieldsOf = fc.array(
  fc.oneof(
    fc.record({ type: leaf, owners: fc.uniqueArray(owner, { minLength: 1, maxLength: 2 }) }),
    fc.record({ type: reference, owners: owner.map((one) => [one]) }),
  ),
  { minLength: 3, maxLength: 6 },
);
const keysOf = fc.record(
  Object.fromEntries(
    ["two", "three"].map((name) => [name, fc.constantFrom(["id"], ["code"], ["id", "code"])]),
  ),
);

export const randomGraph: fc.Arbitrary<RandomGraph> = fc
  .record({
    fields: fc.tuple(fieldsOf, fieldsOf, fieldsOf),
    keys: fc.tuple(keysOf, keysOf, keysOf),
    required: fc.array(
      fc.record({
        of: fc.nat(2),
        in: owner,
        picks: fc.array(fc.nat(20), { minLength: 1, maxLength: 2 }),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ fields, keys, required }) => {
    const all: Record<string, Field[]> = {};
    for (const [at, entity] of ENTITIES.entries())
      all[entity] = uniqueByName(
        (fields[at] ?? []).map(({ type, owners }, index) => ({
          // Fields of one name are of one type, so that fragments on several types can be merged.
          name: `${type.replace(/[[\]!]/g, (mark) => ({ "[": "l", "]": "", "!": "r" })[mark] ?? "")}${index % 2}`,
          type,
          owners,
        })),
      );
    for (const [index, { of, in: subgraph, picks }] of required.entries()) {
      const own = all[ENTITIES[of] ?? "A"] ?? [];
      const requires = picks
        .map((pick) =>
          requirable(
            all,
            own.filter(({ owners }) => !owners.includes(subgraph)),
            pick,
            subgraph,
          ),
        )
        .filter((text) => text !== undefined);
      const unique = [...new Map(requires.map((text) => [text.split(" ")[0], text])).values()];
      if (unique.length > 0)
        own.push({
          name: `r${index}`,
          type: "String",
          owners: [subgraph],
          requires: unique.join(" "),
        });
    }
    return { fields: all, sdl: sdlOf(all, keys) };
  });

const uniqueByName = (fields: readonly Field[]): Field[] => [
  ...new Map(fields.map((field) => [field.name, field])).values(),
];

/** A selection that a field of the subgraph may require. */
function requirable(
  all: Readonly<Record<string, readonly Field[]>>,
  among: readonly Field[],
  pick: number,
  subgraph: string,
): string | undefined {
  const field = among[pick % Math.max(among.length, 1)];
  if (field === undefined) return undefined;
  const name = field.type.replaceAll(/[[\]!]/g, "");
  if (ENTITIES.includes(name)) {
    const inner = all[name]?.find(
      ({ type, owners, requires }) =>
        requires === undefined && /^(Int|String)!?$/.test(type) && !owners.includes(subgraph),
    );
    return `${field.name} { id ${inner?.name ?? ""} }`.replace(" }", "}").replace(/\s*}/, " }");
  }
  return ["Named", "Either", "Pair"].includes(name) ? undefined : field.name;
}

function sdlOf(
  all: Readonly<Record<string, readonly Field[]>>,
  keys: readonly Readonly<Record<string, readonly string[]>>[],
): Record<string, string> {
  return Object.fromEntries(
    SUBGRAPHS.map((subgraph) => {
      const types = ENTITIES.map((entity, at) => {
        const own = subgraph === "one" ? ["id", "code"] : (keys[at]?.[subgraph] ?? ["id"]);
        return entityOf(entity, all, subgraph, own);
      });
      const root =
        subgraph === "one"
          ? `type Query { a: A as: [A!]! named: [Named] either(nth: Int = 1): Either }`
          : subgraph === "two"
            ? `type Query { b(nth: Int = 2): B pairs: [Pair] }`
            : "";
      return [
        subgraph,
        `${LINK} scalar Big enum Side { LEFT RIGHT } interface Named { id: ID! } union Either = A | B | C
         type Pair @shareable { left: A right: Either size: Int } ${root} ${types.join(" ")}`,
      ];
    }),
  );
}

function entityOf(
  entity: string,
  all: Readonly<Record<string, readonly Field[]>>,
  subgraph: string,
  keys: readonly string[],
): string {
  const fields = all[entity] ?? [];
  const declared = fields.filter(({ owners }) => owners.includes(subgraph));
  const external = externalIn(entity, all, subgraph);
  const lines = [
    "id: ID! @shareable",
    ...(keys.includes("code") ? ["code: String! @shareable"] : []),
    ...declared.map(({ name, type, owners, requires }) =>
      [
        `${name}: ${type}`,
        owners.length > 1 ? "@shareable" : "",
        requires === undefined ? "" : `@requires(fields: "${requires}")`,
      ].join(" "),
    ),
    ...fields
      .filter(({ name }) => external.has(name))
      .map(({ name, type }) => `${name}: ${type} @external`),
  ];
  const directives = keys.map((key) => `@key(fields: "${key}")`).join(" ");
  return `type ${entity} implements Named ${directives} { ${lines.join(" ")} }`;
}

/** The fields of an entity that some field of the subgraph requires from elsewhere. */
function externalIn(
  entity: string,
  all: Readonly<Record<string, readonly Field[]>>,
  subgraph: string,
): Set<string> {
  const found = new Set<string>();
  for (const [type, fields] of Object.entries(all))
    for (const { requires, owners } of fields) {
      if (requires === undefined || !owners.includes(subgraph)) continue;
      for (const [, name = "", below = ""] of requires.matchAll(/(\w+)(?: \{ ([^}]*) \})?/g)) {
        const field = fields.find((one) => one.name === name);
        if (type === entity && field !== undefined && !field.owners.includes(subgraph))
          found.add(name);
        if (field?.type.replaceAll(/[[\]!]/g, "") !== entity) continue;
        for (const inner of below.split(" "))
          if (all[entity]?.some((one) => one.name === inner && !one.owners.includes(subgraph)))
            found.add(inner);
      }
    }
  return found;
}

type Entity = Readonly<Record<string, unknown>>;

/** A number that depends on the texts alone. */
function numberOf(...texts: readonly unknown[]): number {
  let sum = 7;
  for (const sign of texts.join("/")) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const idOf = ({ id, code }: Entity): string => textOf(id) || textOf(code).slice(1);

function valueOf(type: string, seed: string, depth = 0): unknown {
  const n = numberOf(seed, depth);
  if (type.endsWith("!")) {
    const value = valueOf(type.slice(0, -1), seed, depth);
    return value ?? valueOf(type.slice(0, -1), `${seed}!`, depth);
  }
  if (n % 7 === 0) return null;
  if (type.startsWith("["))
    return Array.from({ length: n % 4 }, (_, index) =>
      valueOf(type.slice(1, -1), `${seed}.${index}`, depth + 1),
    );
  if (type === "Int") return n % 100;
  if (type === "String") return `s${n % 100}`;
  if (type === "Side") return n % 2 === 0 ? "LEFT" : "RIGHT";
  if (type === "Big") return { n: n % 9, deep: [n % 3, null] };
  if (type === "Pair") return { __typename: "Pair", seed };
  const name = ENTITIES.includes(type) ? type : ENTITIES[n % 3];
  return { __typename: name, id: String(n % 4) };
}

/** What a field requires, as its subgraph receives it: in the required order, without type names. */
function required(
  source: unknown,
  selection: string,
  read: (source: Entity, name: string) => unknown,
): unknown {
  if (Array.isArray(source)) return source.map((item) => required(item, selection, read));
  if (typeof source !== "object" || source === null) return source;
  return Object.fromEntries(
    [...selection.matchAll(/(\w+)(?: \{ ([^}]*) \})?/g)].map(([, name = "", below]) => {
      const value = read(source as Entity, name);
      return [name, below === undefined ? value : required(value, below, read)];
    }),
  );
}

type Resolve = GraphQLFieldResolver<unknown, unknown>;

/** Resolves every field of every type; `isSubgraph`: from what a representation brings. */
export function resolverOf({ fields }: RandomGraph, isSubgraph: boolean): Resolve {
  const fieldOf = (type: string, name: string) => fields[type]?.find((one) => one.name === name);
  const read = (source: Entity, type: string, name: string): unknown => {
    if (name === "id") return idOf(source);
    if (name === "code") return `c${idOf(source)}`;
    if (name === "__typename") return type;
    const field = fieldOf(type, name);
    if (field === undefined) return null;
    if (field.requires === undefined) return valueOf(field.type, `${type} ${idOf(source)} ${name}`);
    return JSON.stringify(
      required(source, field.requires, (from, key) => {
        const inner = textOf(from["__typename"]) || type;
        return isSubgraph && key !== "id" && key in from
          ? from[key]
          : isSubgraph && key !== "id" && from === source
            ? undefined
            : read(from, inner, key);
      }),
    );
  };
  return (source, args, _context, info) => {
    const { fieldName, parentType } = info;
    if (fieldName === "_entities") return (args as { representations: unknown[] }).representations;
    if (parentType.name === "Query")
      return valueOf(String(info.returnType), `${fieldName} ${JSON.stringify(args)}`);
    const entity = source as Entity;
    if (parentType.name === "Pair")
      return valueOf(String(info.returnType), `${String(entity["seed"])} ${fieldName}`);
    return read(entity, parentType.name, fieldName);
  };
}

/** The subgraphs of a graph. */
export function sourcesOf(graph: RandomGraph): Record<string, SubgraphSource> {
  const fieldResolver = resolverOf(graph, true);
  return Object.fromEntries(
    Object.entries(graph.sdl).map(([name, sdl]) => {
      const schema = buildSubgraphSchema(parse(sdl));
      return [
        name,
        {
          fetch: async ({ query, variables }) => {
            const document = parse(query);
            const problems = validate(schema, document);
            if (problems.length > 0) throw new Error(`${name}: ${query}: ${problems.join()}`);
            const answer = await execute({
              schema,
              document,
              variableValues: variables,
              fieldResolver,
            });
            return JSON.parse(JSON.stringify(answer)) as object;
          },
        } satisfies SubgraphSource,
      ];
    }),
  );
}

export const VARIABLES = { yes: true, no: false, nth: 3 };

/** Writes random operations over a schema. */
export class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #dice: readonly number[];
  #thrown = 0;

  constructor(schema: GraphQLSchema, dice: readonly number[]) {
    this.#schema = schema;
    this.#dice = dice;
  }

  query(): string {
    const root = this.#schema.getQueryType();
    return `query ($yes: Boolean!, $no: Boolean!, $nth: Int) ${root ? this.#selections(root, 0) : ""}`;
  }

  #throw(sides: number): number {
    this.#thrown += 1;
    return ((this.#dice[this.#thrown % this.#dice.length] ?? 0) + this.#thrown) % sides;
  }

  #oneIn = (sides: number): boolean => this.#throw(sides) === 0;

  #selections(type: GraphQLCompositeType, depth: number): string {
    const fields = "getFields" in type ? Object.values(type.getFields()) : [];
    const parts = fields.flatMap((field) => {
      const below = getNamedType(field.type);
      const isNested = isCompositeType(below);
      if (isNested ? depth > 3 || !this.#oneIn(2) : this.#oneIn(3)) return [];
      // Names of other fields, which are the keys of other plans.
      const alias = this.#oneIn(8) ? `${this.#alias()}: ` : "";
      const nested = isNested ? this.#selections(below, depth + 1) : "";
      const args =
        field.args.length > 0 && this.#oneIn(2)
          ? `(nth: ${this.#oneIn(2) ? "$nth" : this.#throw(5)})`
          : "";
      return `${alias}${field.name}${args}${this.#condition()} ${nested}`;
    });
    if (this.#oneIn(3))
      parts.push(
        ["__typename", "t: __typename", `${this.#alias()}: __typename`][this.#throw(3)] ?? "",
      );
    const inside = isAbstractType(type)
      ? [...this.#schema.getPossibleTypes(type)]
      : [type].filter(() => this.#oneIn(4));
    for (const one of inside)
      if (depth < 5 && !this.#oneIn(4))
        parts.push(`... on ${one.name}${this.#condition()} ${this.#selections(one, depth + 1)}`);
    return `{ ${parts.join(" ") || "__typename"} }`;
  }

  /** Seldom the name of another field, which is a key of plans. */
  #alias(): string {
    return this.#oneIn(20)
      ? (["Int0", "code", "String1"][this.#throw(3)] ?? "")
      : `x${this.#thrown}`;
  }

  #condition(): string {
    if (!this.#oneIn(6)) return "";
    const all = [
      "@include(if: $yes)",
      "@include(if: $no)",
      "@skip(if: $yes)",
      "@skip(if: $no)",
      "@include(if: $yes) @skip(if: $no)",
    ];
    return ` ${all[this.#throw(all.length)] ?? ""}`;
  }
}
