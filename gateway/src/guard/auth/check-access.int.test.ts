import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../../operation/operation-request.ts";
import type { GatewayAnswer } from "../../service.fixture.ts";
import { securityNames } from "../../supergraph/access-rules.ts";
import { buildGraph } from "../../supergraph/graph.ts";
import { openSecuredGateway, securedSupergraph } from "./secured-gateway.fixture.ts";

type Secured = Awaited<ReturnType<typeof openSecuredGateway>>;
let gateway: Secured;
beforeAll(async () => {
  gateway = await openSecuredGateway();
});
afterAll(async () => gateway.close());

const ANONYMOUS = {};
const as = (scopes: string, actor = "ann") => ({ actor, scopes });
/** `path=CODE` of each error. */
const reasons = (errors: GatewayAnswer["errors"]) =>
  (errors ?? []).map(({ path, extensions }) => `${path?.join(".")}=${String(extensions["code"])}`);

const CASES: readonly [
  name: string,
  query: string,
  caller: Record<string, string>,
  data: unknown,
  errors: string[],
][] = [
  [
    "a field requires sign-in",
    `{ me { name } level }`,
    ANONYMOUS,
    { me: null, level: null },
    ["me=UNAUTHENTICATED", "level=UNAUTHENTICATED"],
  ],
  ["the caller signed in for it", `{ me { name } }`, as(""), { me: { name: "P9" } }, []],
  [
    "a type requires sign-in",
    `{ settings { theme } }`,
    ANONYMOUS,
    { settings: null },
    ["settings=UNAUTHENTICATED"],
  ],
  ["an enum requires a scope the caller has", `{ level }`, as("level"), { level: "LOW" }, []],
  [
    "an enum requires a scope the caller lacks",
    `{ level }`,
    as("other"),
    { level: null },
    ["level=FORBIDDEN"],
  ],
  ["a scalar requires sign-in", `{ iban }`, ANONYMOUS, { iban: null }, ["iban=UNAUTHENTICATED"]],
  [
    "the caller has half a group of scopes",
    `{ person(id: "1") { cv salary } }`,
    as("pay"),
    { person: { cv: "CV1", salary: null } },
    ["person.salary=FORBIDDEN"],
  ],
  [
    "the caller has a whole group of scopes",
    `{ person(id: "1") { salary } }`,
    as("pay people:read"),
    { person: { salary: 100 } },
    [],
  ],
  [
    "the caller has another group of scopes",
    `{ person(id: "1") { salary } }`,
    as("root"),
    { person: { salary: 100 } },
    [],
  ],
  [
    "an alias has the name of another field",
    `{ person(id: "1") { cv: salary } }`,
    as("x"),
    { person: { cv: null } },
    ["person.cv=FORBIDDEN"],
  ],
  [
    "a fragment has it",
    `{ person(id: "1") { ...F } } fragment F on Person { name ... { salary } }`,
    as("x"),
    { person: { name: "P1", salary: null } },
    ["person.salary=FORBIDDEN"],
  ],
  [
    "a list has it in each item",
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
    "a denied field is non-null, which nulls its parent",
    `{ person(id: "1") { name email } }`,
    as("x"),
    { person: null },
    ["person.email=FORBIDDEN"],
  ],
  [
    "a denied field is non-null up to the root",
    `{ people { email } }`,
    as("x"),
    null,
    ["people.0.email=FORBIDDEN"],
  ],
  [
    "one type of an interface requires sign-in",
    `{ things { __typename label } }`,
    ANONYMOUS,
    {
      things: [
        { __typename: "Box", label: null },
        { __typename: "Person", label: "L1" },
      ],
    },
    ["things.0.label=UNAUTHENTICATED"],
  ],
  [
    "the caller signed in for all types of an interface",
    `{ things { label } }`,
    as(""),
    { things: [{ label: "box" }, { label: "L1" }] },
    [],
  ],
  [
    "a fragment is on one of the types",
    `{ things { ... on Box { label size } ... on Person { label } } }`,
    ANONYMOUS,
    { things: [{ label: null, size: 3 }, { label: "L1" }] },
    ["things.0.label=UNAUTHENTICATED"],
  ],
  [
    "a member of a union requires a scope",
    `{ either { ... on Safe { code } ... on Box { size } } }`,
    as("x"),
    { either: [{ size: 3 }, { code: null }] },
    ["either.1.code=FORBIDDEN"],
  ],
  [
    "a policy allows the field's arguments",
    `{ report(owner: "ann") }`,
    as(""),
    { report: "all good" },
    [],
  ],
  ["a policy denies", `{ report(owner: "bob") }`, as(""), { report: null }, ["report=FORBIDDEN"]],
  [
    "a policy throws",
    `{ report(owner: "bob") }`,
    as("audit"),
    { report: null },
    ["report=FORBIDDEN"],
  ],
  [
    "a denied field is skipped",
    `{ person(id: "1") { name salary @skip(if: true) } }`,
    as("x"),
    { person: { name: "P1" } },
    [],
  ],
  [
    "__typename stands beside it",
    `{ __typename level }`,
    as("x"),
    { __typename: "Query", level: null },
    ["level=FORBIDDEN"],
  ],
  [
    "an object has no other field",
    `{ person(id: "1") { salary } }`,
    as("x"),
    { person: { salary: null } },
    ["person.salary=FORBIDDEN"],
  ],
];

