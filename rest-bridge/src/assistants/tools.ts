import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { getBalance } from "../accounts/balance.ts";
import { getPredictions } from "../analytics/predictions.ts";
import { nextCursorOf, pageParameters } from "../endpoint/page.ts";
import { given } from "../endpoint/read-input.ts";
import { date, id } from "../endpoint/scalars.ts";
import {
  RestAssistantAccessDocument,
  RestFundDocument,
  RestFundsDocument,
  RestProposeTransactionDocument,
  RestSearchTransactionsDocument,
} from "../graph/graph-types.generated.ts";
import { getLedger } from "../ledger/ledger.ts";
import { getForecasts } from "../metrics/forecasts.ts";
import { getMetrics } from "../metrics/metrics.ts";
import { toProposal } from "../proposals/proposal.ts";
import { getProposal, getProposals } from "../proposals/read-proposals.ts";
import { getReport } from "../reports/reports.ts";
import { newTransaction } from "../transactions/new-transaction.ts";
import { toTransaction } from "../transactions/transaction.ts";
import { getTransaction } from "../transactions/transactions.ts";
import { defineTool, toolOf, type Tool } from "./tool.ts";

const listFunds = defineTool({
  name: "listFunds",
  title: "List the funds",
  description: "The funds that the caller may see: id, name and currency.",
  input: z.strictObject(pageParameters),
  access: { scopes: ["ledger:read"] },
  operations: [RestFundsDocument],
  isRead: true,
  answer: async (page, execute) => {
    const { funds } = await execute(RestFundsDocument, given(page));
    return { items: funds.nodes, nextCursor: nextCursorOf(funds) };
  },
});

const noSuchFund = (fundId: string): AppError =>
  new AppError("FUND_NOT_FOUND", `There is no fund ${fundId}.`);

const readFund = defineTool({
  name: "readFund",
  title: "Read a fund with its accounts",
  description: "A fund, and its accounts by code with their balances on their normal side.",
  input: z.strictObject({ fundId: id("The fund."), ...pageParameters }),
  access: { scopes: ["ledger:read"] },
  operations: [RestFundDocument],
  isRead: true,
  answer: async ({ fundId, ...page }, execute) => {
    const { fund } = await execute(RestFundDocument, { id: fundId, ...given(page) });
    if (fund === null) throw noSuchFund(fundId);
    const { accounts, ...rest } = fund;
    return { ...rest, accounts: accounts.nodes, nextCursor: nextCursorOf(accounts) };
  },
});

const searchTransactions = defineTool({
  name: "searchTransactions",
  title: "Search the transactions of a fund",
  description:
    "Transactions of a fund, newest first: by words of the description, the reference or the counterparty, by account and by value date.",
  input: z.strictObject({
    fundId: id("The fund."),
    text: z.string().min(1).max(200).optional().meta({ description: "Words to find." }),
    accountId: id("Only those with an entry on this account.").optional(),
    from: date("First value date.").optional(),
    to: date("Last value date.").optional(),
    ...pageParameters,
  }),
  access: { scopes: ["ledger:read"] },
  operations: [RestSearchTransactionsDocument],
  isRead: true,
  answer: async ({ fundId, text, accountId, from, to, ...page }, execute) => {
    const accountIds = accountId === undefined ? undefined : [accountId];
    const filter = given({ text, accountIds, effectiveFrom: from, effectiveTo: to });
    const variables = { fundId, filter, ...given(page) };
    const { fund } = await execute(RestSearchTransactionsDocument, variables);
    if (fund === null) throw noSuchFund(fundId);
    const { transactions } = fund;
    return {
      items: transactions.nodes.map((node) => toTransaction(node)),
      nextCursor: nextCursorOf(transactions),
    };
  },
});

const proposeTransaction = defineTool({
  name: "proposeTransaction",
  title: "Propose a transaction",
  description:
    "Proposes a balanced journal transaction. Nothing is posted: another person reads the proposal and approves or rejects it.",
  input: z.strictObject({
    ...newTransaction.shape,
    idempotencyKey: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/)
      .optional()
      .meta({ description: "A repeat with the same key proposes once." }),
  }),
  access: { scopes: ["ledger:propose", "ledger:read"] },
  operations: [RestProposeTransactionDocument],
  isRead: false,
  answer: async (input, execute) => {
    const data = await execute(RestProposeTransactionDocument, { input });
    return toProposal(data.proposeTransaction);
  },
});

/** Everything that an assistant may do. None of them changes a book. */
export const TOOLS: readonly Tool[] = [
  listFunds,
  readFund,
  searchTransactions,
  ...[
    getTransaction,
    getLedger,
    getBalance,
    getReport,
    getMetrics,
    getForecasts,
    getPredictions,
    getProposals,
    getProposal,
  ].map((endpoint) => toolOf(endpoint)),
  proposeTransaction,
];

/** What the bridge sends for assistants: the question whether they may act, and the operations of the tools. */
export const ASSISTANT_OPERATIONS = [
  RestAssistantAccessDocument,
  ...TOOLS.flatMap(({ operations }) => operations),
];
