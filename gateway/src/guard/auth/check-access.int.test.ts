import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../../execution/plan-operation.ts";
import { buildGraph } from "../../supergraph/graph.ts";
import { securityNames } from "./security-features.ts";
import { securedSupergraph, startSecuredGateway } from "./secured-gateway.fixture.ts";

type Secured = Awaited<ReturnType<typeof startSecuredGateway>>;
let gateway: Secured;
beforeAll(async () => {
  gateway = await startSecuredGateway();
});
afterAll(async () => gateway.close());

const NOBODY = {};
const as = (scopes: string, actor = "ann") => ({ actor, scopes });
/** `path=CODE` of each error. */
const reasons = (errors: Awaited<ReturnType<Secured["post"]>>["errors"]) =>
  (errors ?? []).map(({ path, extensions }) => `${path?.join(".")}=${extensions.code}`);

const CASES: readonly [
  name: string,
  query: string,
  caller: Record<string, string>,
  data: unknown,
  errors: string[],
][] = [
  [
    "a field for those who signed in",
    `{ me { name } level }`,
    NOBODY,
    { me: null, level: null },
    ["me=UNAUTHENTICATED", "level=UNAUTHENTICATED"],
  ],
  ["the same, signed in", `{ me { name } }`, as(""), { me: { name: "P9" } }, []],
  [
    "a type for those who signed in",
    `{ settings { theme } }`,
    NOBODY,
    { settings: null },
    ["settings=UNAUTHENTICATED"],
  ],
  ["an enum", `{ level }`, as("level"), { level: "LOW" }, []],
  ["an enum without its scope", `{ level }`, as("other"), { level: null }, ["level=FORBIDDEN"]],
  ["a scalar", `{ iban }`, NOBODY, { iban: null }, ["iban=UNAUTHENTICATED"]],
  [
    "half a group of scopes",
    `{ person(id: "1") { cv salary } }`,
    as("pay"),
    { person: { cv: "CV1", salary: null } },
    ["person.salary=FORBIDDEN"],
  ],
  [
    "a whole group",
    `{ person(id: "1") { salary } }`,
    as("pay people:read"),
    { person: { salary: 100 } },
    [],
  ],
  ["another group", `{ person(id: "1") { salary } }`, as("root"), { person: { salary: 100 } }, []],
  [
    "an alias",
    `{ person(id: "1") { cv: salary } }`,
    as("x"),
    { person: { cv: null } },
    ["person.cv=FORBIDDEN"],
  ],
  [
    "a fragment",
    `{ person(id: "1") { ...F } } fragment F on Person { name ... { salary } }`,
    as("x"),
    { person: { name: "P1", salary: null } },
    ["person.salary=FORBIDDEN"],
  ],
  [
    "a list, item by item",
    `{ people { name salary } }`,
    as("x"),
    {
      people: [
        { name: "P1", salary: null },
        { name: "P2", salary: null },
      ],
    },
    ["people.0.salary=FORBIDDEN", "people.1.salary=FORBIDDEN"],
  ],
  [
    "a non-null field takes its parent with it",
    `{ person(id: "1") { name email } }`,
    as("x"),
    { person: null },
    ["person.email=FORBIDDEN"],
  ],
  [
    "through a list of what may not be null, up to the root",
    `{ people { email } }`,
    as("x"),
    null,
    ["people.0.email=FORBIDDEN"],
  ],
  [
    "a field of an interface, for the type that guards it",
    `{ things { __typename label } }`,
    NOBODY,
    {
      things: [
        { __typename: "Box", label: null },
        { __typename: "Person", label: "L1" },
      ],
    },
    ["things.0.label=UNAUTHENTICATED"],
  ],
  [
    "the same, signed in",
    `{ things { label } }`,
    as(""),
    { things: [{ label: "box" }, { label: "L1" }] },
    [],
  ],
  [
    "a fragment on one of the types",
    `{ things { ... on Box { label size } ... on Person { label } } }`,
    NOBODY,
    { things: [{ label: null, size: 3 }, { label: "L1" }] },
    ["things.0.label=UNAUTHENTICATED"],
  ],
  [
    "a guarded member of a union",
    `{ either { ... on Safe { code } ... on Box { size } } }`,
    as("x"),
    { either: [{ size: 3 }, { code: null }] },
    ["either.1.code=FORBIDDEN"],
  ],
  [
    "a policy with the field's arguments",
    `{ report(owner: "ann") }`,
    as(""),
    { report: "all good" },
    [],
  ],
  [
    "a policy that says no",
    `{ report(owner: "bob") }`,
    as(""),
    { report: null },
    ["report=FORBIDDEN"],
  ],
  [
    "a policy that fails",
    `{ report(owner: "bob") }`,
    as("audit"),
    { report: null },
    ["report=FORBIDDEN"],
  ],
  [
    "what is skipped anyway",
    `{ person(id: "1") { name salary @skip(if: true) } }`,
    as("x"),
    { person: { name: "P1" } },
    [],
  ],
  [
    "introspection of types",
    `{ __typename level }`,
    as("x"),
    { __typename: "Query", level: null },
    ["level=FORBIDDEN"],
  ],
  [
    "everything below an object",
    `{ person(id: "1") { salary } }`,
    as("x"),
    { person: { salary: null } },
    ["person.salary=FORBIDDEN"],
  ],
];

