import type { CorporateActionRecorded } from "@allfunds/contract/events";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  DecimalScalar,
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
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { PublishedEvent } from "../../engine/book.ts";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { requireSecurity } from "../securities/security-sql.ts";
import type { Security } from "../securities/security.ts";
import { givenRate, RatesByDay } from "../trades/trade-input.ts";
import {
  CorporateActionConnection,
  CorporateActionObject,
  RecordPortfolioActionInput,
} from "./corporate-action-object.ts";
import { dayOf, findAction, readActionPage, requireAction } from "./corporate-action-sql.ts";
import type { ActionOrder } from "./action-terms.ts";
import type { CorporateActionCommand } from "./corporate-action.ts";

@InputType({ description: "A corporate action whose cash was received." })
class PayPortfolioActionInput {
  @Field(() => ID, { description: "The action." })
  actionId!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      "Value date; its pay date when absent. The first open day when it is in a closed period.",
  })
  date?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "What was received, in the currency of the security; what was owed when absent.",
  })
  amount?: string | null;

  @Field(() => String, { nullable: true, description: "Repeats with the same key pay once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A corporate action to take back, and why." })
class CancelPortfolioActionInput {
  @Field(() => ID, { description: "The action." })
  actionId!: string;

  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;

  @Field(() => String, { nullable: true, description: "Repeats with the same key cancel once." })
  idempotencyKey?: string | null;
}

const actionCursor = ({ position }: CorporateActionObject): string => encodeCursor([position, 0]);

@Resolver(() => FundObject)
export class FundCorporateActionsResolver {
  @FieldResolver(() => CorporateActionConnection, {
    description: "Corporate actions, the last recorded first.",
  })
  async portfolioActions(
    @Root() { id }: FundObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<CorporateActionObject>> {
    const page = toPage(args);
    const today = dayOf(request.now);
    const actions = await readActionPage(stores.pool, request.tenantId, id, today, page);
    return toConnection(actions, { ...page, cursorOf: actionCursor });
  }
}

@Resolver(() => CorporateActionObject)
export class CorporateActionResolver {
  readonly #books: CommandPort<CorporateActionCommand>;

  constructor({ books }: { readonly books: CommandPort<CorporateActionCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => CorporateActionObject, {
    nullable: true,
    description: "One corporate action, null when there is none.",
  })
  portfolioAction(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<CorporateActionObject | null> {
    return findAction(context, id);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CorporateActionObject, {
    description:
      "Records what an issuer does: at the open of the ex-date it changes lots, and posts what is owed, income and tax. Trades behind it are replayed.",
  })
  async recordPortfolioAction(
    @Arg("input", () => RecordPortfolioActionInput) input: RecordPortfolioActionInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CorporateActionObject> {
    const { request } = context;
    const { fundId, id, idempotencyKey: inInput, ...content } = input;
    const action = await toAction(context, input);
    const { events } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "RecordCorporateAction", fundId, action },
      key: idempotencyKey(request, inInput, info.path.key),
      content: { id, ...content },
      clientChoseId: typeof id === "string",
    });
    return requireAction(context, factIdOf(events));
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CorporateActionObject, {
    description:
      "Posts cash received against what was owed. TRADE_STATE when it was paid or cancelled.",
  })
  async payPortfolioAction(
    @Arg("input", () => PayPortfolioActionInput) input: PayPortfolioActionInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CorporateActionObject> {
    const { request } = context;
    const { actionId, date = null, amount = null } = input;
    const { fundId } = await requireAction(context, actionId);
    await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "PayCorporateAction", fundId, actionId, date, amount },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { actionId, date, amount },
    });
    return requireAction(context, actionId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => CorporateActionObject, {
    description:
      "Takes an action back by a reversal, and replays the lots behind it. TRADE_STATE when it was paid.",
  })
  async cancelPortfolioAction(
    @Arg("input", () => CancelPortfolioActionInput) input: CancelPortfolioActionInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CorporateActionObject> {
    const { request } = context;
    const { actionId, reason } = input;
    const { fundId, isin } = await requireAction(context, actionId);
    await this.#books.carryOut(request, {
      bookId: fundId,
      command: { kind: "CancelCorporateAction", fundId, actionId, isin, reason },
      key: idempotencyKey(request, input.idempotencyKey, info.path.key),
      content: { actionId, reason },
    });
    return requireAction(context, actionId);
  }
}

function factIdOf(events: readonly PublishedEvent[]): string {
  const { payload } = requireEvent(events, "CorporateActionRecorded");
  return (payload as CorporateActionRecorded).fact.id;
}

/** An action with its securities and the rate of its day by value. */
async function toAction(
  context: LedgerContext,
  input: RecordPortfolioActionInput,
): Promise<ActionOrder> {
  const fund = await requireFund(context, input.fundId);
  const security = await securityOf(context, input.isin);
  const intoIsin = input.intoIsin ?? null;
  const given = input.exchangeRate ?? null;
  const rate =
    given === null
      ? await new RatesByDay(context, fund).of(security.currency, input.exDate)
      : givenRate(given);
  return {
    actionId: input.id ?? newId(),
    actionKind: input.kind,
    security,
    into: intoIsin === null ? null : await securityOf(context, intoIsin),
    exDate: input.exDate,
    payDate: input.payDate ?? null,
    perUnit: input.perUnit ?? null,
    newUnits: input.newUnits ?? null,
    oldUnits: input.oldUnits ?? null,
    costShare: input.costShare ?? null,
    cashPerUnit: input.cashPerUnit ?? null,
    cashCostShare: input.cashCostShare ?? null,
    fractionPrice: input.fractionPrice ?? null,
    fractionDecimals: input.fractionDecimals ?? 0,
    withholdingRate: input.withholdingRate ?? "0",
    reclaimableShare: input.reclaimableShare ?? "0",
    rate,
  };
}

async function securityOf({ request, stores }: LedgerContext, isin: string): Promise<Security> {
  const known = await requireSecurity(stores.pool, request.tenantId, isin);
  const { position: _position, ...security } = known;
  return security;
}
