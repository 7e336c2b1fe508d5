import { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import { answerPage, LINK_HEADER, pageOf, pageParameters } from "../endpoint/page.ts";
import { id, instant } from "../endpoint/scalars.ts";
import {
  RestGiveUpWebhookDeliveryDocument,
  RestRedeliverWebhookDocument,
  RestTestWebhookDocument,
  RestWebhookDeliveriesDocument,
  RestWebhookDeliveryDocument,
  type WebhookDeliveryFieldsFragment,
} from "../graph/graph-types.generated.ts";
import { WEBHOOK_ACCESS } from "./webhook.ts";

export const DELIVERY_STATES = ["PENDING", "DELIVERED", "FAILED"] as const;
export const ATTEMPT_FAULTS = [
  "REFUSED_ADDRESS",
  "UNREACHABLE",
  "TIMEOUT",
  "TLS",
  "REDIRECT",
  "STATUS",
  "GONE",
] as const;

const attempt = z
  .object({
    number: z.int().meta({ description: "1, 2, 3 … of the message." }),
    startedAt: instant("When it began."),
    durationMs: z.int().meta({ description: "How long it took, in milliseconds." }),
    status: z.int().nullable().meta({ description: "HTTP status; null without an answer." }),
    fault: z
      .enum(ATTEMPT_FAULTS)
      .nullable()
      .meta({ description: "Why it failed; null when it was accepted." }),
    answer: z.string().meta({ description: "The first 1,000 characters of the answer's body." }),
  })
  .meta({ id: "WebhookAttempt", description: "One attempt to deliver a message." });

const delivery = z
  .object({
    id: id("The message: `webhook-id` of each of its attempts."),
    webhookId: id("The webhook it is for."),
    type: z.string().meta({ description: "Type of the event, WebhookTest or WebhookDisabled." }),
    fundId: id("The fund; null for the tenant's own book.").nullable(),
    position: z
      .int()
      .nullable()
      .meta({ description: "Position of the event in its book; null when it is about no event." }),
    state: z.enum(DELIVERY_STATES).meta({
      description:
        "PENDING until the receiver accepts it (DELIVERED); FAILED when it was given up.",
    }),
    nextAttemptAt: instant(
      "From when on it may be tried next; null when it is settled.",
    ).nullable(),
    createdAt: instant("When it was recorded."),
    settledAt: instant("When it was accepted or given up.").nullable(),
    attempts: z.array(attempt).meta({ description: "The last 20 attempts, newest first." }),
  })
  .meta({ id: "WebhookDelivery", description: "One message to a webhook." });
type Delivery = z.output<typeof delivery>;

const toDelivery = ({ attempts, ...data }: WebhookDeliveryFieldsFragment): Delivery => ({
  id: data.id,
  webhookId: data.webhookId,
  type: data.type,
  fundId: data.fundId,
  position: data.position,
  state: data.state,
  nextAttemptAt: data.nextAttemptAt,
  createdAt: data.createdAt,
  settledAt: data.settledAt,
  attempts: attempts.map(({ number, startedAt, durationMs, status, fault, answer }) => ({
    number,
    startedAt,
    durationMs,
    status,
    fault,
    answer,
  })),
});

const ofWebhook = z.strictObject({ id: id("The webhook.") });

/** GET /api/v1/webhooks/{id}/deliveries: what was sent, and what waits. */
export const getWebhookDeliveries = defineEndpoint({
  method: "GET",
  path: "/api/v1/webhooks/:id/deliveries",
  operations: [RestWebhookDeliveriesDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "getWebhookDeliveries",
    tag: "Webhooks",
    summary: "Read the deliveries of a webhook",
    description:
      "Messages that wait or were settled within the last 30 days, newest first, each with its last 20 attempts.",
    success: {
      200: {
        description: "One page of deliveries.",
        schema: pageOf(delivery, { id: "WebhookDeliveryPage", of: "deliveries" }),
        headers: LINK_HEADER,
      },
    },
    refusals: ["NOT_FOUND"],
  },
  params: ofWebhook,
  query: z.strictObject({
    state: z.enum(DELIVERY_STATES).optional().meta({ description: "Only those in this state." }),
    ...pageParameters,
  }),
  respond: async ({ params, query, url, execute }) => {
    const variables = { ...params, ...query };
    const { webhookDeliveries } = await execute(RestWebhookDeliveriesDocument, variables);
    return answerPage(url, webhookDeliveries, toDelivery);
  },
});

const deliveryLocation = (deliveryId: string): string => `/api/v1/webhook-deliveries/${deliveryId}`;

/** POST /api/v1/webhooks/{id}/test: sends a message that is about no event. */
export const postWebhookTest = defineEndpoint({
  method: "POST",
  path: "/api/v1/webhooks/:id/test",
  operations: [RestTestWebhookDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "testWebhook",
    tag: "Webhooks",
    summary: "Send a test message to a webhook",
    description: "A message of the type WebhookTest. Read the delivery until it is settled.",
    success: {
      201: {
        description: "The message, which waits for its first attempt.",
        schema: delivery,
        headers: { Location: "Where the delivery can be read." },
      },
    },
    refusals: ["NOT_FOUND"],
  },
  keepsResource: true,
  params: ofWebhook,
  respond: async ({ params, execute }) => {
    const { testWebhook } = await execute(RestTestWebhookDocument, params);
    const location = deliveryLocation(testWebhook.id);
    return { status: 201, body: toDelivery(testWebhook), headers: { location } };
  },
});

const params = z.strictObject({ id: id("The message.") });

/** GET /api/v1/webhook-deliveries/{id}: one message, with its attempts. */
export const getWebhookDelivery = defineEndpoint({
  method: "GET",
  path: "/api/v1/webhook-deliveries/:id",
  operations: [RestWebhookDeliveryDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "getWebhookDelivery",
    tag: "Webhooks",
    summary: "Read one delivery",
    description: "The message as it is now, with its last 20 attempts.",
    success: { 200: { description: "The delivery.", schema: delivery } },
    refusals: ["NOT_FOUND"],
  },
  outsideBooks: true,
  params,
  respond: async ({ params: { id: deliveryId }, execute }) => {
    const { webhookDelivery } = await execute(RestWebhookDeliveryDocument, { id: deliveryId });
    if (webhookDelivery === null) {
      throw new AppError("NOT_FOUND", `There is no message ${deliveryId}.`);
    }
    return { status: 200, body: toDelivery(webhookDelivery) };
  },
});

/** POST /api/v1/webhook-deliveries/{id}/redeliver: sends a message once more. */
export const postRedelivery = defineEndpoint({
  method: "POST",
  path: "/api/v1/webhook-deliveries/:id/redeliver",
  operations: [RestRedeliverWebhookDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "redeliverWebhook",
    tag: "Webhooks",
    summary: "Send a message once more",
    description:
      "With the same `webhook-id`, so that a receiver that has it takes it once. One that waits is tried at once.",
    success: { 200: { description: "The delivery.", schema: delivery } },
    refusals: ["NOT_FOUND"],
  },
  params,
  respond: async ({ params: sent, execute }) => {
    const { redeliverWebhook } = await execute(RestRedeliverWebhookDocument, sent);
    return { status: 200, body: toDelivery(redeliverWebhook) };
  },
});

/** POST /api/v1/webhook-deliveries/{id}/give-up: lets the next message of its fund go first. */
export const postDeliveryEnd = defineEndpoint({
  method: "POST",
  path: "/api/v1/webhook-deliveries/:id/give-up",
  operations: [RestGiveUpWebhookDeliveryDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "giveUpWebhookDelivery",
    tag: "Webhooks",
    summary: "Give up a message that waits",
    description:
      "The next message of its fund is sent then; this one can be sent later by `redeliver`. Refused with VERSION_CONFLICT when it waits no more.",
    success: { 200: { description: "The delivery.", schema: delivery } },
    refusals: ["NOT_FOUND"],
  },
  params,
  respond: async ({ params: sent, execute }) => {
    const { giveUpWebhookDelivery } = await execute(RestGiveUpWebhookDeliveryDocument, sent);
    return { status: 200, body: toDelivery(giveUpWebhookDelivery) };
  },
});
