import { graphqlSync, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { expect, it } from "vitest";
import { selectsOnly } from "./selects-only.ts";

const NAMES = new Set(["id", "code", "__typename"]);

function isOnly(query: string): boolean | undefined {
  let answer: boolean | undefined;
  const thing = new GraphQLObjectType({
    name: "Thing",
    fields: Object.fromEntries(["id", "code", "status"].map((n) => [n, { type: GraphQLString }])),
  });
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: {
        thing: {
          type: thing,
          resolve: (_source, _args, _context, info) => {
            answer = selectsOnly(info, NAMES);
            return {};
          },
        },
      },
    }),
  });
  const { errors } = graphqlSync({ schema, source: query, variableValues: { no: false } });
  expect(errors).toBeUndefined();
  return answer;
}

it.each([
  ["{ thing { id code } }", true],
  ["{ thing { other: code __typename } }", true],
  ["{ thing { id status } }", false],
  ["{ thing { id: status } }", false],
  ["{ thing { id } thing { status } }", false],
  ["{ thing { ... on Thing { id } ...F } } fragment F on Thing { code }", true],
  ["{ thing { id ...F } } fragment F on Thing { code ... { status } }", false],
  ["query ($no: Boolean!) { thing { id status @include(if: $no) } }", false],
])("looks at every way a field can be selected: %s", (query, expected) => {
  expect(isOnly(query)).toBe(expected);
});
