import { requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";
import { changeLimitFor, guardsChanges, NOT_GIVEN, ownLimitOf, severalFor } from "./limits.mjs";

/** What loosens a control, by the event that makes it. */
const CHANGE_OF = {
  AccountUnfrozen: "UNFREEZE_ACCOUNT",
  AccountFloorSet: "MINIMUM_BALANCE",
  PeriodReopened: "REOPEN_PERIOD",
  ApprovalLimitSet: "APPROVAL_LIMIT",
};

/** No amount at all, where a change is bounded by none. */
const UNBOUNDED = null;

const positive = (minor) => (minor < 0n ? -minor : minor);

/** How far a minimum balance falls; one that rises is a change of zero. */
function fallOf(before, after) {
  if (before === null || (after !== null && after >= before)) return 0n;
  return after === null ? UNBOUNDED : before - after;
}

/** What a change is about: its currency, the amount by which it is judged, and what it takes the place of. */
function judged(book, change, { accountId, currency, ...members }) {
  if (change === "REOPEN_PERIOD") return {};
  if (change === "UNFREEZE_ACCOUNT") {
    const account = requireAccount(book, accountId);
    return { currency: account.currency, amount: positive(account.balance) };
  }
  if (change === "MINIMUM_BALANCE") {
    const before = requireAccount(book, accountId).minimum;
    const after = book.amounts.minorOrNull(members.minimumBalance, currency);
    return { currency, before, after, amount: fallOf(before, after) };
  }
  const after = book.amounts.minorOrNull(members.amount, currency);
  const before = ownLimitOf(book, { currency, ...members });
  return { currency, before, after, amount: after };
}

/** The limit that a change is above and how many have to approve it; undefined where one person may make it. */
function demandFor(book, { currency, amount }, place) {
  if (currency === undefined) {
    const guards = guardsChanges(book, place);
    if (guards === NOT_GIVEN) return NOT_GIVEN;
    return guards ? { limit: undefined, approvers: 1 } : undefined;
  }
  const limit = changeLimitFor(book, currency, place);
  if (limit === NOT_GIVEN) return NOT_GIVEN;
  if (limit === null) return undefined;
  if (limit > 0n && amount !== UNBOUNDED && amount <= limit) return undefined;
  const { approvers } = severalFor(book, currency, amount, place);
  return approvers === NOT_GIVEN ? NOT_GIVEN : { limit, approvers };
}

/** The members of a command as its event names them. */
const membersOf = ({ minimumBalance, ...command }, currency) => ({
  currency,
  minimumBalance,
  ...command,
});

/** A sensitive change was put before another person. */
export function proposeChange(book, payload, event) {
  const {
    proposalId: id,
    maker,
    makerOwner,
    change,
    command,
    currency,
    fundId,
    limitsAt,
  } = payload;
  if (book.proposalIds.has(id)) refuse("APPROVAL", `proposal ${id} was made before`);
  if (maker !== event.actor) refuse("APPROVAL", `the maker of proposal ${id} is not who made it`);
  const of = judged(book, change, membersOf(command, currency));
  const demand = demandFor(book, of, { fundId, limitsAt });
  if (demand === undefined) refuse("APPROVAL", `the change of proposal ${id} is above no limit`);
  if (demand === NOT_GIVEN) book.uncheckedLimits += 1;
  else checkDemand(book, payload, demand);
  if (payload.currency !== of.currency || !isShown(book, payload, of)) {
    refuse("APPROVAL", `the change of proposal ${id} is not that of its command`);
  }
  book.proposalIds.add(id);
  book.proposals.set(id, {
    makers: [maker, makerOwner],
    approvers: payload.approvers ?? 1,
    approvedBy: [],
    change: payload,
  });
}

function checkDemand(book, { limit, currency, approvers = 1 }, demand) {
  const shown = limit === undefined ? undefined : book.amounts.minor(limit, currency);
  if (shown !== demand.limit) refuse("APPROVAL", "the limit of changes is not the one in force");
  if (approvers !== demand.approvers) refuse("APPROVAL", "its limits demand other approvers");
}

function isShown(book, { currency, before, after, amount }, of) {
  const minor = (text) =>
    text === undefined ? undefined : book.amounts.minorOrNull(text, currency);
  return minor(before) === of.before && minor(after) === of.after && minor(amount) === of.amount;
}

/** What was approved follows at once, unless it was made before. */
export function approveChange(book, { proposalId }, event, { change: shown }) {
  if (isMade(book, shown)) return;
  book.approvedChange = shown;
  book.commands.await({
    by: event,
    kind: "APPROVAL",
    what: `what was approved as proposal ${proposalId} is not changed here`,
    allows: ({ type }) => CHANGE_OF[type] === shown.change,
  });
}

function isMade(book, { change, accountId, after, currency }) {
  if (change === "UNFREEZE_ACCOUNT") return book.accounts.get(accountId).status === "OPEN";
  if (change !== "MINIMUM_BALANCE") return false;
  return book.accounts.get(accountId).minimum === book.amounts.minorOrNull(after, currency);
}

const NAMES = ["accountId", "periodId", "currency", "per", "approvers"];

const nameOf = (value) => NAMES.map((name) => value[name] ?? null).join();

/** A change is within the limits of changes, or another person approved of just this. */
export function checkChange(book, payload, { type }) {
  // Before there were limits of changes, books took over those of their tenant.
  if (type === "ApprovalLimitSet" && payload.version !== undefined) return;
  const of = judged(book, CHANGE_OF[type], payload);
  const { approvedChange: shown } = book;
  book.approvedChange = undefined;
  if (shown !== undefined) {
    book.commands.fulfil();
    const { fundId, reason } = shown.command;
    const wanted = { ...shown.command, currency: payload.currency };
    const isSame = nameOf(wanted) === nameOf(payload) && isAfter(book, shown, of);
    if (isSame && fundId === payload.fundId && reason === payload.reason) return;
    refuse("APPROVAL", "what is changed is not what was approved");
  }
  const demand = demandFor(book, of, payload);
  if (demand === NOT_GIVEN) book.uncheckedLimits += 1;
  else if (demand !== undefined) refuse("APPROVAL", "it was changed without approval");
}

const isAfter = (book, { after, currency }, of) =>
  (after === undefined ? undefined : book.amounts.minorOrNull(after, currency)) === of.after;
