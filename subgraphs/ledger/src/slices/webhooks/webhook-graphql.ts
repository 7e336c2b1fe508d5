import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { TransactionPool } from "@allfunds/platform/database";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  decodeCursor,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { isId, newId } from "@allfunds/platform/ids";
import { Arg, Args, Ctx, Field, ID, InputType, Int, Mutation, Query, Resolver } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { requireEveryFund } from "../../graph/require-every-fund.ts";
import { requireFund } from "../funds/fund-sql.ts";
import type { AllowedNetworks } from "./allowed-networks.ts";
import { refuseSettings, spellSecret, type WebhookSettings } from "./webhook.ts";
import { ADMINISTRATORS, requireWebhook } from "./webhook-delivery-graphql.ts";
import {
  toWebhookObject,
  WebhookConnection,
  WebhookObject,
  WebhookSecretObject,
} from "./webhook-object.ts";
import {
  deleteWebhook,
  insertWebhook,
  readWebhook,
  readWebhookPage,
  rotateSecret,
  setActive,
  updateWebhook,
} from "./webhook-sql.ts";

@InputType({ description: "What a webhook delivers, and where to." })
class WebhookSettingsInput {
  @Field(() => String, {
    description:
      "Where messages are posted to: https, without credentials, at a public address. http and private networks only where the operator allows them.",
  })
  url!: string;

  @Field(() => String, { defaultValue: "", description: "What it is for, up to 200 characters." })
  description!: string;

  @Field(() => [String], {
    nullable: true,
    description:
      "Types of events, such as TransactionPosted, and WebhookDisabled for notices about other webhooks; absent for every type.",
  })
  eventTypes?: readonly string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      "Funds whose events to send, up to 200; absent for every fund and the tenant's own book, which needs a grant for every fund.",
  })
  fundIds?: readonly string[] | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Whether messages have texts and parties (description, reference, metadata, counterparty, IBAN), which may name persons. Needs investors:read.",
  })
  personalData!: boolean;
}

const MOST_KEPT_HOURS = 168;

const encodeAge = ({ createdAt, id }: WebhookObject): string =>
  encodeCursor([createdAt.toISOString(), id]);

