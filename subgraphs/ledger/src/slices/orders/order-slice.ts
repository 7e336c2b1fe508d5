import { AppError } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { EventPlace } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice, type Lookup, type ReplayContext, type Want } from "../../engine/slice.ts";
import type { AppendTable } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";
import { ORIGINALS } from "../reversals/reversal.ts";
import { wantPosting } from "../transactions/transaction.ts";
import {
  checkApproved,
  checkGiven,
  checkJudged,
  checkRefused,
  countOrder,
  decideApprove,
  decideReject,
  JUDGED,
  refusalOfOrder,
  type ApproveOrder,
  type RejectOrder,
} from "./approve-order.ts";
import { refuseOtherDealing } from "./deal-orders.ts";
import {
  evolveAccount,
  INVESTOR_ACCOUNT,
  MOVEMENTS_SINCE,
  movementsKey,
  noteTransferred,
  type InvestorAccountOpened,
} from "./investor-account.ts";
import { refuseUncleared } from "./order-gates.ts";
import { dayOf, decideCancel, decidePlaceOrder, type PlacingCommand } from "./order.ts";
import {
  evolveOrder,
  inState,
  isWaiting,
  ORDER,
  PAST_ORDERS,
  requireOrder,
  type OrderApprovalGiven,
  type OrderApprovalRefused,
  type OrderApproved,
  type OrderCancelled,
  type OrderDealt,
  type OrderDeferred,
  type OrderEvent,
  type OrderPlaced,
  type OrderRejected,
  type OrderSettled,
  type OrderStatus,
} from "./order-state.ts";
import { decideSettle, evolveMatched, MATCHED_LINES, type SettleOrder } from "./settle-order.ts";

class CreateOrders extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE investor_order (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      kind text NOT NULL,
      leg text,
      linked_id uuid,
      class_id uuid NOT NULL,
      investor_id uuid NOT NULL,
      account_id uuid NOT NULL,
      to_investor_id uuid,
      to_account_id uuid,
      currency text NOT NULL,
      amount numeric(39),
      units numeric(39),
      charge_rate text,
      held_units numeric(39) NOT NULL,
      received_at timestamptz NOT NULL,
      cut_off_at timestamptz NOT NULL,
      dealing_date date NOT NULL,
      settlement_date date NOT NULL,
      reference text,
      status text NOT NULL,
      code text,
      reason text,
      maker text NOT NULL,
      maker_owner text,
      price text,
      dealt_units numeric(39),
      dealt_amount numeric(39),
      charge numeric(39),
      valuation_id uuid,
      transaction_id uuid,
      settled numeric(39) NOT NULL,
      CONSTRAINT investor_order_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(
      `CREATE INDEX investor_order_by_book ON investor_order (tenant_id, book_id, position)`,
    );
    this.addSql(`CREATE INDEX investor_order_by_investor
      ON investor_order (tenant_id, investor_id, position)`);
    this.addSql(`CREATE UNIQUE INDEX investor_order_reference_unique
      ON investor_order (tenant_id, book_id, reference) WHERE reference IS NOT NULL AND leg IS DISTINCT FROM 'IN'`);
    this.addSql(`CREATE TABLE order_settlement (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      order_id uuid NOT NULL,
      bank_transaction_id uuid,
      CONSTRAINT order_settlement_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(`CREATE UNIQUE INDEX order_settlement_line_unique
      ON order_settlement (tenant_id, bank_transaction_id) WHERE bank_transaction_id IS NOT NULL`);
    this.addSql(...enforceTenancy("investor_order", "order_settlement"));
    for (const table of ["investor_order", "order_settlement"]) {
      this.addSql(`CREATE POLICY granted_funds ON ${table} AS RESTRICTIVE FOR SELECT USING (
        ${grantRule("book_id")})`);
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
    }
    this.addSql(`GRANT SELECT, INSERT, UPDATE (held_units, cut_off_at, dealing_date, settlement_date,
      status, code, reason, price, dealt_units, dealt_amount, charge, valuation_id, transaction_id,
      settled) ON investor_order TO CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON order_settlement TO CURRENT_USER`);
  }
}

/** Several approvers of an order, as of a posting. */
class AddOrderApprovers extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE investor_order ADD COLUMN approvers integer NOT NULL DEFAULT 1,
      ADD COLUMN approved_by text NOT NULL DEFAULT '[]'`);
    this.addSql(`COMMENT ON COLUMN investor_order.approved_by IS
      'JSON: who approved so far, where more than one has to'`);
    this.addSql(`GRANT UPDATE (approvers, approved_by) ON investor_order TO CURRENT_USER`);
  }
}

const FIND_PAST = `
  SELECT id, status FROM investor_order WHERE tenant_id = $1 AND book_id = $3 AND id = ANY ($2::uuid[])`;

const PAST: Lookup<OrderStatus> = {
  rows: PAST_ORDERS,
  find: async ({ statements, book, draft }, ids) => {
    const parameters = [book.tenantId, [...ids], book.bookId];
    const { rows } = await statements.query<{ id: string; status: OrderStatus }>(
      FIND_PAST,
      parameters,
    );
    for (const { id, status } of rows) draft.put(PAST_ORDERS, id, status);
  },
};

function wantOrder({ orderId }: { readonly orderId: string }, want: Want): void {
  if (isId(orderId)) want(PAST, orderId);
}

const ORDER_SETTLEMENT: AppendTable = {
  name: "order_settlement",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "order_id", type: "uuid" },
    { name: "bank_transaction_id", type: "uuid" },
  ],
  rowsOf: {
    OrderSettled: ({ orderId, bankTransactionId }: OrderSettled, { position }: EventPlace) => [
      [position, orderId, bankTransactionId],
    ],
  },
};

