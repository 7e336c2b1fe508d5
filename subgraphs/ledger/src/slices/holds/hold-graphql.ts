import type { MoneyJson } from "@allfunds/contract/money";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  JsonScalar,
  MoneyObject,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { requireEvent } from "../../engine/event-log.ts";
import { EntryDimensionInput, toDimensions } from "../dimensions/dimension-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { REPLAYED } from "../../graph/shared-types.ts";
import { AccountObject, moneyOn } from "../accounts/account-object.ts";
import { HoldConnection, HoldObject } from "./hold-object.ts";
import { readDueMinor, readHold, readHoldPage, requireHold } from "./hold-sql.ts";
import { CONFIRM_FAR_DATE } from "../value-dates/value-date.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { HoldCommand } from "./hold.ts";
import { TransactionObject, toTransactionObject } from "../transactions/transaction-object.ts";

@InputType({ description: "A part of an account's balance to reserve." })
export class PlaceHoldInput {
  @Field(() => ID, {
    nullable: true,
    description: "UUID of the hold; made by the ledger when absent.",
  })
  id?: string | null;

  @Field(() => ID, { description: "The account whose balance is reserved." })
  accountId!: string;

  @Field(() => DecimalScalar, { description: "Positive amount in the account's currency." })
  amount!: string;

  @Field(() => ID, {
    nullable: true,
    description: "Where captures go unless they name one: another account, same currency.",
  })
  contraAccountId?: string | null;

  @Field(() => String, { description: "What it is for, 1 to 500 characters." })
  description!: string;

  @Field(() => String, {
    nullable: true,
    description: "A reference of yours, up to 140 characters.",
  })
  reference?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "A JSON object kept with it, up to 16,384 characters.",
  })
  metadata?: Record<string, unknown> | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends by itself; it stands until captured or voided when absent.",
  })
  expiresAt?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key place one hold." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A hold to turn into a transaction, wholly or in part." })
export class CaptureHoldInput {
  @Field(() => ID, { description: "The hold." })
  holdId!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "All that is left when absent." })
  amount?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Set free what this capture leaves, instead of keeping it reserved.",
  })
  releaseRest!: boolean;

  @Field(() => ID, {
    nullable: true,
    description: "The account that receives it; the one the hold names when absent.",
  })
  contraAccountId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "UUID of the transaction; made by the ledger when absent.",
  })
  transactionId?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Value date; today (UTC) when absent." })
  effectiveDate?: string | null;

  @Field(() => Boolean, { nullable: true, description: CONFIRM_FAR_DATE })
  confirmFarValueDate?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: "Of the transaction, 1 to 500 characters; the hold's when absent.",
  })
  description?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Of the transaction, unique in the fund, up to 140 characters.",
  })
  reference?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: "Kept with the transaction." })
  metadata?: Record<string, unknown> | null;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Values of dimensions that both entries have, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key capture once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A hold to set free." })
export class VoidHoldInput {
  @Field(() => ID, { description: "The hold." })
  holdId!: string;

  @Field(() => String, { nullable: true, description: "Why, 1 to 500 characters." })
  reason?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key void once." })
  idempotencyKey?: string | null;
}

@ObjectType("HoldCapture", { description: "What a capture did." })
class HoldCaptureObject {
  @Field(() => HoldObject, { description: "The hold, as it is now." })
  hold!: HoldObject;

  @Field(() => TransactionObject, { description: "The transaction that took what was reserved." })
  transaction!: TransactionObject;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@Resolver(() => HoldObject)
export class HoldResolver {
  readonly #books: CommandPort<HoldCommand>;

