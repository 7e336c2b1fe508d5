import { Source } from "graphql";
import { describe, expect, it } from "vitest";
import { CLIENTS } from "./clients.ts";
import { readPublicSchema } from "./codegen-settings.ts";
import { generateClientTypes } from "./generate-client-types.ts";
import { generateResolverTypes } from "./generate-resolver-types.ts";

const SCHEMA = `
  scalar Decimal
  enum Side { DEBIT CREDIT }
  input Filter { side: Side, first: Int! = 10 }
  type Account { id: ID!, name: String, side: Side!, balance: Decimal! }
  type Query { account(id: ID!): Account, accounts(filter: Filter!): [Account!]! }
`;
const NAME = "fragment Name on Account { name }";
const ACCOUNT = "query Account($id: ID!) { account(id: $id) { id side balance ...Name } }";
const ACCOUNTS = "query Accounts($filter: Filter!) { accounts(filter: $filter) { id } }";

const text = CLIENTS.find(({ send }) => send.as === "text");
const gql = CLIENTS.find(({ send }) => send.as === "gql");
const generate = (documents: readonly string[], client = text, sdl = SCHEMA) => {
  if (client === undefined) throw new Error("no client sends its documents so");
  const sources = documents.map((document, index) => new Source(document, `${index}.graphql`));
  return generateClientTypes(readPublicSchema(sdl), client, sources);
};

describe("the types of a client", () => {
  it("have a type for the variables and the result of each operation", async () => {
    const file = await generate([NAME, ACCOUNT]);
    expect(file).toContain("export type AccountQueryVariables = Exact<{\n  id: string;\n}>;");
    expect(file).toContain(
      "export type AccountQuery = { account: { id: string, side: Side, balance: string, name: string | null } | null };",
    );
    expect(file).toContain("export type Side =\n  | 'DEBIT'\n  | 'CREDIT';");
  });

  it("have the inputs that an operation uses", async () => {
    expect(await generate([ACCOUNTS])).toContain(
      "export type Filter = {\n  side?: Side | null | undefined;\n  first?: number;\n};",
    );
  });

  it("have each operation as text with its fragments", async () => {
    const file = await generate([NAME, ACCOUNT, ACCOUNTS]);
    expect(file).toContain(
      "export const AccountDocument: GraphOperation<AccountQuery, AccountQueryVariables> = {",
    );
    expect(file.match(/document: .*fragment Name on Account/g)).toHaveLength(1);
  });

  it("have each operation as a document of the client's library", async () => {
    const file = await generate([NAME, ACCOUNT], gql);
    expect(file).toContain("import { gql } from '@urql/core';");
    expect(file).toContain("as unknown as DocumentNode<AccountQuery, AccountQueryVariables>");
  });

  it("have each subscription as text with the names of its types", async () => {
    const live = CLIENTS.find(({ send }) => send.as === "live");
    const sdl = `${SCHEMA} type Subscription { renamed(id: ID!): Account! }`;
    const renamed = "subscription Renamed($id: ID!) { renamed(id: $id) { ...Name } }";
    const file = await generate([NAME, ACCOUNT, renamed], live, sdl);
    expect(file.split("\n\n").slice(1)).toEqual([
      'export const RenamedText = "subscription Renamed($id:ID!){renamed(id:$id){...Name __typename}}fragment Name on Account{name __typename}";\n',
    ]);
  });

  it("are refused with file and line of every fault of a document", async () => {
    const faulty = "query Faulty {\n  accounts(filter: {}) { title }\n}";
    await expect(generate([NAME, ACCOUNT, faulty, "query More { nothing }"])).rejects.toThrow(
      /2\.graphql:2: .*"title"(.|\n)*3\.graphql:1: .*"nothing"/,
    );
  });

  it("are refused when a scalar has no type", async () => {
    const sdl = `scalar Colour type Query { colour: Colour }`;
    await expect(generate(["query Colours { colour }"], text, sdl)).rejects.toThrow("Colour");
  });
});

it("types every field of the schema for resolvers", async () => {
  const file = await generateResolverTypes(readPublicSchema(SCHEMA), "resolvers.ts");
  expect(file).toContain("export type AccountResolvers<");
  expect(file).toContain("Account: ResolverTypeWrapper<FakeValue<Account>>;");
});