function decodeAge(cursor: string): { readonly createdAt: Date; readonly id: string } {
  const [time, id] = decodeCursor(cursor, 2);
  const createdAt = new Date(time ?? "");
  if (Number.isNaN(createdAt.getTime()) || typeof id !== "string" || !isId(id)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return { createdAt, id };
}

/** Refuses callers who may not read personal data what would send it out. */
function requirePersonalData({ request }: LedgerContext): void {
  if (request.scopes.includes("investors:read")) return;
  throw new AppError("FORBIDDEN", "Personal data need the scope investors:read.");
}

/** What is absent is null in the database. */
const settingsOf = ({ eventTypes, fundIds, ...others }: WebhookSettingsInput): WebhookSettings => ({
  ...others,
  eventTypes: eventTypes ?? null,
  fundIds: fundIds ?? null,
});

@Resolver(() => WebhookObject)
export class WebhookResolver {
  readonly #pool: TransactionPool;
  readonly #networks: AllowedNetworks;

  constructor({
    uploads,
    networks,
  }: {
    readonly uploads: TransactionPool;
    readonly networks: AllowedNetworks;
  }) {
    this.#pool = uploads;
    this.#networks = networks;
  }

  @RequiresScopes(ADMINISTRATORS)
  @Query(() => WebhookConnection, { description: "The tenant's webhooks, oldest first." })
  async webhooks(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { stores, request }: LedgerContext,
  ): Promise<Connection<WebhookObject>> {
    const page = toPage(args);
    const behind = typeof page.after === "string" ? decodeAge(page.after) : undefined;
    const found = await readWebhookPage(stores.pool, request.tenantId, behind, page.first);
    return toConnection(found.map(toWebhookObject), { ...page, cursorOf: encodeAge });
  }

  @RequiresScopes(ADMINISTRATORS)
  @Query(() => WebhookObject, {
    nullable: true,
    description: "One webhook, null when there is none.",
  })
  async webhook(
    @Arg("id", () => ID, { description: "UUID of the webhook." }) id: string,
    @Ctx() { stores, request }: LedgerContext,
  ): Promise<WebhookObject | null> {
    const found = await readWebhook(stores.pool, request.tenantId, id);
    return found === undefined ? null : toWebhookObject(found);
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => WebhookSecretObject, {
    description:
      "Has events sent to a receiver from now on, signed as the Standard Webhooks specification has it. The secret is in this answer alone. INVALID_INPUT for an address that is not public, FUND_NOT_FOUND for a fund that the caller may not see, FORBIDDEN for every fund without a grant for each and for personal data without investors:read, RATE_LIMITED when the tenant has 100.",
  })
  async createWebhook(
    @Arg("input", () => WebhookSettingsInput) input: WebhookSettingsInput,
    @Arg("id", () => ID, {
      nullable: true,
      description:
        "UUID of the webhook, made by the client, so that a repeat makes one; that of another webhook is an IDEMPOTENCY_CONFLICT.",
    })
    id: string | null | undefined,
    @Arg("after", () => CursorScalar, {
      nullable: true,
      description: "Cursor of `ledgerEvents` behind which to begin instead of now.",
    })
    after: string | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookSecretObject> {
    const settings = await this.#acceptedSettings(context, input);
    const place = await context.feed.placeBehind(context.request.tenantId, after);
    const { tenantId, actor } = context.request;
    const made = { ...settings, id: id ?? newId(), createdBy: actor, place };
    const secret = await insertWebhook(this.#pool, tenantId, made);
    return this.#answer(context, made.id, secret);
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => WebhookObject, {
    description:
      "Changes what a webhook delivers from now on, and where to; absent settings are those of a new webhook. What is recorded already is sent to the new address. Refused as by createWebhook; NOT_FOUND when there is none, VERSION_CONFLICT when it does not have the settings in `replacing`.",
  })
  async updateWebhook(
    @Arg("id", () => ID, { description: "UUID of the webhook." }) id: string,
    @Arg("input", () => WebhookSettingsInput) input: WebhookSettingsInput,
    @Arg("replacing", () => WebhookSettingsInput, {
      nullable: true,
      description:
        "The settings as the caller read them: those of two changes at once are not mixed.",
    })
    replacing: WebhookSettingsInput | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookObject> {
    const { personalData } = await requireWebhook(context, id);
    if (personalData) requirePersonalData(context);
    const settings = await this.#acceptedSettings(context, input);
    const before = replacing ? settingsOf(replacing) : undefined;
    await updateWebhook(this.#pool, context.request.tenantId, { id, settings, before });
    return toWebhookObject(await requireWebhook(context, id));
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => WebhookObject, {
    description:
      "Stops sending to a webhook (PAUSED), or goes on where it stopped (ACTIVE), also after the service disabled it: nothing is left out. NOT_FOUND when there is none.",
  })
  async setWebhookActive(
    @Arg("id", () => ID, { description: "UUID of the webhook." }) id: string,
    @Arg("active", () => Boolean, { description: "Whether to send." }) active: boolean,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookObject> {
    await requireWebhook(context, id);
    const { tenantId, unchanged } = context.request;
    await setActive(this.#pool, tenantId, { id, active, once: unchanged !== undefined });
    return toWebhookObject(await requireWebhook(context, id));
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => WebhookSecretObject, {
    description:
      "Adds a secret, which is in this answer alone. Until the earlier ones have expired, each message carries a signature by each. NOT_FOUND when there is none, RATE_LIMITED while three are valid.",
  })
  async rotateWebhookSecret(
    @Arg("id", () => ID, { description: "UUID of the webhook." }) id: string,
    @Arg("keepHours", () => Int, {
      defaultValue: 24,
      description: "How long the earlier secrets stay valid, 0 to 168 hours.",
    })
    keepHours: number,
    @Ctx() context: LedgerContext,
  ): Promise<WebhookSecretObject> {
    if (keepHours < 0 || keepHours > MOST_KEPT_HOURS) {
      throw invalidInput("keepHours", `must be 0 to ${MOST_KEPT_HOURS}`);
    }
    await requireWebhook(context, id);
    const secret = await rotateSecret(this.#pool, context.request.tenantId, id, keepHours);
    return this.#answer(context, id, secret);
  }

  @RequiresScopes(ADMINISTRATORS)
  @Mutation(() => ID, {
    description: "Removes a webhook with its log of deliveries. NOT_FOUND when there is none.",
  })
  async deleteWebhook(
    @Arg("id", () => ID, { description: "UUID of the webhook." }) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<string> {
    await requireWebhook(context, id);
    await deleteWebhook(this.#pool, context.request.tenantId, id);
    return id;
  }

  async #acceptedSettings(
    context: LedgerContext,
    input: WebhookSettingsInput,
  ): Promise<WebhookSettings> {
    const settings = settingsOf(input);
    const { fundIds } = settings;
    refuseSettings(settings, this.#networks);
    if (settings.personalData) requirePersonalData(context);
    if (fundIds === null) requireEveryFund(context.request, "It is about every fund.");
    for (const fundId of fundIds ?? []) await requireFund(context, fundId);
    return settings;
  }

  async #answer(
    context: LedgerContext,
    id: string,
    secret: Buffer | null,
  ): Promise<WebhookSecretObject> {
    const webhook = toWebhookObject(await requireWebhook(context, id));
    return { webhook, secret: secret === null ? null : spellSecret(secret) };
  }
}
