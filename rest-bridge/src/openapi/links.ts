import type { Endpoint } from "../endpoint/endpoint.ts";
import type { JsonSchema } from "./schemas.ts";

/** The next call that an answer leads to: its operation, and where its parameters stand in the answer. */
interface NextCall {
  readonly operationId: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly description: string;
}

const ID = { id: "$response.body#/id" };

const ofJob: readonly NextCall[] = [
  { operationId: "getJob", parameters: ID, description: "Progress and result of the job." },
  { operationId: "cancelJob", parameters: ID, description: "Ends the job." },
];
const ofHold: readonly NextCall[] = [
  { operationId: "getHold", parameters: ID, description: "What is left of the hold." },
  { operationId: "captureHold", parameters: ID, description: "Posts what was reserved." },
  { operationId: "voidHold", parameters: ID, description: "Releases what is left." },
];
const ofTransaction: readonly NextCall[] = [
  { operationId: "getTransaction", parameters: ID, description: "The stored transaction." },
  { operationId: "reverseTransaction", parameters: ID, description: "Posts its opposite." },
];
const ofProposal: readonly NextCall[] = [
  {
    operationId: "getProposal",
    parameters: { id: "$response.body#/proposalId" },
    description: "What waits for a second approver.",
  },
];
const ofValuation: readonly NextCall[] = [
  { operationId: "getValuation", parameters: ID, description: "The valuation as it is then." },
  { operationId: "publishNav", parameters: ID, description: "Makes it the NAV of its day." },
];
const ofWebhook: readonly NextCall[] = [
  { operationId: "getWebhook", parameters: ID, description: "Its settings and its state." },
  { operationId: "getWebhookProgress", parameters: ID, description: "What waits." },
  { operationId: "getWebhookDeliveries", parameters: ID, description: "What was sent." },
  { operationId: "testWebhook", parameters: ID, description: "Sends a test message." },
  { operationId: "updateWebhook", parameters: ID, description: "Changes its settings." },
  { operationId: "rotateWebhookSecret", parameters: ID, description: "Replaces its secret." },
  { operationId: "pauseWebhook", parameters: ID, description: "Stops sending." },
  { operationId: "resumeWebhook", parameters: ID, description: "Sends again." },
  { operationId: "deleteWebhook", parameters: ID, description: "Removes it." },
];
const ofDelivery: readonly NextCall[] = [
  { operationId: "getWebhookDelivery", parameters: ID, description: "Whether it has arrived." },
  { operationId: "redeliverWebhook", parameters: ID, description: "Sends it once more." },
  { operationId: "giveUpWebhookDelivery", parameters: ID, description: "Sends the next one." },
];
const nextPage = (operationId: string): readonly NextCall[] => [
  {
    operationId,
    parameters: { after: "$response.body#/nextCursor" },
    description: "The next page, with the other parameters as before.",
  },
];

/** By operation and status. */
const NEXT_CALLS: Readonly<Record<string, Readonly<Record<string, readonly NextCall[]>>>> = {
  postTransactions: { 201: ofTransaction, 202: ofProposal },
  reverseTransaction: { 201: ofTransaction, 202: ofProposal },
  getTransaction: { 200: ofTransaction },
  captureHold: { 202: ofProposal },
  placeHold: { 201: ofHold },
  getHold: { 200: ofHold },
  getHolds: { 200: nextPage("getHolds") },
  getFunds: { 200: nextPage("getFunds") },
  getAccounts: { 200: nextPage("getAccounts") },
  getLedger: { 200: nextPage("getLedger") },
  getProposals: { 200: nextPage("getProposals") },
  getTrades: { 200: nextPage("getTrades") },
  getPositions: { 200: nextPage("getPositions") },
  getPrices: { 200: nextPage("getPrices") },
  getExchangeRates: { 200: nextPage("getExchangeRates") },
  getValuations: { 200: nextPage("getValuations") },
  getNavs: { 200: nextPage("getNavs") },
  calculateNav: { 201: ofValuation },
  getPeriods: { 200: nextPage("getPeriods") },
  closePeriod: {
    201: [{ operationId: "getPeriod", parameters: ID, description: "The period as it is then." }],
  },
  getNews: { 200: nextPage("getNews") },
  analyze: { 202: ofJob },
  startSimulation: { 202: ofJob },
  getJob: { 200: ofJob },
  getWebhooks: { 200: nextPage("getWebhooks") },
  createWebhook: { 201: ofWebhook },
  getWebhook: { 200: ofWebhook },
  getWebhookDeliveries: { 200: nextPage("getWebhookDeliveries") },
  testWebhook: { 201: ofDelivery },
  getWebhookDelivery: { 200: ofDelivery },
  adjustBalance: {
    202: ofProposal,
    200: [
      {
        operationId: "getBalance",
        parameters: { accountId: "$response.body#/account/id" },
        description: "The account as it is now.",
      },
    ],
  },
};

/** The links of an answer to operations that the document has, as OpenAPI link objects. */
export function linksOf(
  operationId: string,
  status: string,
  documented: readonly Endpoint[],
): Readonly<Record<string, JsonSchema>> {
  const known = new Set(documented.map(({ docs }) => docs.operationId));
  const calls = (NEXT_CALLS[operationId]?.[status] ?? []).filter((call) =>
    known.has(call.operationId),
  );
  if (calls.length === 0) return {};
  return { links: Object.fromEntries(calls.map((call) => [call.operationId, { ...call }])) };
}
