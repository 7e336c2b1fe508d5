import { serveSubgraphs, type ServedSubgraphs } from "./served-subgraphs.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@authenticated", "@requiresScopes", "@cost", "@listSize"])`;
const PAGE = `@listSize(slicingArguments: ["first"], sizedFields: ["nodes"])`;

/** Books and figures in the shape of the project's graph, with access rules and costs. */
const SCHEMAS = {
  books: `${LINK}
    type Query { funds(first: Int! = 20): FundConnection! ${PAGE} }
    type FundConnection { nodes: [Fund!]! }
    type Fund @key(fields: "id") {
      id: ID! name: String! currency: String! @authenticated
      accounts(first: Int! = 20): AccountConnection! ${PAGE}
    }
    type AccountConnection { nodes: [Account!]! }
    type Account @key(fields: "id") { id: ID! code: String! name: String! balance: Money! @requiresScopes(scopes: [["ledger:read"]]) }
    type Money { amount: String! currency: String! }`,
  figures: `${LINK}
    type Fund @key(fields: "id") { id: ID! figures: Figures @cost(weight: 5) }
    type Figures { nav: Float cash: Float burn: Float }`,
};

export const GUARD_QUERY = `query Dashboard($funds: Int!, $accounts: Int!) {
  funds(first: $funds) { nodes {
    id name currency
    accounts(first: $accounts) { nodes { id code name balance { amount currency } } }
    figures { nav cash burn }
  } }
}`;
export const GUARD_VARIABLES = { funds: 10, accounts: 10 };

const list = <Item>(count: number, item: (index: number) => Item) => ({
  nodes: Array.from({ length: count }, (_, index) => item(index)),
});
const fund = (index: number) => ({
  id: String(index),
  name: `Fund ${index}`,
  currency: "EUR",
  accounts: ({ first }: { first: number }) => list(first, account),
});
const account = (index: number) => ({
  id: String(index),
  code: `10${index}`,
  name: `Account ${index}`,
  balance: { amount: `${index}.00`, currency: "EUR" },
});

/** The subgraphs of the guard's figure. */
export const serveGuardSubgraphs = async (): Promise<ServedSubgraphs> =>
  serveSubgraphs({
    books: {
      schema: SCHEMAS.books,
      rootValue: { funds: ({ first }: { first: number }) => list(first, fund) },
    },
    figures: {
      schema: SCHEMAS.figures,
      resolvers: {
        Fund: {
          __resolveReference: ({ id }: { id: string }) => ({
            id,
            figures: { nav: 1.5, cash: 2.5, burn: 0.5 },
          }),
        },
      },
    },
  });
