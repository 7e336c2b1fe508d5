import { z } from "zod";
import { account, toAccount } from "../accounts/account.ts";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { entityTag } from "../endpoint/headers.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { currency, id } from "../endpoint/scalars.ts";
import { columnsOf, defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestAccountsDocument,
  RestBalanceDocument,
  RestOneFundDocument,
  RestFundsDocument,
  type AccountFieldsFragment,
  type RestFundsQuery,
} from "../graph/graph-types.generated.ts";

export const fund = z
  .object({
    id: id("The fund."),
    name: z.string().meta({ description: "Name of the fund." }),
    currency: currency("Its base currency."),
  })
  .meta({ id: "Fund", description: "A fund." });
type Fund = z.output<typeof fund>;

/** GET /api/v1/funds: where a client without an id begins. */
export const getFunds = defineTable({
  path: "/api/v1/funds",
  operations: [RestFundsDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getFunds",
    tag: "Ledger",
    summary: "Read the funds",
    description: `The funds that the caller may see, in the order in which they were opened. ${TABLE_DOCS}`,
    refusals: [],
  },
  item: fund,
  page: { id: "FundPage", of: "funds" },
  columns: columnsOf<Fund>(fund),
  parameters: {},
  toItem: ({ id: fundId, name, currency: base }: RestFundsQuery["funds"]["nodes"][number]) => ({
    id: fundId,
    name,
    currency: base,
  }),
  read: async (query, execute) => (await execute(RestFundsDocument, query)).funds,
});

/** GET /api/v1/funds/{id}: one fund. */
export const getFund = defineEndpoint({
  method: "GET",
  path: "/api/v1/funds/:id",
  operations: [RestOneFundDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getFund",
    tag: "Ledger",
    summary: "Read one fund",
    description: "Its name and base currency.",
    success: { 200: { description: "The fund.", schema: fund } },
    refusals: ["FUND_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The fund.") }),
  respond: async ({ params, execute }) => {
    const { fund: found } = await execute(RestOneFundDocument, params);
    return { status: 200, body: requireFound(found, "FUND_NOT_FOUND", params.id) };
  },
});

/** GET /api/v1/accounts/{id}: what GET /api/v1/balance answers, at the address of the account. */
export const getAccount = defineEndpoint({
  method: "GET",
  path: "/api/v1/accounts/:id",
  operations: [RestBalanceDocument],
  access: { scopes: ["ledger:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "getAccount",
    tag: "Ledger",
    summary: "Read one account",
    description: "The account with its balance; the ETag goes into the If-Match of PATCH /balance.",
    success: {
      200: {
        description: "The account.",
        schema: account,
        headers: { ETag: "Version of the account." },
      },
    },
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  params: z.strictObject({ id: id("The account.") }),
  respond: async ({ params: { id: accountId }, execute }) => {
    const { account: read } = await execute(RestBalanceDocument, { accountId });
    const found = toAccount(requireFound(read, "ACCOUNT_NOT_FOUND", accountId));
    return { status: 200, body: found, headers: { etag: entityTag(found.version) } };
  },
});

type Account = z.output<typeof account>;

/** GET /api/v1/accounts: a fund's chart of accounts. */
export const getAccounts = defineTable({
  path: "/api/v1/accounts",
  operations: [RestAccountsDocument],
  access: { scopes: ["ledger:read"] },
  docs: {
    operationId: "getAccounts",
    tag: "Ledger",
    summary: "Read the accounts of a fund",
    description: `The fund's chart of accounts by code, each with its balance and version. ${TABLE_DOCS}`,
    refusals: ["FUND_NOT_FOUND"],
  },
  item: account,
  page: { id: "AccountPage", of: "accounts" },
  columns: [
    ...columnsOf<Account>(account),
    { name: "balance", kind: "amount", cell: ({ balance }: Account) => balance.amount },
  ],
  parameters: { fundId: id("The fund.") },
  toItem: (read: AccountFieldsFragment) => toAccount(read),
  read: async (query, execute) => {
    const { fund: found } = await execute(RestAccountsDocument, query);
    return requireFound(found, "FUND_NOT_FOUND", query.fundId).accounts;
  },
});
