import { z } from "zod";
import type { Endpoint, SuccessDocs } from "../endpoint/endpoint.ts";
import type { JsonSchema } from "./schemas.ts";

/** The next call that an answer leads to: its operation, and where its parameters stand in the answer. */
interface NextCall {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly description: string;
}

const ID = { id: "$response.body#/id" };
const FUND = { fundId: "$response.body#/id" };
const ACCOUNT = { accountId: "$response.body#/id" };

const call = (
  operationId: string,
  description: string,
  parameters: Readonly<Record<string, string>> = ID,
): NextCall => ({ operationId, parameters, description });

const ofTransaction = [
  call("getTransaction", "The stored transaction."),
  call("reverseTransaction", "Posts its opposite."),
];
const ofWebhook = [
  call("getWebhook", "Its settings and its state."),
  call("getWebhookProgress", "What waits."),
  call("getWebhookDeliveries", "What was sent."),
  call("testWebhook", "Sends a test message."),
  call("updateWebhook", "Changes its settings."),
  call("rotateWebhookSecret", "Replaces its secret."),
  call("pauseWebhook", "Stops sending."),
  call("resumeWebhook", "Sends again."),
  call("deleteWebhook", "Removes it."),
];
const ofOrder = [call("getOrder", "The order as it is then."), call("cancelOrder", "Cancels it.")];

/** Where an answer leads by what it is: by the name of its schema. */
const CALLS_OF_SCHEMA: Readonly<Record<string, readonly NextCall[]>> = {
  Account: [
    call("getBalance", "The account as it is then.", ACCOUNT),
    call("getLedger", "Its entries.", ACCOUNT),
    call("getHolds", "What is reserved of it.", ACCOUNT),
  ],
  Fund: [
    call("getAccounts", "Its chart of accounts.", FUND),
    call("getLedger", "Its entries.", FUND),
    call("getMetrics", "Its figures.", FUND),
  ],
  Hold: [
    call("getHold", "What is left of the hold."),
    call("captureHold", "Posts what was reserved."),
    call("voidHold", "Releases what is left."),
  ],
  Job: [call("getJob", "Progress and result of the job."), call("cancelJob", "Ends the job.")],
  LinkedTransaction: ofTransaction,
  Order: ofOrder,
  Period: [
    call("getPeriod", "The period as it is then."),
    call("reopenPeriod", "Permits postings in it again."),
  ],
  Proposal: [
    call("getProposal", "The proposal as it is then."),
    call("approveProposal", "Posts what was proposed."),
    call("rejectProposal", "Rejects it for good."),
    call("withdrawProposal", "Withdraws it."),
  ],
  Statement: [
    call("getStatement", "The statement as it is then."),
    call("getStatementLines", "Its lines."),
    call("undoStatement", "Takes the import back."),
  ],
  Trade: [call("getTrade", "The trade as it is then.")],
  Valuation: [
    call("getValuation", "The valuation as it is then."),
    call("publishNav", "Makes it the NAV of its day."),
  ],
  WaitingForApproval: [
    call("getProposal", "What waits for a second approver.", {
      id: "$response.body#/proposalId",
    }),
  ],
  Webhook: ofWebhook,
  WebhookWithSecret: ofWebhook,
  WebhookDelivery: [
    call("getWebhookDelivery", "Whether it has arrived."),
    call("redeliverWebhook", "Sends it once more."),
    call("giveUpWebhookDelivery", "Lets the next one go first."),
  ],
};

/** Where answers of several shapes, or of parts, lead: by operation and status. */
const CALLS_OF_ANSWER: Readonly<Record<string, Readonly<Record<string, readonly NextCall[]>>>> = {
  postTransactions: { 201: ofTransaction },
  placeOrders: { 201: ofOrder },
  captureHold: {
    201: [
      call("getHold", "What is left of the hold.", { id: "$response.body#/hold/id" }),
      call("getTransaction", "What was posted.", { id: "$response.body#/transaction/id" }),
    ],
  },
  adjustBalance: {
    200: [
      call("getBalance", "The account as it is now.", {
        accountId: "$response.body#/account/id",
      }),
    ],
  },
};

const nextPage = (operationId: string): NextCall =>
  call(operationId, "The next page, with the other parameters as before.", {
    after: "$response.body#/nextCursor",
  });

/** The calls that an answer leads to, by its schema, or by the operation where that does not name them. */
function callsOf(operationId: string, status: string, { schema }: SuccessDocs): NextCall[] {
  const name = schema.meta()?.id ?? "";
  const isPage = schema instanceof z.ZodObject && Object.hasOwn(schema.shape, "nextCursor");
  return [
    ...(CALLS_OF_SCHEMA[name] ?? []),
    ...(CALLS_OF_ANSWER[operationId]?.[status] ?? []),
    ...(isPage ? [nextPage(operationId)] : []),
  ];
}

/** The links of an answer to operations that the document has, as OpenAPI link objects. */
export function linksOf(
  operationId: string,
  status: string,
  {
    success,
    documented,
  }: { readonly success: SuccessDocs; readonly documented: readonly Endpoint[] },
): Readonly<Record<string, JsonSchema>> {
  const known = new Set(documented.map(({ docs }) => docs.operationId));
  const calls = callsOf(operationId, status, success).filter((next) => known.has(next.operationId));
  if (calls.length === 0) return {};
  return { links: Object.fromEntries(calls.map((next) => [next.operationId, { ...next }])) };
}
