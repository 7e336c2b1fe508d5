import { buildSchema, execute, GraphQLError, parse, type GraphQLSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { executeOperation } from "./execute-operation.ts";

const TYPES = `
  scalar Amount
  enum Side { DEBIT CREDIT }
  input Leg { account: ID! side: Side! amount: Amount! note: String = "none" }
  input Posting { fund: ID! legs: [Leg!]! tags: [String!] mode: Side! = DEBIT }
  type Answer { given: String seen: String }
  type Query { fund(id: ID!): String }
  type Mutation { post(posting: Posting!, postings: [Posting!], times: Int = 1): Answer }`;

const withAmounts = (types: string): GraphQLSchema => {
  const schema = buildSchema(types);
  const amount = schema.getType("Amount") as { parseValue: (value: unknown) => unknown };
  amount.parseValue = (value) => {
    if (typeof value === "string") return value;
    throw new GraphQLError("Amount must be a decimal string");
  };
  return schema;
};
const schema = withAmounts(`${TYPES} scalar JSON`);

const seen: unknown[] = [];
const rootValue = {
  fund: ({ id }: { id: string }) => id,
  post: (
    args: { posting: { fund: string } },
    _context: unknown,
    info: { variableValues: unknown },
  ) => {
    seen.push(args);
    if (args.posting.fund === "gone") throw new GraphQLError("There is no such fund.");
    return { given: JSON.stringify(info.variableValues), seen: JSON.stringify(args) };
  },
};

const POST = "mutation ($posting: Posting!) { post(posting: $posting) { given seen } }";
const leg = { account: "a", side: "DEBIT", amount: "1.00" };
const posting = { fund: "f", legs: [leg, { ...leg, side: "CREDIT" }] };

/** The answers of executeOperation and of graphql-js. */
const both = async (source: string, variableValues: object, operationName?: string) => {
  const args = { schema, document: parse(source), rootValue, operationName };
  return {
    answer: await executeOperation({ ...args, variableValues: { ...variableValues } }),
    expected: await execute({ ...args, variableValues: { ...variableValues } }),
  };
};

describe("executeOperation returns the answer of graphql-js", () => {
  it.each<[string, Record<string, unknown>, string?]>([
    ["valid variables", { posting }],
    [
      "members that are absent, null or given",
      { posting: { ...posting, tags: null, mode: "CREDIT" } },
    ],
    ["a number for an id", { posting: { ...posting, fund: 7 } }],
    ["one value for a list of one", { posting: { ...posting, legs: leg } }],
    ["a failure of the resolver", { posting: { ...posting, fund: "gone" } }],
    ["a variable that is not declared", { posting, other: 1 }],
    [
      "a variable inside of a literal",
      { legs: [leg], times: 2 },
      'mutation ($legs: [Leg!]!, $times: Int) { post(posting: { fund: "f", legs: $legs }, times: $times) { given seen } }',
    ],
    [
      "defaults of the operation",
      {},
      'mutation ($posting: Posting! = { fund: "f", legs: [] }, $all: [Posting!]) { post(posting: $posting, postings: $all) { given seen } }',
    ],
    [
      "a fragment and a directive with a variable",
      { posting, more: false },
      "mutation ($posting: Posting!, $more: Boolean!) { post(posting: $posting) { ...Rest @include(if: $more) given } } fragment Rest on Answer { seen }",
    ],
    ["no input object at all", { id: "f" }, "query ($id: ID!) { fund(id: $id) }"],
  ])("when the operation has %s", async (_case, variables, source = POST) => {
    const { answer, expected } = await both(source, variables);
    expect(answer).toEqual(expected);
    expect(JSON.stringify(answer)).toBe(JSON.stringify(expected));
  });

  it("when the document has several operations", async () => {
    const source = `${POST.replace("mutation", "mutation Post")} query Fund { fund(id: "f") }`;
    for (const name of ["Post", "Fund", "None", undefined]) {
      const { answer, expected } = await both(source, { posting }, name);
      expect(answer).toEqual(expected);
    }
  });
});

describe("executeOperation returns the errors of graphql-js", () => {
  it.each<[string, Record<string, unknown>]>([
    ["nothing given", {}],
    ["null", { posting: null }],
    ["a text for an object", { posting: "f" }],
    ["a member that is missing", { posting: { fund: "f" } }],
    ["a member that does not exist", { posting: { ...posting, found: 1 } }],
    ["null where a value has to be", { posting: { ...posting, mode: null } }],
    ["a value no enum has", { posting: { ...posting, legs: [leg, { ...leg, side: "BOTH" }] } }],
    ["a value its scalar refuses", { posting: { ...posting, legs: [{ ...leg, amount: 1 }] } }],
    ["several mistakes", { posting: { legs: [{ ...leg, amount: 1 }, null], tags: [1, 2] } }],
  ])("when the variables have %s", async (_case, variables) => {
    seen.length = 0;
    const { answer, expected } = await both(POST, variables);
    expect(expected.errors?.length).toBeGreaterThan(0);
    expect(JSON.stringify(answer)).toBe(JSON.stringify(expected));
    expect(seen).toEqual([]);
  });
});

it("passes an input object on uncopied when it needs no change", async () => {
  const args = { schema, document: parse(POST), rootValue };
  const legs = [{ ...leg, note: "own" }];
  const whole = { fund: "f", legs, mode: "DEBIT" };
  for (const _time of [1, 2]) {
    seen.length = 0;
    await executeOperation({ ...args, variableValues: { posting: whole } });
    expect((seen[0] as { posting: unknown }).posting).toBe(whole);
  }
});

it("lets graphql-js read the variables when the schema has no JSON scalar", async () => {
  const args = { schema: withAmounts(TYPES), document: parse(POST), rootValue };
  const variableValues = { posting: { ...posting, mode: "CREDIT" } };
  const { data, errors } = await executeOperation({ ...args, variableValues });
  expect(errors).toBeUndefined();
  expect(data?.["post"]).toMatchObject({ given: expect.stringContaining('"CREDIT"') });
});
