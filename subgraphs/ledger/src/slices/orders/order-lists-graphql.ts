import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Resolver,
  Root,
  Subscription,
  type ResolverData,
} from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { InvestorObject } from "../investors/investor-object.ts";
import { requireInvestor } from "../investors/investor-sql.ts";
import { requireShareClass } from "../share-classes/share-class-sql.ts";
import { transform } from "../subscriptions/transform-iterator.ts";
import { OrderConnection, OrderObject } from "./order-object.ts";
import { readOrderPage, requireOrder } from "./order-sql.ts";
import { ORDER_STATES, type OrderStatus } from "./order-state.ts";

@ArgsType()
class OrdersArgs extends PageArgs {
  @Field(() => ORDER_STATES, { nullable: true, description: "Only those in this state." })
  state?: OrderStatus | null;

  @Field(() => ID, { nullable: true, description: "Only those of this class." })
  classId?: string | null;

  @Field(() => ID, { nullable: true, description: "Only those of this investor." })
  investorId?: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Only those of this dealing date." })
  dealingDate?: string | null;
}

const receiptCursor = ({ receivedAt, id }: OrderObject): string =>
  encodeCursor([receivedAt.toISOString(), id]);

/** The orders of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundOrdersResolver {
  @FieldResolver(() => OrderConnection, {
    description:
      "The fund's orders, the last received first. SHARE_CLASS_NOT_FOUND and INVESTOR_NOT_FOUND for what there is none of.",
  })
  async orders(
    @Root() { id: fundId }: FundObject,
    @Args(() => OrdersArgs) args: OrdersArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<OrderObject>> {
    const page = toPage(args);
    const { classId, investorId } = args;
    if (typeof classId === "string") await requireShareClass(context, classId);
    if (typeof investorId === "string") await requireInvestor(context, investorId);
    const filter = {
      fundId,
      classId: classId ?? undefined,
      investorId: investorId ?? undefined,
      state: args.state ?? undefined,
      dealingDate: args.dealingDate ?? undefined,
    };
    const orders = await readOrderPage(context, filter, page);
    return toConnection(orders, { ...page, cursorOf: receiptCursor });
  }
}

/** The orders of an investor, which belong to this slice though they hang on the investor. */
@Resolver(() => InvestorObject)
export class InvestorOrdersResolver {
  @FieldResolver(() => OrderConnection, {
    description: "The investor's orders in funds that the caller may see, the last received first.",
  })
  async orders(
    @Root() { id: investorId }: InvestorObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<OrderObject>> {
    const page = toPage(args);
    const orders = await readOrderPage(context, { investorId }, page);
    return toConnection(orders, { ...page, cursorOf: receiptCursor });
  }
}

interface OrderMove {
  readonly orderId: string;
}

/** Every event that changes an order, or both legs of a switch. */
async function subscribeOrders({
  args,
  context,
}: Pick<ResolverData<LedgerContext>, "args" | "context">): Promise<AsyncIterable<OrderMove>> {
  const fundId = (args["fundId"] as string | null) ?? undefined;
  if (fundId !== undefined) await requireFund(context, fundId);
  const pages = await context.feed.fromNow(context.request.tenantId, fundId);
  return transform(pages, ({ events }) =>
    events.filter(({ type }) => ORDER_EVENTS.has(type)).map(({ payload }) => payload as OrderMove),
  );
}

const ORDER_EVENTS: ReadonlySet<string> = new Set([
  "OrderPlaced",
  "OrderApproved",
  "OrderApprovalGiven",
  "OrderRejected",
  "OrderCancelled",
  "OrderDeferred",
  "OrderDealt",
  "OrderSettled",
]);

@Resolver()
export class OrderUpdatesResolver {
  @RequiresScopes("ledger:read")
  @Subscription(() => OrderObject, {
    subscribe: subscribeOrders,
    description: "Orders as they are after each change from now on, of one fund when given.",
  })
  orderUpdated(
    @Root() { orderId }: OrderMove,
    @Arg("fundId", () => ID, { nullable: true }) _fundId: string | null,
    @Ctx() context: LedgerContext,
  ): Promise<OrderObject> {
    return requireOrder(context, orderId);
  }
}