describe("what a caller may not have is null, with one error for each place:", () => {
  it.each(CASES)("%s", async (_name, query, caller, data, errors) => {
    const answer = await gateway.post({ query }, caller);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual(data);
    expect(reasons(answer.errors)).toEqual(errors);
  });

  it.each(CASES)("%s, over a WebSocket", async (_name, query, caller, data, errors) => {
    const client = gateway.connect(caller);
    const { value } = await client.iterate({ query }).next();
    expect(value.data).toEqual(data);
    expect(reasons(value.errors as never)).toEqual(errors);
    await client.dispose();
  });
});

it("asks no subgraph for what is withheld", async () => {
  const { people, papers } = gateway;
  const before = [people.requests, papers.requests];
  await gateway.post({ query: `{ person(id: "1") { name salary } }` }, as("x"));
  expect([people.requests, papers.requests]).toEqual([(before[0] ?? 0) + 1, before[1]]);
  await gateway.post({ query: `{ level settings { theme } }` });
  expect(people.requests).toBe((before[0] ?? 0) + 1);
});

it("gives one caller nothing of what was planned for another", async () => {
  const query = `{ person(id: "1") { salary } }`;
  for (const [caller, salary] of [
    [as("root"), 100],
    [as("x"), null],
    [as("root"), 100],
    [NOBODY, null],
  ] as const) {
    expect((await gateway.post({ query }, caller)).data).toEqual({ person: { salary } });
  }
});

describe("a token without the right to write reaches no write", () => {
  const reader = as("people:read");
  const query = `mutation ($n: String!) { a: rename(id: "1", name: $n) { name } ...M } fragment M on Mutation { rename(id: "2", name: "x") { id } }`;
  const denied = ["a=FORBIDDEN", "rename=FORBIDDEN"];

  it("by alias, fragment or variable", async () => {
    const before = gateway.requests();
    const answer = await gateway.post({ query, variables: { n: "x" } }, reader);
    expect(answer.data).toEqual({ a: null, rename: null });
    expect(reasons(answer.errors)).toEqual(denied);
    expect(gateway.requests()).toBe(before);
  });

  it("by a persisted query that somebody else has registered", async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: digestOf(query) } };
    const writer = as("people:write");
    const variables = { n: "x" };
    expect((await gateway.post({ query, variables, extensions }, writer)).errors).toBeUndefined();
    const before = gateway.requests();
    const answer = await gateway.post({ variables, extensions }, reader);
    expect(reasons(answer.errors)).toEqual(denied);
    expect(gateway.requests()).toBe(before);
  });

  it("by a list of operations, or over a WebSocket", async () => {
    const before = gateway.requests();
    const batch = await gateway.post([{ query: `mutation { ping }` }, { query }], reader);
    expect(batch.errors?.[0]?.extensions.code).toBe("MALFORMED_BODY");
    const client = gateway.connect(reader);
    const { value } = await client.iterate({ query, variables: { n: "x" } }).next();
    expect(reasons(value.errors as never)).toEqual(denied);
    await client.dispose();
    expect(gateway.requests()).toBe(before);
  });

  it("while other mutations of the same operation run", async () => {
    const answer = await gateway.post(
      { query: `mutation { ping rename(id: "1", name: "x") { id } }` },
      reader,
    );
    expect(answer.data).toEqual({ ping: 1, rename: null });
  });
});

it("starts a subscription only for who may have it, and checks each event's fields", async () => {
  const query = `subscription { renamed { name salary } }`;
  const outsider = gateway.connect(as("people:read"));
  await expect(outsider.iterate({ query }).next()).rejects.toMatchObject([
    { path: ["renamed"], extensions: { code: "FORBIDDEN" } },
    { path: ["renamed", "salary"] },
  ]);
  const listener = gateway.connect(as("people:read live"));
  const { value } = await listener.iterate({ query }).next();
  expect(value.data).toEqual({ renamed: { name: "P1", salary: null } });
  expect(reasons(value.errors as never)).toEqual(["renamed.salary=FORBIDDEN"]);
  await Promise.all([outsider.dispose(), listener.dispose()]);
});

it("refuses the whole operation where that is wished", async () => {
  const strict = await startSecuredGateway({
    access: { deny: "operation", policies: {}, isAuthenticated: ({ actor }) => actor !== "" },
  });
  const query = `{ person(id: "1") { name salary } }`;
  const forbidden = await strict.post({ query }, as("x"));
  expect([forbidden.status, forbidden.data, reasons(forbidden.errors)]).toEqual([
    403,
    undefined,
    ["person.salary=FORBIDDEN"],
  ]);
  expect((await strict.post({ query })).status).toBe(401);
  expect(strict.requests()).toBe(0);
  expect((await strict.post({ query }, as("root"))).data).toEqual({
    person: { name: "P1", salary: 100 },
  });
  await strict.close();
});

it("serves everything when access rules are not enforced", async () => {
  const open = await startSecuredGateway({ access: undefined });
  expect((await open.post({ query: `{ me { salary email } }` })).data).toEqual({
    me: { salary: 100, email: "9@x" },
  });
  await open.close();
});

it("does not load a supergraph that is secured by something else", () => {
  const sdl = securedSupergraph().replace(
    "https://specs.apollo.dev/policy/v0.1",
    "https://specs.apollo.dev/vault/v1.0",
  );
  expect(() => buildGraph(sdl, () => ({ baseUrls: {}, portOffset: 0 }))).toThrow(
    "https://specs.apollo.dev/vault, which this gateway cannot enforce",
  );
  expect(securityNames(parse(securedSupergraph()))).toEqual({
    authenticated: "authenticated",
    requiresScopes: "needs",
    policy: "policy",
  });
});