describe("a field", () => {
  it.each(CASES)("follows its access rule when %s", async (_name, query, caller, data, errors) => {
    const answer = await gateway.post({ query }, caller);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual(data);
    expect(reasons(answer.errors)).toEqual(errors);
  });

  it.each(CASES)(
    "follows its access rule over a WebSocket when %s",
    async (_name, query, caller, data, errors) => {
      const client = gateway.connect(caller);
      const { value } = await client.iterate({ query }).next();
      expect(value.data).toEqual(data);
      expect(reasons(value.errors as never)).toEqual(errors);
      await client.dispose();
    },
  );
});

it("calls no subgraph when its fields are withheld", async () => {
  const { people, papers } = gateway;
  const before = [people.requests, papers.requests];
  await gateway.post({ query: `{ person(id: "1") { name salary } }` }, as("x"));
  expect([people.requests, papers.requests]).toEqual([(before[0] ?? 0) + 1, before[1]]);
  await gateway.post({ query: `{ level settings { theme } }` });
  expect(people.requests).toBe((before[0] ?? 0) + 1);
});

it("filters for each caller when callers with different scopes send one query", async () => {
  const query = `{ person(id: "1") { salary } }`;
  for (const [caller, salary] of [
    [as("root"), 100],
    [as("x"), null],
    [as("root"), 100],
    [ANONYMOUS, null],
  ] as const) {
    expect((await gateway.post({ query }, caller)).data).toEqual({ person: { salary } });
  }
});

describe("a token without the scope for a mutation", () => {
  const reader = as("people:read");
  const query = `mutation ($n: String!) { a: rename(id: "1", name: $n) { name } ...M } fragment M on Mutation { rename(id: "2", name: "x") { id } }`;
  const denied = ["a=FORBIDDEN", "rename=FORBIDDEN"];

  it("is refused when the mutation has an alias, a fragment or a variable", async () => {
    const before = gateway.requests();
    const answer = await gateway.post({ query, variables: { n: "x" } }, reader);
    expect(answer.data).toEqual({ a: null, rename: null });
    expect(reasons(answer.errors)).toEqual(denied);
    expect(gateway.requests()).toBe(before);
  });

  it("is refused when another caller has registered the persisted query", async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: digestOf(query) } };
    const writer = as("people:write");
    const variables = { n: "x" };
    expect((await gateway.post({ query, variables, extensions }, writer)).errors).toBeUndefined();
    const before = gateway.requests();
    const answer = await gateway.post({ variables, extensions }, reader);
    expect(reasons(answer.errors)).toEqual(denied);
    expect(gateway.requests()).toBe(before);
  });

  it("is refused when it sends a list of operations or uses a WebSocket", async () => {
    const before = gateway.requests();
    const batch = await gateway.post([{ query: `mutation { ping }` }, { query }], reader);
    expect(batch.errors?.[0]?.extensions["code"]).toBe("MALFORMED_BODY");
    const client = gateway.connect(reader);
    const { value } = await client.iterate({ query, variables: { n: "x" } }).next();
    expect(reasons(value.errors as never)).toEqual(denied);
    await client.dispose();
    expect(gateway.requests()).toBe(before);
  });

  it("runs the allowed mutations when an operation has both", async () => {
    const answer = await gateway.post(
      { query: `mutation { ping rename(id: "1", name: "x") { id } }` },
      reader,
    );
    expect(answer.data).toEqual({ ping: 1, rename: null });
  });
});

it("refuses a subscription and withholds fields of its events when scopes are missing", async () => {
  const query = `subscription { renamed { name salary } }`;
  const unauthorized = gateway.connect(as("people:read"));
  await expect(unauthorized.iterate({ query }).next()).rejects.toMatchObject([
    { path: ["renamed"], extensions: { code: "FORBIDDEN" } },
    { path: ["renamed", "salary"] },
  ]);
  const listener = gateway.connect(as("people:read live"));
  const { value } = await listener.iterate({ query }).next();
  expect(value.data).toEqual({ renamed: { name: "P1", salary: null } });
  expect(reasons(value.errors as never)).toEqual(["renamed.salary=FORBIDDEN"]);
  await Promise.all([unauthorized.dispose(), listener.dispose()]);
});

it("refuses the whole operation when the policy denies operations", async () => {
  const strict = await openSecuredGateway({
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

it("serves every field when access rules are not enforced", async () => {
  const open = await openSecuredGateway({ access: undefined });
  expect((await open.post({ query: `{ me { salary email } }` })).data).toEqual({
    me: { salary: 100, email: "9@x" },
  });
  await open.close();
});

it("refuses a supergraph when an unsupported feature secures it", () => {
  const sdl = securedSupergraph().replace(
    "https://specs.apollo.dev/policy/v0.1",
    "https://specs.apollo.dev/fence/v1.0",
  );
  expect(() => buildGraph(sdl, () => ({ baseUrls: {}, portOffset: 0 }))).toThrow(
    "https://specs.apollo.dev/fence, which this gateway cannot enforce",
  );
  expect(securityNames(parse(securedSupergraph()))).toEqual({
    authenticated: "authenticated",
    requiresScopes: "needs",
    policy: "policy",
  });
});
