import { requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";
import {
  changeLimitFor,
  fallbackOf,
  guardsChanges,
  isClosedByOthers,
  liftsOthers,
  NOT_GIVEN,
  ownLimitOf,
  severalFor,
} from "./limits.mjs";

/** What loosens a control, by the event that makes it. */
const CHANGE_OF = {
  AccountUnfrozen: "UNFREEZE_ACCOUNT",
  AccountFloorSet: "MINIMUM_BALANCE",
  PeriodReopened: "REOPEN_PERIOD",
  ApprovalLimitSet: "APPROVAL_LIMIT",
  ValueDateLimitsSet: "VALUE_DATE_LIMITS",
};

/** What holds in a fund until it sets other limits of value dates. */
const USUAL_DAYS = { daysBehind: 1096, daysAhead: 731 };

const spellDays = ({ daysBehind, daysAhead }) => `${daysBehind} ${daysAhead}`;

export function setValueDateLimits(book, { daysBehind, daysAhead }) {
  book.valueDateLimits = { daysBehind, daysAhead };
}

/** No amount at all, where a change is bounded by none. */
const UNBOUNDED = null;

const positive = (minor) => (minor < 0n ? -minor : minor);

/** How far a minimum balance falls; one that rises is a change of zero. */
function fallOf(before, after) {
  if (before === null || (after !== null && after >= before)) return 0n;
  return after === null ? UNBOUNDED : before - after;
}

/** More passes than before; `null` lets everything pass. */
const isHigher = (before, after) => before !== null && (after === null || after > before);

/** Does a limit let more pass than what was in force? Beside a second administrator no limit of changes lets none pass. */
function loosens(book, limit, { before: own, after: set, second }) {
  const fallback = own === null || set === null ? fallbackOf(book, limit) : null;
  if (fallback === NOT_GIVEN) return NOT_GIVEN;
  const [before, after] = [own ?? fallback, set ?? fallback];
  if (limit.per === "CHANGE" && before === null) return second && after !== null && after > 0n;
  return isHigher(before, after);
}

/**
 * What a change is about: its currency, the amount by which it is judged, what it takes the place of, and whether
 * it loosens the control.
 */
function judged(book, change, { accountId, currency, ...members }, second) {
  if (change === "REOPEN_PERIOD") return { isLooser: true };
  if (change === "UNFREEZE_ACCOUNT") {
    const account = requireAccount(book, accountId);
    return { currency: account.currency, amount: positive(account.balance), isLooser: true };
  }
  if (change === "MINIMUM_BALANCE") {
    const before = requireAccount(book, accountId).minimum;
    const after = book.amounts.minorOrNull(members.minimumBalance, currency);
    const amount = fallOf(before, after);
    return { currency, before, after, amount, isLooser: isHigher(0n, amount) };
  }
  if (change === "VALUE_DATE_LIMITS") return judgedDays(book, members);
  const after = book.amounts.minorOrNull(members.amount, currency);
  const limit = { currency, ...members };
  const before = ownLimitOf(book, limit);
  const found = members.lifts === true || loosens(book, limit, { before, after, second });
  const isLooser = found === false && members.lifts === NOT_GIVEN ? NOT_GIVEN : found;
  const isClosed = members.lifts === true && limit.fundId === null;
  const closed = isClosed && isClosedByOthers(book, currency, true) ? 0n : null;
  return { currency, before, after, amount: after, isLooser, closed };
}

/** What is farther away than before passes without being confirmed. */
function judgedDays(book, set) {
  const now = book.valueDateLimits ?? USUAL_DAYS;
  const isLooser = set.daysBehind > now.daysBehind || set.daysAhead > now.daysAhead;
  return { isLooser, before: spellDays(now), after: spellDays(set) };
}

/**
 * The limit that a change is above and how many have to approve it; undefined where one person may make it. Beside a
 * second administrator no person makes one alone where there is no limit of changes.
 */
function demandFor(book, { currency, amount, closed = null }, place, second) {
  if (currency === undefined) {
    const guards = second || guardsChanges(book, place);
    if (guards === NOT_GIVEN) return NOT_GIVEN;
    return guards ? { limit: undefined, approvers: 1 } : undefined;
  }
  const limit = changeLimitFor(book, currency, place) ?? closed;
  if (limit === NOT_GIVEN) return NOT_GIVEN;
  if (limit === null && !second) return undefined;
  if (limit !== null && limit > 0n && amount !== UNBOUNDED && amount <= limit) return undefined;
  const { approvers } = severalFor(book, currency, amount, place);
  return approvers === NOT_GIVEN ? NOT_GIVEN : { limit: limit ?? undefined, approvers };
}

const OF_AMOUNT = new Set(["MINIMUM_BALANCE", "APPROVAL_LIMIT"]);

/** The members of a command as its event names them. Its amount is as a client wrote it, the one shown is not. */
function membersOf(book, { command, change, currency, after = null, proposalId: id, limitsAt }) {
  if (!OF_AMOUNT.has(change)) return { ...command, currency };
  const wrote = (change === "APPROVAL_LIMIT" ? command.amount : command.minimumBalance) ?? null;
  const minor = book.amounts.minorOrNull(after, currency);
  if (minor !== (wrote === null ? null : book.amounts.fromClient(wrote, currency)))
    refuse("APPROVAL", `the change of proposal ${id} is not that of its command`);
  const lifts =
    change === "APPROVAL_LIMIT" &&
    (command.isClosedInFunds === true || liftsOthers(book, { ...command, limitsAt }, minor));
  return { ...command, currency, amount: after, minimumBalance: after, lifts };
}

/** A sensitive change was put before another person. */
export function proposeChange(book, payload, event) {
  const {
    proposalId: id,
    maker,
    makerOwner,
    change,
    fundId,
    limitsAt,
    needsAdministrator = false,
  } = payload;
  if (book.proposalIds.has(id)) refuse("APPROVAL", `proposal ${id} was made before`);
  if (maker !== event.actor) refuse("APPROVAL", `the maker of proposal ${id} is not who made it`);
  const members = { ...membersOf(book, payload), limitsAt };
  const of = judged(book, change, members, needsAdministrator);
  const demand = demandFor(book, of, { fundId, limitsAt }, needsAdministrator);
  // Earlier versions let what only tightens wait, too.
  if (needsAdministrator && of.isLooser === false)
    refuse("APPROVAL", `the change of proposal ${id} loosens nothing`);
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
    needsAdministrator,
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
  const minor = (text) => minorOf(book, text, currency);
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
  if (change === "VALUE_DATE_LIMITS")
    return spellDays(book.valueDateLimits ?? USUAL_DAYS) === after;
  if (change !== "MINIMUM_BALANCE") return false;
  return book.accounts.get(accountId).minimum === book.amounts.minorOrNull(after, currency);
}

const NAMES = ["accountId", "periodId", "currency", "per", "approvers"];

const nameOf = (value) => NAMES.map((name) => value[name] ?? null).join();

/** A change is within the limits of changes, or another person approved of just this. */
export function checkChange(book, payload, { type }) {
  // Before there were limits of changes, books took over those of their tenant.
  if (type === "ApprovalLimitSet" && payload.version !== undefined) return;
  if (!isJudged(book, payload, type) && type === "ValueDateLimitsSet") return;
  const second = payload.secondAdministrator === true;
  const of = judged(book, CHANGE_OF[type], payload, second);
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
  if (type === "ApprovalLimitSet") checkLifted(book, payload, of);
  if (of.isLooser === false) return;
  const demand = demandFor(book, of, payload, second);
  if (demand === undefined) return;
  if (demand === NOT_GIVEN || of.isLooser === NOT_GIVEN) book.uncheckedLimits += 1;
  else refuse("APPROVAL", "it was changed without approval");
}

const isAfter = (book, { after, currency }, of) => minorOf(book, after, currency) === of.after;

/** Of days, which have no currency, the text as it is. */
function minorOf(book, text, currency) {
  if (text === undefined || currency === undefined) return text;
  return book.amounts.minorOrNull(text, currency);
}

/** Did the version that recorded it judge it? What earlier versions recorded does not follow what was judged. */
function isJudged(book, { lifts, judged }, type) {
  if (lifts !== undefined || judged === true) {
    book.judgedChanges.add(type);
    return true;
  }
  if (book.judgedChanges.has(type))
    refuse("APPROVAL", "it was changed without a look at limits of changes");
  return false;
}

/** A first limit that lets money pass of which none passed before does not hide it. */
function checkLifted(book, payload, { after }) {
  if (payload.lifts !== false) return;
  const lifts = liftsOthers(book, payload, after);
  if (lifts === NOT_GIVEN) book.uncheckedLimits += 1;
  else if (lifts) refuse("APPROVAL", "a first limit in a currency was set without approval");
}
