import { randomFrom } from "@allfunds/platform/testing";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { execute, type GraphQLFieldResolver, parse, validate } from "graphql";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";

/** A field of a type, and how subgraphs have it. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly args: string;
  readonly owners: readonly string[];
  readonly requires?: string;
  readonly provides?: string;
  readonly override?: { readonly from: string; readonly label?: string } | undefined;
  readonly isHidden?: boolean;
  /** Whether another subgraph provides it on some path. */
  readonly isShared?: boolean;
}

/** A graph whose types, keys and fields are spread over subgraphs at random. */
export interface WideGraph {
  /** Their schemas by name. */
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, readonly Field[]>>;
  /** The types of unions and interfaces by subgraph. */
  readonly members: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The subgraphs that have the interface `Pet` as an object. */
  readonly petsAsObject: ReadonlySet<string>;
}

/** Numbers that follow from a seed. */
export class Dice {
  readonly #random: (below: number) => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  below(sides: number): number {
    return this.#random(sides);
  }

  oneIn(sides: number): boolean {
    return this.below(sides) === 0;
  }

  pick<Item>(list: readonly Item[]): Item {
    return list.at(this.below(list.length)) as Item;
  }
}

export const typeName = (type: string): string => type.replaceAll(/[[\]!]/g, "");

/** A field's name, so that fields of one name have one type. */
export const fieldName = (type: string, at: number): string =>
  `${type.replaceAll(/[[\]!]/g, (mark) => ({ "[": "l", "]": "", "!": "x" })[mark] ?? "").replace(/^./, (one) => one.toLowerCase())}${at}`;

type Entity = Readonly<Record<string, unknown>>;

function numberOf(...texts: readonly unknown[]): number {
  let sum = 7;
  for (const sign of texts.join("/")) sum = (Math.imul(sum, 31) + (sign.codePointAt(0) ?? 0)) >>> 0;
  return new Dice(sum).below(1_000_000);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const idOf = ({ id, code, ref }: Entity): string =>
  text(id) || text(code).slice(1) || text((ref as Entity | undefined)?.["b"]);

const ENTITIES = new Set(["A", "B", "C"]);
const PETS = new Set(["Cat", "Dog"]);
const petOf = (id: string): string => (Number(id.slice(1)) % 2 === 0 ? "Cat" : "Dog");

/** What the resolvers of a graph share. */
export interface World {
  readonly graph: WideGraph;
  /** What mutations change. */
  state: number;
  /** Whether resolvers fail. */
  readonly fails: boolean;
}

const NEVER_NULL = "!";

/** What a field has, for everyone. */
class Values {
  readonly #world: World;
  readonly #subgraph: string | undefined;

  constructor(world: World, subgraph: string | undefined) {
    this.#world = world;
    this.#subgraph = subgraph;
  }

  of(type: string, seed: string, owner: string, depth = 0): unknown {
    const n = numberOf(seed, depth);
    if (type.endsWith("!")) {
      const plain = type.slice(0, -1);
      return (
        this.of(plain, seed, owner, depth) ?? this.of(plain, `${seed}${NEVER_NULL}`, owner, depth)
      );
    }
    if (n % 8 === 0 && !seed.endsWith(NEVER_NULL)) return null;
    if (type.startsWith("["))
      return Array.from({ length: n % 4 }, (_, at) =>
        this.of(type.slice(1, -1), `${seed}.${at}`, owner, depth + 1),
      );
    switch (type) {
      case "Int":
        return n % 100;
      case "Float":
        return (n % 100) / 4;
      case "Boolean":
        return n % 2 === 0;
      case "String":
      case "ID":
        return `s${n % 100}`;
      case "Color":
        return ["RED", "GREEN", "BLUE"][n % 3];
      case "Big":
        return { n: n % 9, deep: [n % 3, null, "x"] };
      default:
        return this.#object(type, n, seed, owner);
    }
  }

  #object(type: string, n: number, seed: string, owner: string): unknown {
    const { members, petsAsObject } = this.#world.graph;
    const inside = members[type]?.[owner];
    const name = inside === undefined ? type : (inside[n % inside.length] ?? "");
    if (ENTITIES.has(name)) return { __typename: name, id: `${name.toLowerCase()}${n % 4}` };
    if (name === "Pet" || PETS.has(name)) {
      const at = name === "Cat" ? (n % 2) * 2 : n % 4;
      const isObject = this.#subgraph !== undefined && petsAsObject.has(this.#subgraph);
      return { __typename: isObject ? "Pet" : petOf(`p${at}`), id: `p${at}` };
    }
    return { __typename: name, id: seed.slice(0, 40), seed };
  }
}

