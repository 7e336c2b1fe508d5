import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { OrderPlaced } from "@allfunds/contract/fund-administration";
import { idempotencyKey, RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import { newId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from "type-graphql";
import type { CommandPort, CommandRequest } from "../../engine/command-bus.ts";
import type { Verdict } from "../../engine/decide.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import {
  ApprovalRefusalObject,
  decidedOrder,
  MAY_NOT_APPROVE,
  mayNotApproveOrder,
} from "../proposals/approval-refusal.ts";
import { InvestorObject } from "../investors/investor-object.ts";
import { requireInvestor } from "../investors/investor-sql.ts";
import { ShareClassObject } from "../share-classes/share-class-object.ts";
import { requireShareClass } from "../share-classes/share-class-sql.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";
import { findTransaction } from "../transactions/transaction-sql.ts";
import {
  OrderDecisionInput,
  OrderObject,
  PlacedOrdersObject,
  PlaceOrderInput,
  PlaceOrdersInput,
  SettleOrderInput,
  PlacedResultObject,
} from "./order-object.ts";
import { findOrder, requireOrder } from "./order-sql.ts";
import { inState } from "./order-state.ts";
import type { ApproveOrder, RejectOrder } from "./approve-order.ts";
import type { PlacingCommand, PlaceOrder } from "./order.ts";
import type { SettleOrder } from "./settle-order.ts";

const MAX_BULK = 1_000;

type OrderCommand = PlacingCommand | ApproveOrder | RejectOrder | SettleOrder;
type OrderRequest = CommandRequest<PlaceOrder>;

/** Who states when an order was received decides what price it gets. */
function receiptOf({ receivedAt }: PlaceOrderInput, request: RequestContext): Date {
  if (receivedAt === undefined || receivedAt === null) return request.now;
  const { caller } = request;
  if (caller !== undefined && !caller.scopes.includes("investors:write")) {
    throw new AppError("FORBIDDEN", "Stating when an order was received needs investors:write.");
  }
  return new Date(receivedAt);
}

/** An order on its way to the book of its class's fund; the investor is one that the caller may see. */
async function toRequest(
  context: LedgerContext,
  input: PlaceOrderInput,
  key: string | undefined,
): Promise<OrderRequest> {
  const { id, kind: orderKind, classId, investorId } = input;
  const { fundId } = await requireShareClass(context, classId);
  const receivedAt = receiptOf(input, context.request);
  const content = {
    orderKind,
    classId,
    investorId,
    toClassId: input.toClassId ?? null,
    toInvestorId: input.toInvestorId ?? null,
    amount: input.amount ?? null,
    units: input.units ?? null,
    chargeRate: input.chargeRate ?? null,
    reference: input.reference ?? null,
  };
  return {
    bookId: fundId,
    command: { kind: "PlaceOrder", fundId, orderId: id ?? newId(), ...content, receivedAt },
    key,
    content: {
      ...content,
      id,
      receivedAt: input.receivedAt === undefined ? undefined : receivedAt.toISOString(),
    },
    clientChoseId: typeof id === "string",
  };
}

@Resolver(() => OrderObject)
export class OrderResolver {
  readonly #books: CommandPort<OrderCommand>;

  constructor({ books }: { readonly books: CommandPort<OrderCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:read")
  @Query(() => OrderObject, { nullable: true, description: "One order, null when there is none." })
  order(
    @Arg("id", () => ID) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<OrderObject | null> {
    return findOrder(context, id);
  }

  @FieldResolver(() => ApprovalRefusalObject, { nullable: true, description: MAY_NOT_APPROVE })
  async mayNotApprove(
    @Root() { id: orderId, fundId, state, leg }: OrderObject,
    @Ctx() { request }: LedgerContext,
  ): Promise<ApprovalRefusalObject | null> {
    // Of a switch, the leg that comes in does not wait itself.
    if (state !== "WAITING_APPROVAL" && leg !== "IN") return decidedOrder(inState(state));
    const command = { kind: "ApproveOrder", fundId, orderId } as const;
    return mayNotApproveOrder(this.#books, request, { bookId: fundId, command });
  }

  @FieldResolver(() => FundObject, { description: "The fund whose class is ordered." })
  fund(@Root() { fundId }: OrderObject, @Ctx() context: LedgerContext): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @FieldResolver(() => ShareClassObject, { description: "The class it is of." })
  shareClass(
    @Root() { classId }: OrderObject,
    @Ctx() context: LedgerContext,
  ): Promise<ShareClassObject> {
    return requireShareClass(context, classId);
  }

  @FieldResolver(() => InvestorObject, { description: "Whose order it is." })
  investor(
    @Root() { investorId }: OrderObject,
    @Ctx() context: LedgerContext,
  ): Promise<InvestorObject> {
    return requireInvestor(context, investorId);
  }

  @FieldResolver(() => InvestorObject, {
    nullable: true,
    description: "Of a transfer: who receives the units.",
  })
  async toInvestor(
    @Root() { toInvestorId }: OrderObject,
    @Ctx() context: LedgerContext,
  ): Promise<InvestorObject | null> {
    return toInvestorId === null ? null : requireInvestor(context, toInvestorId);
  }

  @FieldResolver(() => OrderObject, { nullable: true, description: "Of a switch: its other leg." })
  async linkedOrder(
    @Root() { linkedOrderId }: OrderObject,
    @Ctx() context: LedgerContext,
  ): Promise<OrderObject | null> {
    return linkedOrderId === null ? null : findOrder(context, linkedOrderId);
  }

  @FieldResolver(() => TransactionObject, {
    nullable: true,
    description: "What was posted when it was dealt; null before.",
  })
  async transaction(
    @Root() { transactionId }: OrderObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject | null> {
    return transactionId === null ? null : findTransaction(context, transactionId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => OrderObject, {
    description:
      "Places an order: its gates are checked, its dealing date is fixed and its units are reserved at once. Refused with KYC_REQUIRED, CLASS_NOT_OPEN, BELOW_MINIMUM or INSUFFICIENT_UNITS. Above an approval limit, of one order, of a day, of a day with its investor or of several approvers, it is WAITING_APPROVAL; a transfer then moves its units when it is approved.",
  })
  async placeOrder(
    @Arg("input", () => PlaceOrderInput) input: PlaceOrderInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OrderObject> {
    const { request } = context;
    await requireInvestor(context, input.investorId);
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const { events, replayed } = await this.#books.carryOut(
      request,
      await toRequest(context, input, key),
    );
    return this.#asItIs(context, placedIn(events), replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => PlacedOrdersObject, {
    description: "Places many orders, with a verdict on each in order.",
  })
  async placeOrders(
    @Arg("input", () => PlaceOrdersInput) { orders, mode }: PlaceOrdersInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PlacedOrdersObject> {
    const { request } = context;
    if (orders.length < 1 || orders.length > MAX_BULK) {
      throw invalidInput("orders", `must be 1 to ${MAX_BULK}`);
    }
    const requests = await Promise.all(
      orders.map(async (input, index) => {
        await requireInvestor(context, input.investorId);
        const path = `${info.path.key}.${index}`;
        return toRequest(context, input, idempotencyKey(request, input.idempotencyKey, path));
      }),
    );
    return toPlacedOrders(await this.#placeAll(request, requests, mode === "ATOMIC"));
  }

  /** Orders of one fund arrive together at its book. */
  async #placeAll(
    request: RequestContext,
    requests: readonly OrderRequest[],
    atomic: boolean,
  ): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    const byFund = Map.groupBy(requests.entries(), ([, { bookId }]) => bookId);
    if (atomic && byFund.size > 1) {
      throw invalidInput("orders", "must be of one fund to be placed all or none");
    }
    for (const [bookId, own] of byFund) {
      const inBook = own.map(([, each]) => each);
      const found = await this.#books.executeEach(request, bookId, inBook, atomic);
      for (const [place, verdict] of found.entries()) verdicts[own[place]?.[0] ?? 0] = verdict;
    }
    return verdicts;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => OrderObject, {
    description: "Takes an order back until its cut-off: CUT_OFF_PASSED from then on.",
  })
  cancelOrder(
    @Arg("input", () => OrderDecisionInput) input: OrderDecisionInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OrderObject> {
    const { reason } = input;
    return this.#change(context, input, info, (fundId, orderId) => ({
      kind: "CancelOrder",
      fundId,
      orderId,
      reason,
    }));
  }

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => OrderObject, {
    description:
      "Lets an order above a limit be dealt, as if it had been received when the last of its approvers agreed. FORBIDDEN for who placed it and who approved before, APPROVAL_LIMIT_CHANGED when limits demand more approvers by now; such attempts are in the audit log.",
  })
  approveOrder(
    @Arg("orderId", () => ID) orderId: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OrderObject> {
    return this.#change(context, { orderId }, info, (fundId) => ({
      kind: "ApproveOrder",
      fundId,
      orderId,
    }));
  }

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => OrderObject, { description: "Rejects an order that waits for approval." })
  rejectOrder(
    @Arg("input", () => OrderDecisionInput) input: OrderDecisionInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OrderObject> {
    const { reason } = input;
    return this.#change(context, input, info, (fundId, orderId) => ({
      kind: "RejectOrder",
      fundId,
      orderId,
      reason,
    }));
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => OrderObject, {
    description:
      "Records money of an order: of a subscription what came in, early or late, of a redemption what was paid out.",
  })
  settleOrder(
    @Arg("input", () => SettleOrderInput) input: SettleOrderInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OrderObject> {
    const { amount = null, bankTransactionId = null } = input;
    const date = input.date ?? context.request.now.toISOString().slice(0, 10);
    return this.#change(context, input, info, (fundId, orderId) => ({
      kind: "SettleOrder",
      fundId,
      orderId,
      amount,
      date,
      transactionId: newId(),
      bankTransactionId,
    }));
  }

  async #change(
    context: LedgerContext,
    input: { readonly orderId: string; readonly idempotencyKey?: string | null },
    info: GraphQLResolveInfo,
    toCommand: (fundId: string, orderId: string) => OrderCommand,
  ): Promise<OrderObject> {
    const { request } = context;
    const { orderId, idempotencyKey: inInput, ...content } = input;
    const { fundId } = await requireOrder(context, orderId);
    const { replayed } = await this.#books.carryOut(request, {
      bookId: fundId,
      command: toCommand(fundId, orderId),
      key: idempotencyKey(request, inInput, info.path.key),
      content: { orderId, ...content },
    });
    return this.#asItIs(context, orderId, replayed);
  }

  async #asItIs(context: LedgerContext, id: string, replayed: boolean): Promise<OrderObject> {
    return Object.assign(await requireOrder(context, id), { replayed });
  }
}

