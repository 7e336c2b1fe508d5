import { rounds } from "@allfunds/platform/testing";
import fc from "fast-check";
import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  execute,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLFieldResolver,
  isAbstractType,
  isCompositeType,
  parse,
  validate,
} from "graphql";
import { expect, it } from "vitest";
import { nothingFound } from "../operation/findings.ts";
import { planInParts, planOperation } from "../planning/plan-operation.ts";
import type { SubgraphSource } from "../subgraphs/subgraph-source.ts";
import { buildGraph } from "../supergraph/graph.ts";
import { type Answer, mergeData } from "../answer/answer.ts";
import { type AnswerPart, runPlanInParts } from "./answer-parts.ts";
import { runPlanWithApollo } from "./run-plan-with-apollo.ts";
import { runPlan } from "./run-plan.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@shareable"])`;

/** Three services that need each other for nearly every answer. */
const SUBGRAPHS = {
  books: `${LINK}
    type Query { funds: [Fund!]! fund(id: ID!): Fund holder(id: ID!): Holder any: [Thing] grid: [[Fund]] }
    type Mutation { open(id: ID!): Fund close(id: ID!): Fund }
    union Thing = Fund | Person
    interface Holder { id: ID! name: String }
    type Fund implements Holder @key(fields: "id") { id: ID! name: String size: Int! parent: Fund owners: [Person!] dark: Light! }
    type Person implements Holder @key(fields: "id") { id: ID! name: String funds: [Fund] }
    type Light @shareable { lit: Boolean side: Side }
    enum Side { LEFT RIGHT }`,
  figures: `${LINK}
    type Fund @key(fields: "id") { id: ID! size: Int! @external grade: Float figure(times: Int = 2): Figure @requires(fields: "size") strict: Int! }
    type Person @key(fields: "id") { id: ID! age: Int }
    type Figure { value: Int! around: [Fund!] bright: Light! }
    type Light @shareable { lit: Boolean side: Side }
    enum Side { LEFT RIGHT }`,
  notes: `${LINK}
    type Query { latest: Note }
    union About = Fund | Person
    type Note { text: String about: About writer: Person! }
    type Fund @key(fields: "id") { id: ID! notes: [Note!]! }
    type Person @key(fields: "id") { id: ID! notes: [Note!]! }`,
} as const;

type Entity = { readonly id: string };
const number = ({ id }: Entity): number => Number(/\d+/.exec(id)?.[0] ?? 0);
const fundOf = (n: number) => ({ __typename: "Fund", id: `f${n % 5}` });
const personOf = (n: number) => ({ __typename: "Person", id: `p${n % 3}` });

const holderOf = (id: string) => ({ __typename: id.startsWith("f") ? "Fund" : "Person", id });

const named = {
  name: (entity: Entity) => (number(entity) === 3 ? null : `Name of ${entity.id}`),
};
const notes = {
  notes: ({ id }: Entity) => [{ text: `On ${id}`, about: fundOf(2) }, { text: null }],
};
const SHARED = { Light: { lit: () => true, side: () => "LEFT" } };
const RESOLVERS = {
  books: {
    ...SHARED,
    Query: {
      funds: () => [0, 1, 2, 3, 4].map(fundOf),
      fund: (_: unknown, { id }: Entity) => (id === "none" ? null : { __typename: "Fund", id }),
      holder: (_: unknown, { id }: Entity) => holderOf(id),
      any: () => [fundOf(1), null, personOf(2), fundOf(4)],
      grid: () => [[fundOf(1), null], null, [], [fundOf(2), fundOf(1)]],
    },
    Mutation: {
      open: (_: unknown, { id }: Entity) => ({ __typename: "Fund", id }),
      close: () => fundOf(2),
    },
    Fund: {
      ...named,
      size: (fund: Entity) => number(fund) * 10,
      parent: (fund: Entity) => (number(fund) === 0 ? null : fundOf(number(fund) - 1)),
      owners: (fund: Entity) => (number(fund) === 2 ? null : [personOf(0), personOf(number(fund))]),
      dark: () => ({}),
    },
    Person: { ...named, funds: (person: Entity) => [fundOf(number(person)), null, fundOf(4)] },
  },
  figures: {
    ...SHARED,
    Fund: {
      grade: (fund: Entity) => number(fund) / 4,
      figure: ({ id, size }: Entity & { size?: number }, { times }: { times: number }) => ({
        value: (size ?? number({ id }) * 10) * times,
      }),
      strict: (fund: Entity) => (number(fund) === 4 ? null : 1),
    },
    Person: { age: (person: Entity) => 30 + number(person) },
    Figure: {
      bright: () => ({}),
      around: ({ value }: { value: number }) => [fundOf(value), fundOf(value + 1)],
    },
  },
  notes: {
    Query: { latest: () => ({ text: "latest", about: fundOf(3), writer: personOf(1) }) },
    Fund: notes,
    Person: notes,
    Note: { writer: () => personOf(2) },
  },
};

const compose = (): string => {
  const services = Object.entries(SUBGRAPHS).map(([name, sdl]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(sdl),
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  return supergraphSdl;
};
const graph = buildGraph(compose(), () => ({ baseUrls: {}, portOffset: 0 }));

const sourceOf = (name: keyof typeof SUBGRAPHS): SubgraphSource => {
  const schema = buildSubgraphSchema([
    { typeDefs: parse(SUBGRAPHS[name]), resolvers: RESOLVERS[name] as never },
  ]);
  return {
    fetch: async ({ query, variables }) => {
      const document = parse(query);
      expect(validate(schema, document)).toEqual([]);
      const answer = await execute({ schema, document, variableValues: variables });
      return JSON.parse(JSON.stringify(answer)) as object;
    },
  };
};
const services = {
  books: sourceOf("books"),
  figures: sourceOf("figures"),
  notes: sourceOf("notes"),
};

type Resolve = GraphQLFieldResolver<unknown, unknown>;
const ALL = [RESOLVERS.books, RESOLVERS.figures, RESOLVERS.notes] as unknown as Record<
  string,
  Record<string, Resolve>
>[];

/** The resolvers of one server with every type, for graphql-js. */
const fromOneServer: Resolve = (source, args, context, info) => {
  const name = info.fieldName;
  const resolve = ALL.map((one) => one[info.parentType.name]?.[name]).find(Boolean);
  return resolve === undefined
    ? (source as Record<string, unknown> | undefined)?.[name]
    : resolve(source, args, context, info);
};

const VARIABLES = { with: true, without: false, hidden: true, times: 3, id: "f2" };

/** Writes a random operation. */
class Writer {
  readonly #dice: readonly number[];
  #thrown = 0;
  #aliases = 0;
  readonly #defers: boolean;

  constructor(dice: readonly number[], defers = false) {
    this.#dice = dice;
    this.#defers = defers;
  }

  operation(): string {
    const mutates = this.#oneIn(8);
    const root = graph.apiSchema.getRootType((mutates ? "mutation" : "query") as never);
    const body = root === undefined || root === null ? "" : this.#selections(root, 0);
    return `${mutates ? "mutation" : "query"} ($with: Boolean!, $without: Boolean!, $hidden: Boolean! = true, $times: Int, $id: ID!) ${body}`;
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
      if (isNested ? depth > 3 || !this.#oneIn(3) : this.#oneIn(3)) return [];
      const alias = this.#oneIn(4) ? `a${(this.#aliases += 1)}: ` : "";
      const nested = isNested ? this.#selections(below, depth + 1) : "";
      const args = field.args.map(({ name }) => `${name}: ${this.#argument(name)}`).join(", ");
      return `${alias}${field.name}${args && `(${args})`}${this.#condition()} ${nested}`;
    });
    if (this.#oneIn(3)) parts.push(this.#oneIn(3) ? "t: __typename" : "__typename");
    const mayDefer = this.#defers && type !== graph.apiSchema.getMutationType();
    if (mayDefer && depth < 4 && this.#oneIn(2))
      parts.push(`... ${this.#deferral()} ${this.#selections(type, depth + 1)}`);
    const inside = isAbstractType(type)
      ? [...graph.apiSchema.getPossibleTypes(type)]
      : [type].filter(() => this.#oneIn(6));
    for (const one of inside)
      if (depth < 5 && !this.#oneIn(4))
        parts.push(`... on ${one.name} ${this.#selections(one, depth + 1)}`);
    return `{ ${parts.join(" ") || "__typename"} }`;
  }

  #deferral(): string {
    return ["@defer", "@defer(if: $with)", "@defer(if: $without)"][this.#throw(3)] ?? "";
  }

  #argument(name: string): string {
    if (name === "times") return this.#oneIn(2) ? "$times" : String(this.#throw(4));
    return this.#oneIn(4) ? "$id" : `"${["f1", "f4", "p1", "none", "f3"][this.#throw(5)]}"`;
  }

  #condition(): string {
    if (!this.#oneIn(8)) return "";
    const conditions = ["@include(if: $with)", "@include(if: $without)", "@skip(if: $hidden)"];
    return conditions[this.#throw(3)] ?? "";
  }
}

/** Writes an object whose conditions exclude every field. */
const NOTHING_LEFT = [
  199, 98, 139, 0, 0, 475, 924, 359, 0, 1, 0, 0, 0, 203, 463, 1, 0, 319, 141, 0, 0, 705, 222, 139,
  217, 0, 182, 303, 365, 934, 20, 0, 173,
];

it(
  "answers like one server with every type when random operations run",
  { timeout: 300_000 },
  async () => {
    let compared = 0;
    const differences: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1_000), { minLength: 20, maxLength: 60 }), async (dice) => {
        const source = new Writer(dice).operation();
        const document = parse(source);
        const problems = validate(graph.apiSchema, document).filter(
          ({ message }) => !message.includes("is never used"),
        );
        if (problems.length > 0 || document.definitions.length !== 1) return;
        const found = { ...nothingFound(document), variables: VARIABLES };
        const operation = await planOperation(graph, found, source, undefined);
        const run = {
          graph,
          operation,
          plan: operation.plan,
          variables: VARIABLES,
          call: { traceId: "", headers: {}, signal: undefined, arrivedAt: 0 },
          found,
          services,
        };
        const answered = await runPlan(run);
        const expected = await execute({
          schema: graph.apiSchema,
          document,
          variableValues: VARIABLES,
          fieldResolver: fromOneServer,
        });
        compared += 1;
        const other = await runPlanWithApollo(run);
        if (JSON.stringify(other.data) !== JSON.stringify(expected.data))
          differences.push(`${source} => ${JSON.stringify(other)} != ${JSON.stringify(expected)}`);
        expect([source, failed(answered), answered.data]).toEqual([
          source,
          failed(expected),
          plain(expected.data),
        ]);
        expect(JSON.stringify(answered.data)).toBe(JSON.stringify(expected.data));
      }),
      { numRuns: rounds(40, 100), examples: [[NOTHING_LEFT]] },
    );
    expect(compared).toBeGreaterThan(30);
    expect(differences).toEqual([]);
  },
);

