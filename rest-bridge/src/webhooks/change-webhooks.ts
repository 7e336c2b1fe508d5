import { idOfText, newId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import { z } from "zod";
import { defineEndpoint, type Answer, type Endpoint } from "../endpoint/endpoint.ts";
import { contentTag } from "../endpoint/entity-tag.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { given } from "../endpoint/read-input.ts";
import { cursor, id } from "../endpoint/scalars.ts";
import {
  RestCreateWebhookDocument,
  RestDeleteWebhookDocument,
  RestRotateWebhookSecretDocument,
  RestSetWebhookActiveDocument,
  RestUpdateWebhookDocument,
  RestWebhookDocument,
} from "../graph/graph-types.generated.ts";
import {
  changes,
  noWebhook,
  settings,
  toWebhook,
  webhook,
  WEBHOOK_ACCESS,
  webhookLocation,
  withSecret,
  type Webhook,
} from "./webhook.ts";

const newWebhook = z
  .strictObject({
    id: id("UUID of the webhook; made of the Idempotency-Key, or anew, when absent.").optional(),
    ...settings,
    after: cursor(
      "Cursor of the graph's `ledgerEvents` behind which to begin; now when absent.",
    ).optional(),
  })
  .meta({
    id: "NewWebhook",
    description: "What a webhook delivers, and where to.",
    examples: [
      {
        url: "https://hooks.example.com/allfunds",
        description: "Bookkeeping",
        eventTypes: ["TransactionPosted"],
      },
    ],
  });

/** A repeat under a key is for the webhook that the first request made, because both make the same id. */
const newIdOf = ({ idempotencyKey, actor }: RequestContext): string =>
  idempotencyKey === undefined ? newId() : idOfText(`webhook ${actor} ${idempotencyKey}`);

/** POST /api/v1/webhooks: has events sent to a receiver. */
export const postWebhooks = defineEndpoint({
  method: "POST",
  path: "/api/v1/webhooks",
  operations: [RestCreateWebhookDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "createWebhook",
    tag: "Webhooks",
    summary: "Have events sent to a receiver",
    description:
      "From now on, signed as the Standard Webhooks specification has it. The secret is in this answer alone: the answer to a repeat has none, and `rotate-secret` makes another. A tenant has 100 webhooks at most (RATE_LIMITED).",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      201: {
        description: "The webhook and its secret.",
        schema: withSecret,
        headers: { Location: "Where the webhook can be read.", ...IDEMPOTENCY_HIT_HEADER },
      },
    },
    refusals: ["FUND_NOT_FOUND", "IDEMPOTENCY_CONFLICT"],
  },
  body: newWebhook,
  respond: async ({ body: { id: sent, after, ...input }, context, execute }) => {
    const variables = given({ id: sent ?? newIdOf(context), input, after });
    const { createWebhook } = await execute(RestCreateWebhookDocument, variables);
    const { secret } = createWebhook;
    const made = toWebhook(createWebhook.webhook);
    return {
      status: 201,
      body: { ...made, secret },
      headers: { location: webhookLocation(made.id), ...idempotencyHit(secret === null) },
    };
  },
});

const params = z.strictObject({ id: id("The webhook.") });

const answerChanged = (changed: Webhook): Answer => ({
  status: 200,
  body: changed,
  headers: { etag: contentTag(JSON.stringify(changed)) },
});
const CHANGED = { ETag: "Tag of the webhook as it is now, for the next If-Match." };

const changedSettings = z.strictObject(changes).meta({
  id: "ChangedWebhook",
  description: "The settings that change; the others stay.",
  examples: [{ eventTypes: ["TransactionPosted", "NavPublished"] }],
});

/** PATCH /api/v1/webhooks/{id}: changes settings of a webhook. */
export const patchWebhook = defineEndpoint({
  method: "PATCH",
  path: "/api/v1/webhooks/:id",
  operations: [RestWebhookDocument, RestUpdateWebhookDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "updateWebhook",
    tag: "Webhooks",
    summary: "Change settings of a webhook",
    description:
      "Settings that are absent stay as they are. What is recorded already is sent to the new address. Two changes at once are never mixed: one of them is refused with VERSION_CONFLICT.",
    success: { 200: { description: "The webhook.", schema: webhook, headers: CHANGED } },
    refusals: ["NOT_FOUND", "FUND_NOT_FOUND"],
  },
  params,
  body: changedSettings,
  respond: async ({ params: { id: webhookId }, body, execute, precondition }) => {
    const { webhook: found } = await execute(RestWebhookDocument, { id: webhookId });
    if (found === null) throw noWebhook(webhookId);
    // Compared again, now that what the change is made of has been read.
    await precondition?.();
    const { url, description, eventTypes, fundIds, personalData } = found;
    const replacing = { url, description, eventTypes, fundIds, personalData };
    const input = { ...replacing, ...given(body) };
    const variables = { id: webhookId, input, replacing };
    const { updateWebhook } = await execute(RestUpdateWebhookDocument, variables);
    return answerChanged(toWebhook(updateWebhook));
  },
});

