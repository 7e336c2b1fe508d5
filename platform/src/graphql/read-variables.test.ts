import fc from "fast-check";
import { buildSchema, getVariableValues, Kind, parse, type OperationDefinitionNode } from "graphql";
import { describe, expect, it } from "vitest";
import { readVariables } from "./read-variables.ts";

const schema = buildSchema(`
  scalar Decimal
  enum Side { DEBIT CREDIT }
  input Leg { accountId: ID! side: Side! amount: Decimal! count: Int weight: Float note: String = "none" open: Boolean = false }
  input Tree { name: String! children: [Tree!] parent: Tree }
  input Either @oneOf { id: ID name: String }
  input Odd { constructor: String }
  input Posting { fundId: ID! legs: [Leg!]! tags: [String] grid: [[Int!]] tree: Tree either: Either odd: Odd mode: Side! = DEBIT limits: [Int!] = [1, 2] }
  type Query { post(posting: Posting, first: Int): Int }
`);

const operationOf = (declared: string): OperationDefinitionNode => {
  const [definition] = parse(`query (${declared}) { post }`).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
  return definition;
};

const coercedByGraphql = (operation: OperationDefinitionNode, given: Record<string, unknown>) =>
  getVariableValues(schema, operation.variableDefinitions ?? [], given);

const json = fc.oneof(
  fc.constantFrom(null, true, 0, 1, 1.5, 3_000_000_000, "", "1", "DEBIT", "none"),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Mostly valid values, and now and then any value. */
const mostly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: right, weight: 30 }, { arbitrary: json, weight: 1 });

const record = (fields: Record<string, fc.Arbitrary<unknown>>, required: readonly string[]) =>
  fc
    .tuple(
      fc.record(fields, { requiredKeys: [...required] }),
      fc.option(fc.constantFrom("odd one", "__proto__", "toString", ...required), { freq: 30 }),
    )
    .map(([value, other]) => {
      if (other === null) return value;
      if (!(other in fields))
        return Object.defineProperty({ ...value }, other, { value: 1, enumerable: true });
      return Object.fromEntries(Object.entries(value).filter(([name]) => name !== other));
    });

const leg = record(
  {
    accountId: mostly(fc.oneof(fc.string(), fc.integer())),
    side: mostly(fc.constantFrom("DEBIT", "CREDIT")),
    amount: mostly(fc.oneof(fc.string(), fc.integer(), fc.constant({ deep: [1] }))),
    count: mostly(fc.option(fc.integer())),
    weight: mostly(fc.double()),
    note: mostly(fc.option(fc.string())),
    open: mostly(fc.boolean()),
  },
  ["accountId", "side", "amount"],
);

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.record({ name: mostly(fc.string()) }),
    fc.record({ name: fc.string(), children: fc.array(tie("tree"), { maxLength: 2 }) }),
    fc.record({ name: fc.string(), parent: tie("tree") }),
  ),
}));

const posting = record(
  {
    fundId: mostly(fc.uuid()),
    legs: mostly(fc.oneof(fc.array(mostly(leg), { maxLength: 4 }), leg)),
    tags: mostly(fc.array(fc.option(fc.string()), { maxLength: 3 })),
    grid: mostly(fc.array(fc.array(fc.integer(), { maxLength: 2 }), { maxLength: 2 })),
    tree: mostly(tree),
    either: mostly(fc.record({ id: fc.string() })),
    odd: mostly(fc.record({ constructor: fc.string() })),
    mode: mostly(fc.constantFrom("DEBIT", "CREDIT")),
    limits: mostly(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 2 })),
  },
  ["fundId", "legs"],
);

const DECLARED = [
  "$posting: Posting!, $first: Int! = 7",
  "$posting: Posting, $first: Int",
  '$posting: Posting = {fundId: 1, legs: []}, $first: Int = 3, $odd: [Decimal!] = "x"',
].map(operationOf);

describe("readVariables", () => {
  it("returns what graphql-js returns when it reads the variables itself", () => {
    let read = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...DECLARED),
        fc.record({ posting: mostly(posting), first: mostly(fc.integer()) }, { requiredKeys: [] }),
        (operation, given) => {
          const before = JSON.stringify(given);
          const fitting = readVariables(schema, operation, given);
          expect(JSON.stringify(given)).toBe(before);
          if (fitting === undefined) return;
          read += 1;
          const { coerced, errors } = coercedByGraphql(operation, given);
          expect(errors).toBeUndefined();
          expect(plain(fitting)).toEqual(plain(coerced));
        },
      ),
      { numRuns: 3_000 },
    );
    expect(read).toBeGreaterThan(150);
  });

  const legs = [{ accountId: "a", side: "DEBIT", amount: "1.00" }];

  it.each<[string, Record<string, unknown>]>([
    ["a posting as clients write it", { posting: { fundId: "f", legs }, first: 3 }],
    ["null where it may be", { posting: { fundId: "f", legs, tags: [null], tree: null } }],
    ["a whole tree", { posting: { fundId: "f", legs, tree: { name: "a", children: [] } } }],
  ])("reads the variables when they are %s", (_case, given) => {
    const [operation] = DECLARED;
    expect(operation && readVariables(schema, operation, given)).toBeDefined();
  });

  it("fills in defaults in a copy when members are absent", () => {
    const [operation] = DECLARED;
    const given = { posting: { fundId: "f", legs } };
    expect(operation && readVariables(schema, operation, given)).toEqual({
      first: 7,
      posting: {
        fundId: "f",
        legs: [{ ...legs[0], note: "none", open: false }],
        mode: "DEBIT",
        limits: [1, 2],
      },
    });
    expect(given).toEqual({ posting: { fundId: "f", legs } });
  });
});

/** The values without prototypes. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
