import { refuse } from "./fault.mjs";
import { haveOneInCommon, mayBeAmong, namesOf, personOf } from "./people.mjs";
import { deferOrder, requireOpen } from "./orders.mjs";

/** An order that waits for approval; of a switch the leg into a class waits with the other. */
function requireApprovable(book, { orderId }, event) {
  const order = requireOpen(book, orderId);
  const { maker, makerOwner, approvedBy } = order;
  const names = namesOf(event);
  if (haveOneInCommon([maker, makerOwner], names)) {
    refuse("ORDER", `order ${orderId} was approved by who placed it`);
  }
  if (haveOneInCommon(approvedBy, names)) {
    refuse("ORDER", `order ${orderId} was approved twice by one person`);
  }
  return order;
}

export function approveOrder(book, payload, event) {
  const order = requireApprovable(book, payload, event);
  if (order.approvedBy.length + 1 < order.approvers) {
    refuse("ORDER", `order ${payload.orderId} was not approved by ${order.approvers} people`);
  }
  order.status = "ACCEPTED";
  deferOrder(book, payload);
}

/** One of several that are needed. */
export function giveOrderApproval(book, payload, event) {
  const order = requireApprovable(book, payload, event);
  if (order.approvedBy.length + 1 >= order.approvers) {
    refuse("ORDER", `order ${payload.orderId} has all approvals that it needs`);
  }
  order.approvedBy.push(personOf(event));
}

/** Who placed an order tried to approve it, or who had before; or limits demand more approvers by now. */
export function refuseOrderApproval(book, { orderId, isMaker, reason, approvers }, event) {
  const order = requireOpen(book, orderId);
  if (order.status !== "WAITING_APPROVAL" || isMaker !== (order.maker === event.actor)) {
    refuse("ORDER", `approval of order ${orderId} was refused to another`);
  }
  if (reason === "LIMIT_CHANGED") {
    if (approvers === undefined || approvers <= order.approvers) {
      refuse("ORDER", "limits that changed demand no more approvers than before");
    }
    order.approvers = approvers;
    order.approvedBy = [];
    return;
  }
  const people = reason === undefined ? [order.maker, order.makerOwner] : order.approvedBy;
  if (approvers !== undefined || !mayBeAmong(people, event)) {
    refuse("ORDER", `approval of order ${orderId} was refused without a reason`);
  }
}