/** The verdicts on orders; those that were placed are read when they are selected. */
function toPlacedOrders(verdicts: readonly Verdict[]): PlacedOrdersObject {
  const results = verdicts.map((verdict, index): PlacedResultObject => {
    const result = Object.assign(new PlacedResultObject(), { index, placed: null, error: null });
    if (!verdict.accepted) {
      const { code, message } = verdict.refusal;
      return Object.assign(result, { error: { code, message } });
    }
    const { events, replayed } = verdict;
    return Object.assign(result, { placed: { orderId: placedIn(events), replayed } });
  });
  const placed = results.filter(({ error }) => error === null).length;
  return { results, placed, refused: results.length - placed };
}

@Resolver(() => PlacedResultObject)
export class PlacedOrderResolver {
  @FieldResolver(() => OrderObject, { nullable: true, description: "The order." })
  async order(
    @Root() { placed }: PlacedResultObject,
    @Ctx() context: LedgerContext,
  ): Promise<OrderObject | null> {
    if (placed === null) return null;
    const order = await requireOrder(context, placed.orderId);
    return Object.assign(order, { replayed: placed.replayed });
  }
}

const placedIn = (events: Parameters<typeof requireEvent>[0]): string =>
  (requireEvent(events, "OrderPlaced").payload as OrderPlaced).orderId;
