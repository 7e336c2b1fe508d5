import { rounds } from "@allfunds/platform/testing";
import { buildSubgraphSchema } from "@apollo/subgraph";
import fc from "fast-check";
import {
  execute,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from "graphql";
import { expect, it } from "vitest";
import { type Canned, graphOf, runCanned } from "./canned-graph.fixture.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"]) `;

const leaf = fc.constantFrom("Int", "String", "ID", "Float", "Boolean", "Side", "Big");
const wrapped = (name: string) => [name, `${name}!`, `[${name}]`, `[${name}!]!`];
const typeOf = (inner: fc.Arbitrary<string>) =>
  inner.chain((name) => fc.constantFrom(...wrapped(name)));
const entityField = typeOf(fc.constantFrom("Fund", "Person"));

const fields = (prefix: string, types: readonly string[]): string =>
  types.map((type, index) => `${prefix}${index}: ${type}`).join(" ");

/** Two small subgraphs with random fields. */
const schemas = fc
  .record({
    root: fc.array(entityField, { minLength: 1, maxLength: 3 }),
    one: fc.array(fc.oneof(typeOf(leaf), entityField), { minLength: 1, maxLength: 3 }),
    two: fc.array(typeOf(leaf), { minLength: 1, maxLength: 3 }),
    person: fc.array(typeOf(leaf), { minLength: 1, maxLength: 2 }),
  })
  .map(({ root, one, two, person }) => {
    const shared = "enum Side { LEFT RIGHT } scalar Big";
    return {
      one: `${shared} type Query { ${fields("r", root)} } type Fund @key(fields: "id") { id: ID! ${fields("a", one)} } type Person @key(fields: "id") { id: ID! ${fields("c", person)} }`,
      two: `${shared} type Fund @key(fields: "id") { id: ID! ${fields("b", two)} } type Person @key(fields: "id") { id: ID! d0: Side }`,
    };
  });

/** Every field, three levels deep. */
function selectAll(type: GraphQLOutputType, depth = 0): string {
  if (isNonNullType(type) || isListType(type)) return selectAll(type.ofType, depth);
  if (!isObjectType(type) || depth > 2) return "";
  const fields = Object.values(type.getFields()).map((field) => {
    const below = selectAll(field.type, depth + 1);
    return isCompositeType(namedOf(field.type)) && below === "" ? "" : `${field.name} ${below}`;
  });
  return `{ __typename ${fields.join(" ")} }`;
}

const namedOf = (type: GraphQLOutputType): unknown =>
  isNonNullType(type) || isListType(type) ? namedOf(type.ofType) : type;

const LEAVES: Readonly<Record<string, unknown>> = {
  Int: 7,
  String: "text",
  ID: "id7",
  Float: 2.5,
  Boolean: true,
  Side: "LEFT",
  Big: "anything",
  Fund: { __typename: "Fund", id: "f1" },
  Person: { __typename: "Person", id: "p1" },
};

function valueOf(type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType);
  if (isListType(type)) return [valueOf(type.ofType), valueOf(type.ofType)];
  return LEAVES[type.name];
}

const isHere: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) =>
  info.fieldName === "_entities"
    ? (args as { representations: unknown[] }).representations
    : ((source as Record<string, unknown> | undefined)?.[info.fieldName] ??
      valueOf(info.returnType));

/** Subgraphs whose answers are good, but for what `spoil` does to one. */
function cannedBy(sdl: Readonly<Record<string, string>>): (spoil: Spoil) => Canned {
  const schemaOf = new Map(
    Object.entries(sdl).map(([name, text]) => [name, buildSubgraphSchema(parse(LINK + text))]),
  );
  return (spoil) =>
    async ({ query, variables }, name) => {
      const schema = schemaOf.get(name);
      if (schema === undefined) throw new Error(`no subgraph ${name}`);
      const document = parse(query);
      const answer = await execute({
        schema,
        document,
        variableValues: variables,
        fieldResolver: isHere,
      });
      return spoil(structuredClone(answer));
    };
}

type Spoil = (answer: object) => unknown;

type Slot = readonly [holder: Record<string, unknown>, key: string];

/** Every place of an answer's data that can be spoiled. */
function slotsOf(value: unknown, into: Slot[] = []): Slot[] {
  if (typeof value !== "object" || value === null) return into;
  for (const key of Object.keys(value)) {
    into.push([value as Record<string, unknown>, key]);
    slotsOf((value as Record<string, unknown>)[key], into);
  }
  return into;
}

const WRONG = [null, undefined, 4_294_967_296, "wrong", {}, [], [[null]], true, 1.5];

interface Spoiled {
  /** The key of the spoiled place; undefined when nothing was spoiled. */
  key?: string;
  /** Whether null is there now. */
  isNull?: boolean;
  readonly spoil: (answer: object) => unknown;
}

/** Spoils one place of the `nth` answer. */
function spoiler(nth: number, place: number, wrong: unknown): Spoiled {
  let answers = 0;
  const spoiled: Spoiled = {
    spoil: (answer) => {
      answers += 1;
      const slots = slotsOf((answer as ExecutionResult).data);
      const slot = slots[place % Math.max(slots.length, 1)];
      if (answers - 1 !== nth || slot === undefined) return answer;
      const [holder, key] = slot;
      spoiled.key = key;
      spoiled.isNull = wrong === null || (wrong === undefined && Array.isArray(holder));
      if (wrong === undefined && !Array.isArray(holder)) delete holder[key];
      else holder[key] = wrong ?? null;
      return { ...answer, errors: null };
    },
  };
  return spoiled;
}

/** The first place where data breaks the schema. */
function breach(value: unknown, type: GraphQLOutputType, path: string): string | undefined {
  if (isNonNullType(type)) return value === null ? path : breach(value, type.ofType, path);
  if (value === undefined) return path;
  if (value === null) return undefined;
  if (isListType(type))
    return Array.isArray(value)
      ? value.map((item, index) => breach(item, type.ofType, `${path}.${index}`)).find(Boolean)
      : path;
  if (!isObjectType(type)) return undefined;
  return Object.values(type.getFields())
    .filter(({ name }) => Object.hasOwn(value, name))
    .map(({ name, type: inner }) =>
      breach((value as Record<string, unknown>)[name], inner, `${path}.${name}`),
    )
    .find(Boolean);
}

/** Where the answer has null and the clean one does not. */
function nullsIn(clean: unknown, data: unknown, path: readonly string[] = []): string[][] {
  if (data === null || data === undefined) return clean === null ? [] : [[...path]];
  if (typeof data !== "object" || typeof clean !== "object" || clean === null) return [];
  // A shorter list is another value, not a null.
  return Object.keys(Array.isArray(data) ? data : clean).flatMap((key) =>
    nullsIn((clean as Answer)[key], (data as Answer)[key], [...path, key]),
  );
}
type Answer = Record<string, unknown>;

/** Whether a null is where null was sent: at its key, or for any item of a list. */
const endsAt = (path: readonly string[], key: string | undefined): boolean =>
  path.at(-1) === key || /^\d+$/.test(key ?? "");

it(
  "never answers a forbidden null or an absent field without an error when subgraphs send anything",
  { timeout: 300_000 },
  async () => {
    let withErrors = 0;
    const place = fc.tuple(fc.nat(2), fc.nat(60), fc.constantFrom(...WRONG));
    const places = fc.array(place, { minLength: 25, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(schemas, places, async (sdl, spoiledPlaces) => {
        const graph = graphOf(sdl);
        const root = graph.apiSchema.getQueryType() as GraphQLOutputType;
        const query = `query ${selectAll(root)}`;
        const canned = cannedBy(sdl);
        const run = async (spoil: Spoil) => runCanned(graph, query, canned(spoil));
        const clean = await run((answer) => answer);
        expect(clean.errors).toBeUndefined();
        for (const [nth, at, wrong] of spoiledPlaces) {
          const spoiled = spoiler(nth, at, wrong);
          const answer = await run(spoiled.spoil);
          expect(answer.data && breach(answer.data, root, "data")).toBeFalsy();
          if (answer.errors !== undefined) withErrors += 1;
          const nulls = answer.errors === undefined ? nullsIn(clean.data, answer.data) : [];
          const unexplained = nulls.filter(
            (path) => spoiled.isNull !== true || !endsAt(path, spoiled.key),
          );
          expect([query, spoiled.key, unexplained]).toEqual([query, spoiled.key, []]);
        }
      }),
      { numRuns: rounds(6, 12) },
    );
    expect(withErrors).toBeGreaterThan(0);
  },
);
