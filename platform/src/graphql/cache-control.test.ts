import { buildASTSchema, parse } from "graphql";
import { expect, it } from "vitest";
import { CACHE_CONTROL_SDL, cacheControlOf, usesCacheControl } from "./cache-control.ts";

const SDL = `
  directive @inaccessible on ENUM
  type Query {
    _entities: [_Entity]!
    rates: Rates @cacheControl(maxAge: 60, scope: PUBLIC)
    today: String
  }
  union _Entity = Fund | Account
  type Rates { usd: Int fund: Fund }
  type Fund {
    id: ID!
    name: String
    figures: Figures @cacheControl(maxAge: 30, staleWhileRevalidate: 20)
  }
  type Account { figures: Figures @cacheControl(maxAge: 5) }
  type Figures { nav: Int live: Int @cacheControl(maxAge: 1) }`;

const schema = buildASTSchema(parse(`${CACHE_CONTROL_SDL} ${SDL}`));
const headerOf = (query: string) => cacheControlOf(schema, parse(query), undefined);

it.each([
  ["{ rates { usd } }", "public, max-age=60"],
  [
    "{ _entities { __typename ... on Fund { figures { nav } } } }",
    "private, max-age=30, stale-while-revalidate=20",
  ],
  [
    "{ _entities { ... on Fund { figures { nav } } ... on Account { figures { nav } } } }",
    "private, max-age=5",
  ],
  [
    "{ _entities { ... on Fund { ...F } } } fragment F on Fund { figures { live } }",
    "private, max-age=1",
  ],
  ["{ rates { fund { figures { nav } } } }", "private, max-age=30"],
  ["{ today }", undefined],
  ["{ rates { usd } today }", undefined],
  ["{ _entities { ... on Fund { name figures { nav } } } }", undefined],
])("gives %s the strictest rule of its fields", (query, header) => {
  expect(headerOf(query)).toBe(header);
});

it("ends when each of many fragments spreads the next one twice", () => {
  const levels = Array.from(
    { length: 60 },
    (_, at) => `fragment F${at} on Figures {
    ...F${at + 1} ...F${at + 1} }`,
  );
  const last = "fragment F60 on Figures { live }";
  expect(headerOf(`{ rates { fund { figures { ...F0 } } } } ${levels.join(" ")} ${last}`)).toBe(
    "private, max-age=1",
  );
});

it("finds out whether a schema has rules", () => {
  expect(usesCacheControl(schema)).toBe(true);
  expect(usesCacheControl(buildASTSchema(parse("type Query { today: String }")))).toBe(false);
});
