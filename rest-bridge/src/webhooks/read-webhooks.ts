import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { id, instant } from "../endpoint/scalars.ts";
import {
  RestWebhookDocument,
  RestWebhookProgressDocument,
  RestWebhooksDocument,
} from "../graph/graph-types.generated.ts";
import { noWebhook, toWebhook, webhook, WEBHOOK_ACCESS } from "./webhook.ts";

/** GET /api/v1/webhooks: the tenant's webhooks. */
export const getWebhooks = defineEndpoint({
  method: "GET",
  path: "/api/v1/webhooks",
  operations: [RestWebhooksDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "getWebhooks",
    tag: "Webhooks",
    summary: "Read webhooks",
    description:
      "The tenant's webhooks, oldest first. Who may see some funds only sees the webhooks of those funds.",
    success: {
      200: {
        description: "One page of webhooks.",
        schema: pageOf(webhook, { id: "WebhookPage", of: "webhooks" }),
        headers: LINK_HEADER,
      },
    },
    refusals: [],
  },
  query: z.strictObject(pageParameters),
  respond: async ({ query, url, execute }) => {
    const { webhooks } = await execute(RestWebhooksDocument, query);
    return answerPage(url, webhooks, toWebhook);
  },
});

const params = z.strictObject({ id: id("The webhook.") });

/** GET /api/v1/webhooks/{id}: the Location of a new webhook. */
export const getWebhook = defineEndpoint({
  method: "GET",
  path: "/api/v1/webhooks/:id",
  operations: [RestWebhookDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "getWebhook",
    tag: "Webhooks",
    summary: "Read one webhook",
    description: "Its settings and its state. Its secrets are not shown again.",
    success: { 200: { description: "The webhook.", schema: webhook } },
    refusals: ["NOT_FOUND"],
  },
  params,
  respond: async ({ params: { id: webhookId }, execute }) => {
    const { webhook: found } = await execute(RestWebhookDocument, { id: webhookId });
    if (found === null) throw noWebhook(webhookId);
    return { status: 200, body: toWebhook(found) };
  },
});

const progress = z
  .object({
    pending: z.int().meta({ description: "Recorded messages that wait, at most about 1,000." }),
    failingSince: instant(
      "Since when it has accepted nothing; null when it accepted the last message.",
    ).nullable(),
    lastSuccessAt: instant("When it last accepted a message; null when it never did.").nullable(),
  })
  .meta({ id: "WebhookProgress", description: "How far a webhook is with its messages." });

/** GET /api/v1/webhooks/{id}/progress: what moves with each message, and so is no part of the resource. */
export const getWebhookProgress = defineEndpoint({
  method: "GET",
  path: "/api/v1/webhooks/:id/progress",
  operations: [RestWebhookProgressDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "getWebhookProgress",
    tag: "Webhooks",
    summary: "Read how far a webhook is",
    description:
      "What waits, and how the receiver has answered. It changes with each message; the webhook itself, and its tag, do not.",
    success: { 200: { description: "What waits.", schema: progress } },
    refusals: ["NOT_FOUND"],
  },
  params,
  respond: async ({ params: { id: webhookId }, execute }) => {
    const { webhook: found } = await execute(RestWebhookProgressDocument, { id: webhookId });
    if (found === null) throw noWebhook(webhookId);
    const { pending, failingSince, lastSuccessAt } = found;
    return { status: 200, body: { pending, failingSince, lastSuccessAt } };
  },
});