const isFailing = (seed: string): boolean => numberOf("fails", seed) % 14 === 0;

/** Resolves every field; for a subgraph, only what it has. */
export function resolverOf(
  world: World,
  subgraph?: string,
): GraphQLFieldResolver<unknown, unknown> {
  const resolving = new Resolving(world, subgraph);
  return (source, args, _context, { parentType, fieldName: name, returnType }) =>
    resolving.resolve(source as Entity, parentType.name, name, String(returnType), args as object);
}

class Resolving {
  readonly #world: World;
  readonly #subgraph: string | undefined;
  readonly #values: Values;
  /** The names of all fields that others require: they never fail, because a subgraph would not see the failure. */
  readonly #required: ReadonlySet<string>;

  constructor(world: World, subgraph: string | undefined) {
    this.#world = world;
    this.#subgraph = subgraph;
    this.#values = new Values(world, subgraph);
    const fields = Object.values(world.graph.fields).flat();
    this.#required = new Set(fields.flatMap(({ requires }) => requires?.match(/\w+/g) ?? []));
  }

  resolve(source: Entity, type: string, name: string, returned: string, args: object): unknown {
    const field = this.#field(type, name);
    if (type === "Query" || type === "Mutation") {
      if (type === "Mutation") this.#world.state += "n" in args ? Number(args.n) : 1;
      const seed = `${name} ${type === "Query" ? JSON.stringify(args) : this.#world.state}`;
      return withProvided(this.#values.of(returned, seed, ownerOf(field)), field?.provides);
    }
    if (field !== undefined && !this.#has(field) && source["provided"] !== name)
      throw new Error(`${this.#subgraph} does not have ${type}.${name}`);
    return withProvided(this.#read(source, type, name, args), field?.provides);
  }

  #field(type: string, name: string): Field | undefined {
    const { fields } = this.#world.graph;
    const ofPets = PETS.has(type) ? fields["Pet"] : undefined;
    return [...(fields[type] ?? []), ...(ofPets ?? [])].find((one) => one.name === name);
  }

  #has({ owners, override }: Field): boolean {
    const subgraph = this.#subgraph;
    if (subgraph === undefined || owners.includes(subgraph)) return true;
    return override?.from === subgraph && override.label !== undefined;
  }

  #read(source: Entity, type: string, name: string, args: object): unknown {
    if (type === "Ref") return source[name];
    const id = idOf(source);
    if (name === "id") return id;
    if (name === "state") return this.#world.state;
    const field = this.#field(type, name);
    if (field === undefined) return name === "code" ? `c${id}` : refOf(id);
    const seed = `${text(source["seed"]) || id} ${name} ${JSON.stringify(args)}`;
    if (field.requires !== undefined) {
      const given = JSON.stringify(this.#given(source, type, field.requires));
      return field.type === "String"
        ? `${given}${numberOf(seed)}`
        : { __typename: "V", id: "r", seed: given };
    }
    if (this.#world.fails && !this.#required.has(name)) {
      if (!field.type.endsWith("!") && isFailing(seed)) throw new Error(`failed ${seed}`);
      // Also where the schema forbids it, but for fields that another subgraph may resolve instead.
      if (field.owners.length === 1 && isFailing(`${seed} null`)) return null;
    }
    return this.#values.of(field.type, seed, ownerOf(field));
  }

  /** What a field requires: in a subgraph, what its representation brings. */
  #given(source: unknown, type: string, selection: string): unknown {
    if (Array.isArray(source)) return source.map((one) => this.#given(one, type, selection));
    if (typeof source !== "object" || source === null) return source;
    return Object.fromEntries(
      selectionsOf(selection).map(({ name, args, below }) => {
        const entity = source as Entity;
        const inner = text(entity["__typename"]) || type;
        const field = this.#field(inner, name);
        const value = this.#givenOf(entity, inner, name, argumentsOf(field?.args ?? "", args));
        const isNested = below !== "" && field !== undefined;
        return [name, isNested ? this.#given(value, typeName(field.type), below) : value];
      }),
    );
  }

  #givenOf(entity: Entity, type: string, name: string, args: object): unknown {
    if (this.#subgraph !== undefined && name in entity) return entity[name];
    const isMissing =
      this.#subgraph !== undefined && ENTITIES.has(type) && entity["provided"] !== name;
    return isMissing
      ? `${this.#subgraph} did not receive ${name}`
      : this.#read(entity, type, name, args);
  }
}

const refOf = (id: string) => ({ __typename: "Ref", a: Number(id.slice(1)), b: id });

const ownerOf = (field: Field | undefined): string => field?.owners[0] ?? "";

/** A value whose entities have a field on this path that their subgraph does not resolve elsewhere. */
function withProvided(value: unknown, provided: string | undefined): unknown {
  if (provided === undefined || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((one) => withProvided(one, provided));
  return { ...value, provided };
}

/** The arguments of a required field, with the defaults of its definition. */
function argumentsOf(definition: string, given: string): object {
  const found: Record<string, unknown> = {};
  if (definition.includes("in: In =")) found["in"] = { x: 5, s: "d" };
  if (definition.includes("n: Int = 2")) found["n"] = 2;
  if (definition.includes("n: Int! = 1")) found["n"] = 1;
  if (definition.includes("c: Color = RED")) found["c"] = "RED";
  if (definition.includes("l: [Int!]")) found["l"] = [1, 2];
  const n = /n: (\d+)/.exec(given)?.[1];
  if (n !== undefined) found["n"] = Number(n);
  return found;
}

const concretePet = (one: Entity) => ({ ...one, __typename: petOf(idOf(one)) });

/** The subgraphs of a graph. */
export function sourcesOf(world: World): Record<string, SubgraphSource> {
  return Object.fromEntries(
    Object.entries(world.graph.subgraphs).map(([name, sdl]) => {
      const hasPets = sdl.includes("interface Pet");
      const resolvers = hasPets ? { Pet: { __resolveReference: concretePet } } : {};
      const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
      const fieldResolver = resolverOf(world, name);
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
              variableValues: structuredClone(variables),
              fieldResolver,
            });
            return JSON.parse(JSON.stringify(answer)) as object;
          },
        } satisfies SubgraphSource,
      ];
    }),
  );
}

/** A field of a selection, with what is below it. */
interface Selected {
  readonly name: string;
  readonly args: string;
  readonly below: string;
}

const FIELD = /(\w+)(\([^)]*\))?\s*/y;

/** The fields of a selection, one level. */
export function selectionsOf(text: string): Selected[] {
  const found: Selected[] = [];
  for (let at = 0; at < text.length;) {
    FIELD.lastIndex = at;
    const [head = "", name = "", args = ""] = FIELD.exec(text) ?? [];
    if (head === "") throw new Error(`not a selection: ${text}`);
    const start = at + head.length;
    const end = text[start] === "{" ? endOfBlock(text, start) : start;
    found.push({ name, args, below: text.slice(start + 1, Math.max(start, end - 1)).trim() });
    at = end;
    while (text[at] === " ") at += 1;
  }
  return found;
}

function endOfBlock(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    depth += text[at] === "{" ? 1 : text[at] === "}" ? -1 : 0;
    at += 1;
  } while (depth > 0 && at < text.length);
  return at;
}
