import { sendJson } from "../service.fixture.ts";
import type { Ids } from "./sample-books.fixture.ts";

export const API = "/api/v1";

export type Request = readonly [path: string, init?: RequestInit];
export type Ways = Readonly<Record<string, (ids: Ids, mine: Ids) => readonly Request[]>>;

export const post = (body: object = {}): RequestInit => sendJson("POST", body);

const HOOK = { url: "https://hooks.invalid/in" };

/** Every way to pass an id to an endpoint of webhooks; `mine` are the ids that the caller may use. */
export const WEBHOOK_WAYS: Ways = {
  createWebhook: ({ fund }, mine) => [
    [`${API}/webhooks`, post({ ...HOOK, fundIds: [fund] })],
    [`${API}/webhooks`, post({ ...HOOK, fundIds: [mine.fund, fund] })],
  ],
  getWebhooks: () => [],
  getWebhook: ({ webhook }) => [[`${API}/webhooks/${webhook}`]],
  updateWebhook: ({ webhook, fund }, mine) => [
    [`${API}/webhooks/${webhook}`, sendJson("PATCH", { description: "x" })],
    [`${API}/webhooks/${mine.webhook}`, sendJson("PATCH", { fundIds: [fund] })],
  ],
  deleteWebhook: ({ webhook }) => [[`${API}/webhooks/${webhook}`, { method: "DELETE" }]],
  getWebhookProgress: ({ webhook }) => [[`${API}/webhooks/${webhook}/progress`]],
  pauseWebhook: ({ webhook }) => [[`${API}/webhooks/${webhook}/pause`, post()]],
  resumeWebhook: ({ webhook }) => [[`${API}/webhooks/${webhook}/resume`, post()]],
  rotateWebhookSecret: ({ webhook }) => [[`${API}/webhooks/${webhook}/rotate-secret`, post()]],
  testWebhook: ({ webhook }) => [[`${API}/webhooks/${webhook}/test`, post()]],
  getWebhookDeliveries: ({ webhook }) => [[`${API}/webhooks/${webhook}/deliveries`]],
  getWebhookDelivery: ({ delivery }) => [[`${API}/webhook-deliveries/${delivery}`]],
  redeliverWebhook: ({ delivery }) => [[`${API}/webhook-deliveries/${delivery}/redeliver`, post()]],
  giveUpWebhookDelivery: ({ delivery }) => [
    [`${API}/webhook-deliveries/${delivery}/give-up`, post()],
  ],
};