/** Other transfers of the same batch count what this one moves. */
function evolveTransferred(
  draft: BookState,
  { orderId, valuationId, dealingDate }: OrderDealt,
): void {
  const order = draft.get(ORDER, orderId);
  if (valuationId !== null || order === undefined) return;
  const accounts = { accountId: order.accountId, toAccountId: order.toAccountId ?? "" };
  noteTransferred(draft, accounts, { date: dealingDate, units: order.units ?? 0n });
}

/** What its investors and limits allowed then. */
function checkPlaced(state: BookState, event: OrderPlaced, replay: ReplayContext): void {
  const { place, tenantAt } = replay;
  requireFund(state, event.fundId);
  if (event.maker !== place.actor) throw new AppError("FORBIDDEN", "The maker is another one.");
  refuseUncleared(tenantAt(event.investorsAt), event, dayOf(state, new Date(event.receivedAt)));
  checkJudged(state, event, replay);
}

function checkWaiting(state: BookState, { orderId }: { readonly orderId: string }): void {
  const order = requireOrder(state, orderId);
  if (!isWaiting(order)) throw inState(order.status);
}

function checkDealt(state: BookState, event: OrderDealt): void {
  checkWaiting(state, event);
  refuseOtherDealing(state, event);
}

const ofOrder = <Event extends OrderEvent>(
  type: Event["type"],
  check: (state: BookState, event: Event, replay: ReplayContext) => void,
) => ({
  codec: codecOf<Event>(type),
  evolve: (draft: BookState, event: Event, place: EventPlace): void =>
    evolveOrder(draft, event, place),
  check,
});

type OrderCommand = PlacingCommand | ApproveOrder | RejectOrder | SettleOrder;

export const ORDERS = defineSlice<OrderCommand, OrderEvent | InvestorAccountOpened>({
  name: "orders",
  tables: [INVESTOR_ACCOUNT, ORDER],
  appends: [ORDER_SETTLEMENT],
  replayed: [JUDGED],
  refusalOf: refusalOfOrder,
  migrations: [
    { name: "0105-orders", class: CreateOrders },
    { name: "0180-expand-order-approvers", class: AddOrderApprovers },
  ],
  commands: {
    PlaceOrder: {
      needs: (command, want, clientChoseId) => {
        if (clientChoseId) wantOrder(command, want);
        const isOfIds = isId(command.classId) && isId(command.investorId);
        if (command.orderKind === "TRANSFER" && isOfIds) {
          want(MOVEMENTS_SINCE, movementsKey(command));
        }
      },
      decide: decidePlaceOrder,
    },
    ApproveOrder: { needs: wantOrder, decide: decideApprove },
    RejectOrder: { needs: wantOrder, decide: (command, state) => decideReject(command, state) },
    CancelOrder: { needs: wantOrder, decide: decideCancel },
    SettleOrder: {
      needs: (command, want, clientChoseId) => {
        wantOrder(command, want);
        wantPosting({ transactionId: command.transactionId, reference: null }, want, clientChoseId);
        const { bankTransactionId: line } = command;
        if (line === null || !isId(line)) return;
        want(MATCHED_LINES, line);
        want(ORIGINALS, line);
      },
      decide: decideSettle,
    },
  },
  events: {
    InvestorAccountOpened: {
      codec: codecOf("InvestorAccountOpened"),
      evolve: evolveAccount,
      check: (state, { fundId }) => void requireFund(state, fundId),
    },
    OrderPlaced: {
      ...ofOrder<OrderPlaced>("OrderPlaced", checkPlaced),
      evolve: (draft: BookState, event: OrderPlaced, place: EventPlace) => {
        evolveOrder(draft, event, place);
        countOrder(draft, event, place.recordedAt);
      },
    },
    OrderApproved: ofOrder<OrderApproved>("OrderApproved", checkApproved),
    OrderApprovalGiven: ofOrder<OrderApprovalGiven>(
      "OrderApprovalGiven",
      (state, event, replay) => void checkGiven(state, event, replay),
    ),
    OrderApprovalRefused: ofOrder<OrderApprovalRefused>("OrderApprovalRefused", checkRefused),
    OrderRejected: ofOrder<OrderRejected>("OrderRejected", checkWaiting),
    OrderCancelled: ofOrder<OrderCancelled>("OrderCancelled", checkWaiting),
    OrderDeferred: ofOrder<OrderDeferred>("OrderDeferred", checkWaiting),
    OrderDealt: {
      ...ofOrder<OrderDealt>("OrderDealt", checkDealt),
      evolve: (draft: BookState, event: OrderDealt, place: EventPlace) => {
        evolveTransferred(draft, event);
        evolveOrder(draft, event, place);
      },
    },
    OrderSettled: {
      ...ofOrder<OrderSettled>(
        "OrderSettled",
        (state, { orderId }) => void requireOrder(state, orderId),
      ),
      evolve: (draft: BookState, event: OrderSettled, place: EventPlace) => {
        evolveMatched(draft, event);
        evolveOrder(draft, event, place);
      },
    },
  },
  constraints: {
    investor_order_pkey: () =>
      new AppError("ALREADY_EXISTS", "An order with this id exists already."),
    investor_order_reference_unique: () =>
      new AppError("ALREADY_EXISTS", "The fund has an order with this reference already."),
    order_settlement_line_unique: () =>
      new AppError("ALREADY_EXISTS", "The line of the bank was matched with an order already."),
  },
});
