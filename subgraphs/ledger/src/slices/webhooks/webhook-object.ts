import { connectionType, DateTimeScalar, SafeIntScalar } from "@allfunds/platform/graphql/types";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { ActorObject, toActor } from "../../graph/shared-types.ts";
import { WEBHOOK_STATES, type DisabledReason, type WebhookState } from "./webhook.ts";
import {
  ATTEMPT_FAULTS,
  DELIVERY_STATES,
  type AttemptFault,
  type DeliveryState,
} from "./webhook-delivery.ts";
import type { StoredAttempt, StoredDelivery } from "./webhook-delivery-sql.ts";
import type { StoredWebhook } from "./webhook-sql.ts";

const enumOf = <Value extends string>(values: readonly Value[]): Record<Value, Value> =>
  Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;

const WebhookStateEnum = enumOf(WEBHOOK_STATES);
registerEnumType(WebhookStateEnum, {
  name: "WebhookState",
  description: "Whether messages are sent to a webhook.",
  valuesConfig: {
    ACTIVE: { description: "They are sent." },
    PAUSED: { description: "A person stopped it." },
    DISABLED: { description: "The service stopped it; `disabledReason` has the cause." },
  },
});

const DisabledReasonEnum = { GONE: "GONE", FAILING: "FAILING" } as const;
registerEnumType(DisabledReasonEnum, {
  name: "WebhookDisabledReason",
  description: "Why the service disabled a webhook.",
  valuesConfig: {
    GONE: { description: "The receiver answered 410." },
    FAILING: { description: "The receiver accepted nothing for three days." },
  },
});

export const DeliveryStateEnum = enumOf(DELIVERY_STATES);
registerEnumType(DeliveryStateEnum, {
  name: "WebhookDeliveryState",
  description: "What became of a message.",
  valuesConfig: {
    PENDING: { description: "It waits for its first or its next attempt." },
    DELIVERED: { description: "The receiver accepted it with a status of 2xx." },
    FAILED: {
      description: "It was given up: after ten attempts in about three days, or by a person.",
    },
  },
});

const AttemptFaultEnum = enumOf(ATTEMPT_FAULTS);
registerEnumType(AttemptFaultEnum, {
  name: "WebhookAttemptFault",
  description: "Why an attempt failed.",
  valuesConfig: {
    REFUSED_ADDRESS: { description: "The name resolved to an address of a private network." },
    UNREACHABLE: { description: "No connection, or it ended before an answer." },
    TIMEOUT: { description: "No answer within 15 seconds." },
    TLS: { description: "The certificate or the handshake failed." },
    REDIRECT: { description: "The receiver answered 3xx; redirects are not followed." },
    STATUS: { description: "The receiver answered another status than 2xx." },
    GONE: { description: "The receiver answered 410, which disables the webhook." },
  },
});

@ObjectType("Webhook", { description: "A receiver to which events of the books are sent." })
export class WebhookObject {
  @Field(() => ID, { description: "UUID." })
  id!: string;

  @Field(() => String, { description: "Where messages are posted to." })
  url!: string;

  @Field(() => String, { description: "What it is for; may be empty." })
  description!: string;

  @Field(() => [String], {
    nullable: true,
    description: "Types of events that are sent, such as TransactionPosted; null for every type.",
  })
  eventTypes!: readonly string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: "Funds whose events are sent; null for every fund and the tenant's own book.",
  })
  fundIds!: readonly string[] | null;

  @Field(() => Boolean, { description: "Whether messages have texts and parties." })
  personalData!: boolean;

  @Field(() => WebhookStateEnum, { description: "Whether messages are sent." })
  state!: WebhookState;

  @Field(() => DisabledReasonEnum, {
    nullable: true,
    description: "Why the service disabled it; null otherwise.",
  })
  disabledReason!: DisabledReason | null;

  @Field(() => DateTimeScalar, { description: "Since when it is in this state." })
  stateSince!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Since when it has accepted nothing; null when it accepted the last message.",
  })
  failingSince!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it last accepted a message." })
  lastSuccessAt!: Date | null;

  @Field(() => Int, { description: "Recorded messages that wait, at most about 1,000." })
  pending!: number;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  createdAt!: Date;

  @Field(() => ActorObject, { description: "Who made it." })
  createdBy!: ActorObject;
}

export const WebhookConnection = connectionType("Webhook", WebhookObject);

export const toWebhookObject = ({ createdBy, ...webhook }: StoredWebhook): WebhookObject =>
  Object.assign(new WebhookObject(), webhook, { createdBy: toActor(createdBy) });

@ObjectType("WebhookSecret", { description: "A webhook and a secret that is shown this once." })
export class WebhookSecretObject {
  @Field(() => WebhookObject, { description: "The webhook." })
  webhook!: WebhookObject;

  @Field(() => String, {
    nullable: true,
    description:
      "Signs its messages: `whsec_` and Base64, as the Standard Webhooks specification has it. Null in the answer to a repeat.",
  })
  secret!: string | null;
}

@ObjectType("WebhookAttempt", { description: "One attempt to deliver a message." })
export class WebhookAttemptObject {
  @Field(() => Int, { description: "1, 2, 3 … of the message." })
  number!: number;

  @Field(() => DateTimeScalar, { description: "When it began." })
  startedAt!: Date;

  @Field(() => Int, { description: "How long it took, in milliseconds." })
  durationMs!: number;

  @Field(() => Int, { nullable: true, description: "HTTP status; null without an answer." })
  status!: number | null;

  @Field(() => AttemptFaultEnum, { nullable: true, description: "Null when it was accepted." })
  fault!: AttemptFault | null;

  @Field(() => String, { description: "The first 1,000 characters of the answer's body." })
  answer!: string;
}

export const toAttemptObject = (attempt: StoredAttempt): WebhookAttemptObject =>
  Object.assign(new WebhookAttemptObject(), attempt);

@ObjectType("WebhookDelivery", { description: "One message to a webhook." })
export class WebhookDeliveryObject {
  @Field(() => ID, { description: "UUID of the message: `webhook-id` of each of its attempts." })
  id!: string;

  @Field(() => ID, { description: "The webhook it is for." })
  webhookId!: string;

  @Field(() => String, {
    description: "Type of the event, or WebhookTest or WebhookDisabled.",
  })
  type!: string;

  @Field(() => ID, { nullable: true, description: "The fund; null for the tenant's own book." })
  fundId!: string | null;

  @Field(() => SafeIntScalar, {
    nullable: true,
    description: "Position of the event in its book; null when it is about no event.",
  })
  position!: number | null;

  @Field(() => DeliveryStateEnum, { description: "What became of it." })
  state!: DeliveryState;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "From when on it may be tried next; null when it is settled.",
  })
  nextAttemptAt!: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was recorded." })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was accepted or given up." })
  settledAt!: Date | null;

  // Not a field: the cursor of its list.
  ordinal!: number;
}

export const WebhookDeliveryConnection = connectionType("WebhookDelivery", WebhookDeliveryObject);

export const toDeliveryObject = (
  tenantId: string,
  { bookId, nextAttemptAt, ...delivery }: StoredDelivery,
): WebhookDeliveryObject =>
  Object.assign(new WebhookDeliveryObject(), delivery, {
    fundId: bookId === tenantId ? null : bookId,
    nextAttemptAt: delivery.state === "PENDING" ? nextAttemptAt : null,
  });
