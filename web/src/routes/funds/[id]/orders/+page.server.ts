import { readerPoint } from "#lib/server/reader-language.ts";
import { randomUUID } from "node:crypto";
import { figureOf } from "#lib/forms/figure.ts";
import { textOf } from "#lib/forms/form-data.ts";
import { refuse, settle } from "#lib/forms/refusal.ts";
import {
  ApproveOrderDocument,
  CancelOrderDocument,
  FundOrdersDocument,
  InvestorChoicesDocument,
  PlaceOrderDocument,
  RejectOrderDocument,
  SettleOrderDocument,
} from "#lib/graph/graph-types.generated.ts";
import { readOrder, readOrderState } from "#lib/orders/order-form.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { refusalFor } from "#lib/server/approvals/decisions.ts";
import { doneText } from "#lib/server/reader-language.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { redirect } from "@sveltejs/kit";
import type { Actions, PageServerLoad } from "./$types";

const ORDERS_PER_PAGE = 50;
const DONE: Readonly<Record<string, PlainKey>> = {
  placed: "done.placed",
  approved: "done.orderApproved",
  rejected: "done.orderRejected",
  cancelled: "done.orderCancelled",
  settled: "done.orderSettled",
};

export const load: PageServerLoad = async ({ locals, params: { id }, url: { searchParams } }) => {
  const state = readOrderState(searchParams.get("state"));
  const classId = searchParams.get("class") || null;
  const after = searchParams.get("after");
  const viewer = locals.session?.viewer;
  const mayPlace = (viewer?.may.post && viewer.may.seeInvestors) ?? false;
  const [{ data, problems }, investors] = await Promise.all([
    query(FundOrdersDocument, { id, first: ORDERS_PER_PAGE, after, state, classId }),
    mayPlace ? query(InvestorChoicesDocument, {}) : undefined,
  ]);
  const { orders, shareClasses, ...fund } = required(data?.fund, problems, "fund");
  return {
    fund,
    orders: orders.nodes.map((order) => ({ ...order, refusal: refusalFor(order.mayNotApprove) })),
    pageInfo: orders.pageInfo,
    classes: shareClasses.nodes,
    investors: investors?.data?.investors.nodes ?? [],
    problems: [...problems, ...(investors?.problems ?? [])],
    filter: { state, classId, after },
    investorId: searchParams.get("investor") ?? undefined,
    mayPlace,
    done: doneText(DONE[searchParams.get("done") ?? ""]),
    changed: searchParams.get("order"),
    idempotencyKey: randomUUID(),
  };
};

const pageAfter = (id: string, done: string, order: string) =>
  `/funds/${id}/orders?${new URLSearchParams({ done, order })}`;

/** A decision with a reason, of the form of one order. */
const decisionOf = (form: FormData) => ({
  orderId: textOf(form, "orderId"),
  reason: textOf(form, "reason"),
  idempotencyKey: textOf(form, "idempotencyKey"),
});

export const actions: Actions = {
  place: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const { data, problems } = await mutate(PlaceOrderDocument, {
      input: readOrder(form, readerPoint()),
    });
    if (!data) return refuse("place", form, problems);
    redirect(303, pageAfter(id, "placed", data.placeOrder.id));
  },
  cancel: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const input = decisionOf(form);
    const answer = await mutate(CancelOrderDocument, { input });
    return settle("cancel", form, answer, pageAfter(id, "cancelled", input.orderId), input.orderId);
  },
  approve: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const orderId = textOf(form, "orderId");
    const answer = await mutate(ApproveOrderDocument, { orderId });
    return settle("approve", form, answer, pageAfter(id, "approved", orderId), orderId);
  },
  reject: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const input = decisionOf(form);
    const answer = await mutate(RejectOrderDocument, { input });
    return settle("reject", form, answer, pageAfter(id, "rejected", input.orderId), input.orderId);
  },
  settle: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const orderId = textOf(form, "orderId");
    const input = {
      orderId,
      amount: figureOf(form, "amount", readerPoint()),
      date: textOf(form, "date") || undefined,
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    const answer = await mutate(SettleOrderDocument, { input });
    return settle("settle", form, answer, pageAfter(id, "settled", orderId), orderId);
  },
};
