import { AppError, invalidInput } from "@allfunds/contract/errors";
import { WEBHOOK_NOTICES } from "@allfunds/contract/webhooks";
import type { TransactionPool } from "@allfunds/platform/database";
import { withTransaction } from "@allfunds/platform/database";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  decodeCursor,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import type { BatchRead, LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import type { DeliveryState } from "./webhook-delivery.ts";
import {
  addNotice,
  giveUp,
  readAttempts,
  readDelivery,
  readDeliveryPage,
  redeliver,
  type StoredAttempt,
  type StoredDelivery,
} from "./webhook-delivery-sql.ts";
import {
  DeliveryStateEnum,
  toAttemptObject,
  toDeliveryObject,
  WebhookAttemptObject,
  WebhookDeliveryConnection,
  WebhookDeliveryObject,
} from "./webhook-object.ts";
import { readWebhook, type StoredWebhook } from "./webhook-sql.ts";

/** What a caller needs for everything about webhooks. */
export const ADMINISTRATORS = ["admin", "ledger:read"] as const;

const attemptsById: BatchRead<readonly StoredAttempt[]> = async ({ request, stores }, ids) => {
  const attempts = await readAttempts(stores.pool, request.tenantId, ids);
  return Map.groupBy(attempts, ({ deliveryId }) => deliveryId);
};

/** The webhook with that id. Throws NOT_FOUND when there is none that the caller may see. */
export async function requireWebhook(
  { stores, request }: LedgerContext,
  id: string,
): Promise<StoredWebhook> {
  const found = await readWebhook(stores.pool, request.tenantId, id);
  if (found !== undefined) return found;
  throw new AppError("NOT_FOUND", `There is no webhook ${id.slice(0, 80)}.`);
}

async function requireDelivery(
  { stores, request }: LedgerContext,
  id: string,
): Promise<StoredDelivery> {
  const found = await readDelivery(stores.pool, request.tenantId, id);
  if (found !== undefined) return found;
  throw new AppError("NOT_FOUND", `There is no message ${id.slice(0, 80)}.`);
}

@Resolver(() => WebhookDeliveryObject)
export class WebhookDeliveryResolver {
  readonly #pool: TransactionPool;

  constructor({ uploads }: { readonly uploads: TransactionPool }) {
    this.#pool = uploads;
  }

  @RequiresScopes(ADMINISTRATORS)
  @Query(() => WebhookDeliveryConnection, {
    description:
      "Messages to a webhook that wait or were settled within the last 30 days, newest first. NOT_FOUND when there is no such webhook.",
  })
  async webhookDeliveries(
    @Arg("webhookId", () => ID, { description: "UUID of the webhook." }) webhookId: string,
    @Arg("state", () => DeliveryStateEnum, {
      nullable: true,
      description: "Only those in this state.",
    })
    state: DeliveryState | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<WebhookDeliveryObject>> {
    const page = toPage(args);
    await requireWebhook(context, webhookId);
    const [before] =
      typeof page.after === "string" ? decodeCursor(page.after, 1) : [Number.MAX_SAFE_INTEGER];
    if (!Number.isSafeInteger(before)) throw invalidInput("after", "is not a cursor of this list");
    const { tenantId } = context.request;
    const of = { before: Number(before), state: state ?? null, first: page.first };
    const found = await readDeliveryPage(context.stores.pool, tenantId, webhookId, of);
    const items = found.map((delivery) => toDeliveryObject(tenantId, delivery));
    return toConnection(items, { ...page, cursorOf: ({ ordinal }) => encodeCursor([ordinal]) });
  }

  @RequiresScopes(ADMINISTRATORS)
  @Query(() => WebhookDeliveryObject, {
    nullable: true,
    description: "One message to a webhook; null when there is none.",
  })
  async webhookDelivery(
    @Arg("id", () => ID, { description: "UUID of the message." }) id: string,
    @Ctx() { stores, request }: LedgerContext,
  ): Promise<WebhookDeliveryObject | null> {
    const found = await readDelivery(stores.pool, request.tenantId, id);
    return found === undefined ? null : toDeliveryObject(request.tenantId, found);
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => WebhookDeliveryObject, {
    description:
      "Sends a message of the type WebhookTest. NOT_FOUND when there is no such webhook.",
  })
  async testWebhook(
    @Arg("id", () => ID, { description: "UUID of the webhook." }) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookDeliveryObject> {
    await requireWebhook(context, id);
    const { tenantId } = context.request;
    const notice = { type: WEBHOOK_NOTICES.test, data: { webhookId: id } };
    const delivery = await withTransaction(this.#pool, { tenantId }, (client) =>
      addNotice(client, { tenantId, id }, notice),
    );
    return toDeliveryObject(tenantId, await requireDelivery(context, delivery));
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => WebhookDeliveryObject, {
    description:
      "Sends a message once more, with the same id; one that waits is tried at once. NOT_FOUND when there is none.",
  })
  async redeliverWebhook(
    @Arg("deliveryId", () => ID, { description: "UUID of the message." }) deliveryId: string,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookDeliveryObject> {
    const { tenantId, unchanged } = context.request;
    const delivery = await requireDelivery(context, deliveryId);
    await redeliver(this.#pool, tenantId, { ...delivery, once: unchanged !== undefined });
    return toDeliveryObject(tenantId, await requireDelivery(context, deliveryId));
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => WebhookDeliveryObject, {
    description:
      "Gives up a message that waits, so that the next one of its fund is sent; it can be sent later by redeliverWebhook. NOT_FOUND when there is none, VERSION_CONFLICT when it waits no more.",
  })
  async giveUpWebhookDelivery(
    @Arg("deliveryId", () => ID, { description: "UUID of the message." }) deliveryId: string,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookDeliveryObject> {
    const { tenantId } = context.request;
    await giveUp(this.#pool, tenantId, await requireDelivery(context, deliveryId));
    return toDeliveryObject(tenantId, await requireDelivery(context, deliveryId));
  }

  @FieldResolver(() => [WebhookAttemptObject], {
    description: "The last 20 attempts, newest first.",
  })
  async attempts(
    @Root() { id }: WebhookDeliveryObject,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookAttemptObject[]> {
    const found = (await context.loader(attemptsById).load(id)) ?? [];
    return found.map(toAttemptObject);
  }
}
