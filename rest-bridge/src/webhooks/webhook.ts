import { AppError } from "@allfunds/contract/errors";
import { ledgerEventSchema } from "@allfunds/contract/events";
import { WEBHOOK_NOTICES } from "@allfunds/contract/webhooks";
import { z } from "zod";
import { id, instant } from "../endpoint/scalars.ts";
import type { WebhookFieldsFragment } from "../graph/graph-types.generated.ts";

export const WEBHOOK_STATES = ["ACTIVE", "PAUSED", "DISABLED"] as const;
export const DISABLED_REASONS = ["GONE", "FAILING"] as const;

/** Only who administers the tenant has to do with its webhooks. */
export const WEBHOOK_ACCESS = { scopes: ["admin", "ledger:read"] } as const;

const url = z.string().max(2_000).meta({
  description:
    "Where messages are posted to: https, without credentials, at a public address; `http` and private networks only where the operator allows them.",
});
const description = z
  .string()
  .max(200)
  .meta({ description: "What it is for, up to 200 characters." });
const eventType = z.enum([
  ...ledgerEventSchema.options.map(({ shape: { type } }) => type.value),
  WEBHOOK_NOTICES.disabled,
]);
const eventTypes = z
  .array(eventType)
  .min(1)
  .nullable()
  .meta({ description: "Types of events that are sent; null for every type." });
const fundIds = z.array(id("A fund.")).min(1).max(200).nullable().meta({
  description:
    "Funds whose events are sent; null for every fund and the tenant's own book, which needs a grant for every fund.",
});
const personalData = z.boolean().meta({
  description:
    "Whether messages have texts and parties (description, reference, metadata, counterparty, IBAN), which may name persons. Needs investors:read.",
});

/** The settings of a new webhook, or of a changed one. */
export const settings = {
  url,
  description: description.default(""),
  eventTypes: eventTypes.default(null),
  fundIds: fundIds.default(null),
  personalData: personalData.default(false),
};
export const changes = {
  url: url.optional(),
  description: description.optional(),
  eventTypes: eventTypes.optional(),
  fundIds: fundIds.optional(),
  personalData: personalData.optional(),
};

export const webhook = z
  .object({
    id: id("The webhook."),
    url,
    description,
    eventTypes: z
      .array(z.string())
      .nullable()
      .meta({ description: "Types of events that are sent; null for every type." }),
    fundIds: z
      .array(id("A fund."))
      .nullable()
      .meta({ description: "Funds whose events are sent; null for every fund." }),
    personalData,
    state: z.enum(WEBHOOK_STATES).meta({
      description: "Whether messages are sent: PAUSED by a person, DISABLED by the service.",
    }),
    disabledReason: z.enum(DISABLED_REASONS).nullable().meta({
      description:
        "Why the service disabled it: the receiver answered 410, or accepted nothing for three days. Null otherwise.",
    }),
    stateSince: instant("Since when it is in this state."),
    createdAt: instant("When it was made."),
  })
  .meta({ id: "Webhook", description: "A receiver to which events of the books are sent." });
export type Webhook = z.output<typeof webhook>;

export const withSecret = webhook
  .extend({
    secret: z.string().nullable().meta({
      description:
        "Signs its messages: `whsec_` and Base64, as the Standard Webhooks specification has it. Shown this once; null in the answer to a repeat.",
    }),
  })
  .meta({
    id: "WebhookWithSecret",
    description: "A webhook and a secret that is shown this once.",
  });

export const toWebhook = (data: WebhookFieldsFragment): Webhook => ({
  id: data.id,
  url: data.url,
  description: data.description,
  eventTypes: data.eventTypes,
  fundIds: data.fundIds,
  personalData: data.personalData,
  state: data.state,
  disabledReason: data.disabledReason,
  stateSince: data.stateSince,
  createdAt: data.createdAt,
});

/** The address of a webhook. */
export const webhookLocation = (webhookId: string): string => `/api/v1/webhooks/${webhookId}`;

export const noWebhook = (webhookId: string): AppError =>
  new AppError("NOT_FOUND", `There is no webhook ${webhookId}.`);
