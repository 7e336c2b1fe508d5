import { z } from "zod";
import { account, toAccount } from "../accounts/account.ts";
import { requireFound } from "../endpoint/require-found.ts";
import { currency, id } from "../endpoint/scalars.ts";
import { columnsOf, defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import {
  RestAccountsDocument,
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
