import { requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";
import { judgeOrder } from "./order-limits.mjs";
import { requireClass } from "./share-classes.mjs";

/** Of a tenant's own book: who was registered, and that none comes twice. */
export function registerInvestors(book, { investors }) {
  for (const { id, reference } of investors) {
    if (book.investors.has(id) || book.investors.has(`reference ${reference}`)) {
      refuse("INVESTOR", `investor ${reference} was registered before`);
    }
    book.investors.add(id).add(`reference ${reference}`);
  }
}

/** A KYC state, or an erasure, is of an investor who was registered. */
export function requireInvestor(book, { investorId }) {
  if (!book.investors.has(investorId)) refuse("INVESTOR", `${investorId} was never registered`);
}

export function openInvestorAccount(book, { accountId, classId, investorId }) {
  requireClass(book, classId);
  if (book.investorAccounts.has(accountId)) {
    refuse("INVESTOR", `account ${accountId} was opened for an investor before`);
  }
  book.investorAccounts.set(accountId, { classId, investorId });
}

export function placeOrder(book, payload, { actor }) {
  const { orderId: id, classId, investorId, accountId, units, amount, leg, maker } = payload;
  if (book.orders.has(id)) refuse("ORDER", `order ${id} was placed before`);
  if (maker !== actor) refuse("ORDER", `the maker of order ${id} is not who placed it`);
  const { currency, isin, unitDecimals } = requireClass(book, classId);
  if (payload.currency !== currency) refuse("ORDER", `order ${id} is in another currency`);
  const own = book.investorAccounts.get(accountId);
  if (own?.classId !== classId || own.investorId !== investorId) {
    refuse("ORDER", `order ${id} is of an account of another investor or class`);
  }
  if (leg !== "IN" && (units === null) === (amount === null)) {
    refuse("ORDER", `order ${id} is of an amount or of units`);
  }
  if (payload.receivedAt >= payload.cutOffAt) refuse("ORDER", `order ${id} came after its cut-off`);
  const held = book.amounts.minor(payload.heldUnits, `${isin}/${unitDecimals}`);
  judgeOrder(book, payload);
  const approval = { approvers: payload.approvers ?? 1, approvedBy: [] };
  book.orders.set(id, { ...payload, ...approval, held, isOpen: true, settled: 0n, due: undefined });
  reserve(book, accountId, held);
}

function reserve(book, accountId, units) {
  if (units === 0n) return;
  const account = requireAccount(book, accountId);
  account.held += units;
  const { minimum, balance, held } = account;
  if (units > 0n && minimum !== null && balance - held < minimum) {
    refuse("ORDER", `more units of account ${accountId} are reserved than there are`);
  }
}

/** An order that waits to be dealt. */
export function requireOpen(book, id) {
  const order = book.orders.get(id);
  if (order?.isOpen !== true) refuse("ORDER", `order ${id} does not wait`);
  return order;
}

export function deferOrder(book, { orderId, dealingDate }) {
  const order = requireOpen(book, orderId);
  if (dealingDate < order.dealingDate) refuse("ORDER", `order ${orderId} goes to an earlier day`);
  order.dealingDate = dealingDate;
}

export function endOrder(book, { orderId }) {
  const order = requireOpen(book, orderId);
  order.isOpen = false;
  reserve(book, order.accountId, -order.held);
}

export function dealOrder(book, payload) {
  const { orderId, classId, currency, amount, charge, dealingDate } = payload;
  endOrder(book, payload);
  const order = book.orders.get(orderId);
  if (order.status === "WAITING_APPROVAL") refuse("ORDER", `order ${orderId} was never approved`);
  if (order.classId !== classId || order.currency !== currency) {
    refuse("ORDER", `order ${orderId} was dealt as one of another class`);
  }
  if (order.orderKind !== "TRANSFER" && dealingDate < order.dealingDate) {
    refuse("ORDER", `order ${orderId} was dealt before its dealing date`);
  }
  const [paid, kept] = [amount, charge].map((text) => book.amounts.minor(text, currency));
  order.due = order.orderKind === "REDEMPTION" ? paid - kept : paid;
}

export function settleOrder(book, { orderId, currency, amount }) {
  const order = book.orders.get(orderId);
  if (order === undefined) refuse("ORDER", `order ${orderId} was never placed`);
  const minor = book.amounts.minor(amount, currency);
  order.settled += minor;
  if (
    minor <= 0n ||
    (order.due !== undefined && order.settled > order.due && !order.wasPaidBefore)
  ) {
    refuse("ORDER", `more was settled of order ${orderId} than it comes to`);
  }
  if (order.isOpen) order.wasPaidBefore = true;
}