interface Switch {
  readonly active: boolean;
  readonly action: "pause" | "resume";
  readonly summary: string;
  readonly description: string;
}

const switchEndpoint = ({ active, action, summary, description }: Switch): Endpoint =>
  defineEndpoint({
    method: "POST",
    path: `/api/v1/webhooks/:id/${action}`,
    operations: [RestSetWebhookActiveDocument],
    access: WEBHOOK_ACCESS,
    produces: ["application/json"],
    docs: {
      operationId: `${action}Webhook`,
      tag: "Webhooks",
      summary,
      description,
      success: { 200: { description: "The webhook.", schema: webhook, headers: CHANGED } },
      refusals: ["NOT_FOUND"],
    },
    params,
    respond: async ({ params: { id: webhookId }, execute }) => {
      const variables = { id: webhookId, active };
      const { setWebhookActive } = await execute(RestSetWebhookActiveDocument, variables);
      return answerChanged(toWebhook(setWebhookActive));
    },
  });

/** POST /api/v1/webhooks/{id}/pause: stops sending. */
export const postWebhookPause = switchEndpoint({
  active: false,
  action: "pause",
  summary: "Stop sending to a webhook",
  description: "Nothing is left out: what is recorded meanwhile is sent after `resume`.",
});

/** POST /api/v1/webhooks/{id}/resume: sends again. */
export const postWebhookResume = switchEndpoint({
  active: true,
  action: "resume",
  summary: "Send to a webhook again",
  description: "Goes on where it stopped, also after the service disabled it.",
});

const rotation = z
  .strictObject({
    keepHours: z
      .int()
      .min(0)
      .max(168)
      .default(24)
      .meta({ description: "How long the earlier secrets stay valid." }),
  })
  .meta({
    id: "SecretRotation",
    description: "How a secret is replaced.",
    examples: [{ keepHours: 24 }],
  });

/** POST /api/v1/webhooks/{id}/rotate-secret: adds a secret. */
export const postWebhookSecret = defineEndpoint({
  method: "POST",
  path: "/api/v1/webhooks/:id/rotate-secret",
  operations: [RestRotateWebhookSecretDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "rotateWebhookSecret",
    tag: "Webhooks",
    summary: "Replace the secret of a webhook",
    description:
      "The new secret is in this answer alone. Until the earlier ones have expired, each message carries a signature by each. Refused with RATE_LIMITED while three are valid.",
    success: { 200: { description: "The webhook and its new secret.", schema: withSecret } },
    refusals: ["NOT_FOUND"],
  },
  keepsResource: true,
  params,
  body: rotation,
  bodyIfAbsent: {},
  respond: async ({ params: { id: webhookId }, body, execute }) => {
    const variables = { id: webhookId, ...body };
    const { rotateWebhookSecret } = await execute(RestRotateWebhookSecretDocument, variables);
    const { secret } = rotateWebhookSecret;
    return { status: 200, body: { ...toWebhook(rotateWebhookSecret.webhook), secret } };
  },
});

const deleted = z
  .object({
    id: id("The webhook that was."),
    deleted: z.literal(true).meta({ description: "It is there no more." }),
  })
  .meta({ id: "DeletedWebhook", description: "A webhook that was removed." });

/** DELETE /api/v1/webhooks/{id}: removes a webhook. */
export const deleteWebhook = defineEndpoint({
  method: "DELETE",
  path: "/api/v1/webhooks/:id",
  operations: [RestDeleteWebhookDocument],
  access: WEBHOOK_ACCESS,
  produces: ["application/json"],
  docs: {
    operationId: "deleteWebhook",
    tag: "Webhooks",
    summary: "Remove a webhook",
    description: "With its log of deliveries. What waits is not sent any more.",
    success: { 200: { description: "It was removed.", schema: deleted } },
    refusals: ["NOT_FOUND"],
  },
  params,
  respond: async ({ params: { id: webhookId }, execute }) => {
    await execute(RestDeleteWebhookDocument, { id: webhookId });
    return { status: 200, body: { id: webhookId, deleted: true } };
  },
});