/** An answer's parts as a client merges them. */
function merged(parts: readonly AnswerPart[]): unknown {
  const [{ data } = { data: undefined }, ...later] = plain(parts) as AnswerPart[];
  for (const { path, data: fields } of later.flatMap(({ incremental = [] }) => incremental)) {
    const object = path.reduce<unknown>((at, step) => (at as Answer)[step], data) as Answer;
    if (fields !== null) mergeData(graph.supergraphSchema, object, fields);
  }
  return data;
}

const hasErrors = (parts: readonly AnswerPart[]): boolean =>
  parts.some(({ errors, incremental = [] }) => [{ errors }, ...incremental].some(failed));

it("answers in parts what it answers at once when random fragments are deferred", async () => {
  let deferred = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1_000), { minLength: 20, maxLength: 60 }), async (dice) => {
      const source = new Writer(dice, true).operation();
      const document = parse(source);
      const problems = validate(graph.apiSchema, document).filter(
        ({ message }) => !message.includes("is never used"),
      );
      if (problems.length > 0) return;
      const found = { ...nothingFound(document), variables: VARIABLES };
      const inParts = await planInParts(graph, found, source, undefined);
      if (inParts === undefined) return;
      const call = { traceId: "", headers: {}, signal: undefined, arrivedAt: 0 };
      const run = { graph, variables: VARIABLES, call, found, services };
      const parts: AnswerPart[] = [];
      const planned = { operation: inParts, plan: inParts.plan };
      await runPlanInParts({ ...run, ...planned }, (part) => parts.push(part));
      const operation = await planOperation(graph, found, source, undefined);
      const atOnce = await runPlan({ ...run, operation, plan: operation.plan });
      deferred += parts.length - 1;
      expect([source, parts.map(({ hasNext }) => hasNext)]).toEqual([
        source,
        parts.map((_, index) => index < parts.length - 1),
      ]);
      expect([source, hasErrors(parts)]).toEqual([source, failed(atOnce)]);
      // A null that the schema forbids reaches no further than its fragment.
      const expected = failed(atOnce) ? merged(parts) : plain(atOnce.data);
      expect([source, merged(parts)]).toEqual([source, expected]);
    }),
    { numRuns: rounds(40, 100) },
  );
  expect(deferred).toBeGreaterThan(10);
});

const failed = ({ errors }: { readonly errors?: unknown }): boolean => errors !== undefined;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