  constructor({ books }: { readonly books: CommandPort<HoldCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => HoldObject, { nullable: true, description: "One hold, null when there is none." })
  hold(
    @Arg("id", () => ID) id: string,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<HoldObject | null> {
    return readHold(stores.pool, request, id);
  }

  @FieldResolver(() => AccountObject, { description: "The account whose balance it reserves." })
  account(@Root() hold: HoldObject, @Ctx() context: LedgerContext): Promise<AccountObject> {
    return requireAccount(context, hold.accountId);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "Where captures go unless they name another account.",
  })
  async contraAccount(
    @Root() { contraAccountId }: HoldObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject | null> {
    return contraAccountId === null ? null : requireAccount(context, contraAccountId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => HoldObject, {
    description:
      "Reserves a part of an account's balance. Refused with INSUFFICIENT_FUNDS when the account's minimum balance does not allow it.",
  })
  async placeHold(
    @Arg("input", () => PlaceHoldInput) input: PlaceHoldInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldObject> {
    const { request } = context;
    const { id, idempotencyKey: inInput, ...rest } = input;
    const { fundId } = await requireAccount(context, input.accountId);
    const content = {
      accountId: rest.accountId,
      amount: rest.amount,
      contraAccountId: rest.contraAccountId ?? null,
      description: rest.description,
      reference: rest.reference ?? null,
      metadata: rest.metadata ?? {},
    };
    const expiresAt = typeof rest.expiresAt === "string" ? new Date(rest.expiresAt) : null;
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "PlaceHold", fundId, holdId: id ?? newId(), ...content, expiresAt },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { ...content, id: id ?? undefined, expiresAt: expiresAt?.toISOString() ?? null },
      clientChoseId: typeof id === "string",
    });
    const { holdId } = requireEvent(events, "HoldPlaced").payload as { holdId: string };
    return this.#asItIs(context, holdId, replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => HoldCaptureObject, {
    description: "Turns a hold, or a part of it, into a transaction.",
  })
  async captureHold(
    @Arg("input", () => CaptureHoldInput) input: CaptureHoldInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldCaptureObject> {
    const { request } = context;
    const { idempotencyKey: inInput, transactionId, confirmFarValueDate, ...content } = input;
    const hold = await requireHold(context.stores.pool, request, input.holdId);
    const { events, replayed } = await this.#books.carryOut(request, {
      bookId: hold.fundId,
      command: {
        kind: "CaptureHold",
        fundId: hold.fundId,
        holdId: hold.id,
        accountId: hold.accountId,
        amount: content.amount ?? undefined,
        contraAccountId: content.contraAccountId ?? hold.contraAccountId ?? undefined,
        releaseRest: content.releaseRest,
        confirmsFarDate: confirmFarValueDate === true,
        transactionId: transactionId ?? newId(),
        effectiveDate: content.effectiveDate ?? request.now.toISOString().slice(0, 10),
        description: content.description ?? hold.description,
        reference: content.reference ?? null,
        metadata: content.metadata ?? {},
        dimensions: toDimensions(content.dimensions),
      },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { ...content, transactionId },
      clientChoseId: typeof transactionId === "string",
    });
    return {
      hold: await this.#asItIs(context, hold.id, replayed),
      transaction: toTransactionObject(requireEvent(events, "TransactionPosted"), replayed),
      replayed,
    };
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => HoldObject, { description: "Sets free what a hold still reserves." })
  async voidHold(
    @Arg("input", () => VoidHoldInput) input: VoidHoldInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<HoldObject> {
    const { request } = context;
    const { holdId, reason = null } = input;
    const { fundId, accountId } = await requireHold(context.stores.pool, request, holdId);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "VoidHold", fundId, holdId, accountId, reason },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { holdId, reason },
    });
    return this.#asItIs(context, holdId, replayed);
  }

  async #asItIs(
    { request, stores }: LedgerContext,
    id: string,
    replayed: boolean,
  ): Promise<HoldObject> {
    return Object.assign(await requireHold(stores.pool, request, id), { replayed });
  }
}

const placeCursor = ({ position }: HoldObject): string => encodeCursor([position]);

/** Holds that are due count no longer, although that may not be recorded yet. */
async function heldNow(
  { id, heldMinor }: AccountObject,
  { request, stores }: LedgerContext,
): Promise<bigint> {
  if (heldMinor === 0n) return 0n;
  return heldMinor - (await readDueMinor(stores.pool, request, id));
}

/** The holds of an account, which belong to this slice though they hang on the account. */
@Resolver(() => AccountObject)
export class AccountHoldsResolver {
  @FieldResolver(() => MoneyObject, {
    description: "The balance less what holds reserve: what can be used now.",
  })
  async available(
    @Root() account: AccountObject,
    @Ctx() context: LedgerContext,
  ): Promise<MoneyJson> {
    return moneyOn(account, account.balanceMinor - (await heldNow(account, context)));
  }

  @FieldResolver(() => MoneyObject, { description: "What active holds reserve now." })
  async held(@Root() account: AccountObject, @Ctx() context: LedgerContext): Promise<MoneyJson> {
    return moneyOn(account, await heldNow(account, context));
  }

  @FieldResolver(() => HoldConnection, { description: "The account's holds, newest first." })
  async holds(
    @Root() { id }: AccountObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<HoldObject>> {
    const page = toPage(args);
    const holds = await readHoldPage(stores.pool, request, id, page);
    return toConnection(holds, { ...page, cursorOf: placeCursor });
  }
}
