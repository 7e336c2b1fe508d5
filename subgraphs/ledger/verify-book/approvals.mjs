import { createHash } from "node:crypto";
import { canonical } from "./chain.mjs";
import { spellDimensions } from "./dimensions.mjs";
import { approveChange } from "./changes.mjs";
import { refuse } from "./fault.mjs";
import { haveOneInCommon, mayBeAmong, namesOf, personOf } from "./people.mjs";
import {
  checkLimitsAt,
  checkShownLimit,
  countCounterparties,
  countDebits,
  counterpartySums,
  dayLimitFor,
  daysAbove,
  debitedToday,
  guardsChanges,
  limitFor,
  limitOfOthers,
  NOT_GIVEN,
  severalFor,
} from "./limits.mjs";
import { checkImport, checkShownImport } from "./import-limits.mjs";
import { checkMove, settleLine } from "./statements.mjs";
import { checkProposed, checkProposedTrade, OPENS_ACCOUNT, sourceKindOf } from "./proposed.mjs";
import { proposeRun } from "./journals.mjs";

/** Commands of trades and corporate actions, by the event that each of them leads to before its posting. */
const FACT_OF = {
  RecordTrades: "TradeRecorded",
  SettleTrades: "TradeSettled",
  CancelTrade: "TradeCancelled",
  RecordCurrencyTrade: "CurrencyTradeRecorded",
  SettleCurrencyTrade: "CurrencyTradeSettled",
  CancelCurrencyTrade: "CurrencyTradeCancelled",
  RecordCorporateAction: "CorporateActionRecorded",
  PayCorporateAction: "CorporateActionPaid",
  CancelCorporateAction: "CorporateActionCancelled",
};
const isFactKind = (kind) => Object.hasOwn(FACT_OF, kind);

/** A posting above the limit was put before another person. */
export function propose(book, payload, event) {
  const { proposalId: id, transactionId, maker, makerOwner, command } = payload;
  const { needsAdministrator = false } = payload;
  if (needsAdministrator && command.kind !== "ReopenYear")
    refuse("APPROVAL", `proposal ${id} needs no administrator`);
  if (book.proposalIds.has(id)) refuse("APPROVAL", `proposal ${id} was made before`);
  if (maker !== event.actor) refuse("APPROVAL", `the maker of proposal ${id} is not who made it`);
  const isTrade = isFactKind(command.kind);
  const debits = isTrade ? checkProposedTrade(book, payload) : checkProposed(book, payload);
  if (command.kind === "PostStatementLine") settleLine(book, event, payload.legs, "proposed");
  if (command.kind === "MoveStatementLine" || command.kind === "SplitStatementLine")
    checkMove(book, { ...payload, ...command, entries: payload.legs });
  checkTotals(book, payload, debits);
  if (command.kind === "RunJournalTemplate") proposeRun(book, payload);
  book.proposalIds.add(id);
  book.proposals.set(id, {
    makers: [maker, makerOwner],
    approvers: payload.approvers ?? 1,
    needsAdministrator,
    approvedBy: [],
    transactionId,
    kind: command.kind,
    importId: command.importId,
    debits,
    wanted: command.kind === "AdjustBalance" ? wantedBy(command) : undefined,
    // What a trade posts follows from the lots of the day it is approved.
    digest: isTrade ? undefined : digestOf(ofProposed(payload)),
  });
}

const wantedBy = ({ accountId, balance }) => ({ accountId, balance });

/** The totals are what the entries debit, each with the limit that it is above. */
function checkTotals(book, payload, debits) {
  const { totals, limitsAt, maker, makerOwner, command, legs } = payload;
  // A closing of a year waits whatever its size, and so does what was only proposed.
  const mustWait =
    command.kind === "CloseYear" ||
    command.awaitsApproval === true ||
    payload.needsAdministrator === true ||
    (command.kind === "ReopenYear" && guardsChanges(book, payload) !== false);
  const sums = counterpartySums(book, legs);
  let demanded = 1;
  const person = sourceKindOf(command) === "STATEMENT" ? undefined : (makerOwner ?? maker);
  if (totals.length !== debits.size) refuse("APPROVAL", "the totals are not those of the entries");
  let above = 0;
  for (const total of totals) {
    const { currency, amount, limit, dayLimit } = total;
    const minor = book.amounts.minor(amount, currency);
    if (minor !== debits.get(currency)) {
      refuse("APPROVAL", `the total in ${currency} is not what the entries debit`);
    }
    const shown = limit === undefined ? null : book.amounts.minor(limit, currency);
    if (shown !== null || FURTHER.some((name) => total[name] !== undefined)) above += 1;
    if (person !== undefined) checkShownDays(book, total, { currency, minor, limitsAt, sums });
    else
      checkShownImport(book, total, { ...payload, person: makerOwner ?? maker, currency, minor });
    const several = checkShownSeveral(book, total, { currency, minor, limitsAt });
    if (several > demanded) demanded = several;
    checkShownDay(book, { currency, minor, dayLimit, limitsAt, person });
    if (shown !== null && (shown < 0n || minor <= shown)) {
      refuse("APPROVAL", `the total in ${currency} is not above the limit it shows`);
    }
    checkLimit(book, { currency, minor, shown, limitsAt });
  }
  if (above === 0 && !mustWait) refuse("APPROVAL", "no total is above a limit");
  if (demanded !== NOT_GIVEN && (payload.approvers ?? 1) < demanded) {
    refuse("APPROVAL", "its limits demand more approvers");
  }
}

const FURTHER = ["dayLimit", "fundDayLimit", "counterpartyLimit", "importLimit", "severalLimit"];

const shownIn = (book, total, name) =>
  total[name] === undefined ? null : book.amounts.minor(total[name], total.currency);

/** The limits by day of all together and of one counterparty that a total shows are those that it is above. */
function checkShownDays(book, total, of) {
  const above = daysAbove(book, of);
  if (above === NOT_GIVEN) {
    book.uncheckedLimits += 1;
    return;
  }
  if (
    shownIn(book, total, "fundDayLimit") !== above.together ||
    shownIn(book, total, "counterpartyLimit") !== above.withOne
  ) {
    refuse("APPROVAL", `a limit by day in ${of.currency} is not the one in force, or not exceeded`);
  }
}

/** How many approvers a total demands, as the limit that it shows does. */
function checkShownSeveral(book, total, { currency, minor, limitsAt }) {
  const { approvers, limit } = severalFor(book, currency, minor, limitsAt);
  if (limit === NOT_GIVEN) {
    book.uncheckedLimits += 1;
    return 1;
  }
  if (shownIn(book, total, "severalLimit") !== limit) {
    refuse("APPROVAL", `the limit of several approvers in ${currency} is not the one in force`);
  }
  return approvers;
}

/** The limit by day that a total shows is the one in force, and it is above that with what was debited before. */
function checkShownDay(book, { currency, minor, dayLimit, limitsAt, person }) {
  const shown = dayLimit === undefined ? null : book.amounts.minor(dayLimit, currency);
  const limit = person === undefined ? null : dayLimitFor(book, currency, limitsAt);
  if (limit === NOT_GIVEN) {
    book.uncheckedLimits += 1;
    return;
  }
  const isAbove = limit !== null && debitedToday(book, person, currency) + minor > limit;
  if (shown !== (isAbove ? limit : null)) {
    refuse("APPROVAL", `the limit by day in ${currency} is not the one in force, or not exceeded`);
  }
}

function checkLimit(book, { currency, minor, shown, limitsAt }) {
  const isPlaced = limitsAt !== undefined || (book.fundLimits.get(currency) ?? null) !== null;
  if (!isPlaced && limitOfOthers(book, currency, limitsAt) === null) {
    if (shown !== null) checkShownLimit(book, currency, shown);
    return;
  }
  const limit = limitFor(book, currency, limitsAt);
  if (limit === NOT_GIVEN) book.uncheckedLimits += 1;
  else if (shown !== (limit !== null && minor > limit ? limit : null)) {
    refuse("APPROVAL", `the limit in ${currency} is not the one in force`);
  }
}

const digestOf = (content) => createHash("sha256").update(canonical(content)).digest("hex");

const rateOf = ({ base, quote, rate }) => [base, quote, rate];
const entryOf = ({ accountId, side, amount, currency, dimensions }) => [
  accountId,
  side,
  amount,
  currency,
  spellDimensions(dimensions),
];
const originOf = ({ kind, reverses, reopens, holdId, importId, readAt, templateId, ...later }) => [
  kind,
  reverses ?? reopens ?? holdId ?? importId ?? readAt ?? templateId ?? null,
  later.reversesOn ?? null,
  later.owner ?? null,
];

/** Sources of postings whose entries were fixed when they were proposed. */
const FIXED = new Set(["API", "ACCRUAL", "RECURRING", "CLOSING"]);

/** What of a posting was fixed when it was proposed; a journal posting and a closing as a whole. */
function ofProposed({ effectiveDate, description, reference, legs, command }) {
  const { metadata, fx } = command;
  const kind = sourceKindOf(command);
  const source = originOf({ ...command, ...command.source, kind });
  const fixed = [effectiveDate, description, reference, metadata ?? {}, source];
  if (FIXED.has(kind)) fixed.push(legs.map(entryOf), (fx ?? []).map(rateOf));
  return fixed;
}

function ofPosted({ effectiveDate, description, reference, metadata, source, entries, fx }) {
  const fixed = [effectiveDate, description, reference, metadata, originOf(source)];
  if (FIXED.has(source.kind)) fixed.push(entries.map(entryOf), (fx ?? []).map(rateOf));
  return fixed;
}

/** A proposal that waits, which it does no more after this. */
function takeProposal(book, id) {
  const proposal = book.proposals.get(id);
  if (proposal === undefined) refuse("APPROVAL", `proposal ${id} does not wait`);
  book.proposals.delete(id);
  return proposal;
}

function takeAsAnother(book, id, names) {
  const proposal = takeProposal(book, id);
  if (haveOneInCommon(proposal.makers, names))
    refuse("APPROVAL", `proposal ${id} was decided by its maker`);
  return proposal;
}

export function approve(book, { proposalId, transactionId, byAdministrator }, event) {
  const names = namesOf(event);
  const proposal = takeAsAnother(book, proposalId, names);
  const { approvers, approvedBy } = proposal;
  if (lacksAdministrator(proposal) && byAdministrator !== true)
    refuse("APPROVAL", `proposal ${proposalId} was not approved by a second administrator`);
  if (haveOneInCommon(approvedBy, names))
    refuse("APPROVAL", `proposal ${proposalId} was approved twice by one person`);
  if (approvedBy.length + 1 < approvers)
    refuse("APPROVAL", `proposal ${proposalId} was not approved by ${approvers} people`);
  if (proposal.change !== undefined) {
    if (transactionId !== null) refuse("APPROVAL", `proposal ${proposalId} was of no transaction`);
    return approveChange(book, { proposalId }, event, proposal);
  }
  if (transactionId === null) return checkNothingLeft(book, proposalId, proposal);
  if (transactionId !== proposal.transactionId) {
    refuse("APPROVAL", `proposal ${proposalId} was not of transaction ${transactionId}`);
  }
  book.approved = proposal;
  let opened = false;
  book.commands.await({
    by: event,
    kind: "APPROVAL",
    what: `what was approved as proposal ${proposalId} is not posted here`,
    allows({ type, payload }) {
      if (type === "AccountOpened" && OPENS_ACCOUNT.has(proposal.kind) && !opened) {
        opened = true;
        return true;
      }
      if (isFactKind(proposal.kind)) {
        if (type === "AccountOpened") return true;
        const isOf = payload.transactionId === transactionId;
        return (type === FACT_OF[proposal.kind] || type === "TransactionPosted") && isOf;
      }
      const isCapture = type === "HoldCaptured" && proposal.kind === "CaptureHold";
      return (isCapture || type === "TransactionPosted") && payload.transactionId === transactionId;
    },
  });
}

const lacksAdministrator = ({ needsAdministrator, hasAdministrator = false }) =>
  needsAdministrator && !hasAdministrator;

/** Only a balance that was reached by itself leaves nothing to post. */
function checkNothingLeft(book, id, { wanted }) {
  const account = wanted && book.accounts.get(wanted.accountId);
  if (account && book.amounts.fromClient(wanted.balance, account.currency) === account.balance)
    return;
  refuse("APPROVAL", `proposal ${id} was approved and posts nothing`);
}

/** One of several that are needed approved. */
export function giveApproval(book, { proposalId, byAdministrator = false }, event) {
  const proposal = book.proposals.get(proposalId);
  if (proposal === undefined) refuse("APPROVAL", `proposal ${proposalId} does not wait`);
  const { makers, approvers, approvedBy } = proposal;
  if (haveOneInCommon([...makers, ...approvedBy], namesOf(event)))
    refuse("APPROVAL", `proposal ${proposalId} was approved twice by one person`);
  if (approvedBy.length + 1 >= approvers)
    refuse("APPROVAL", `proposal ${proposalId} has all approvals that it needs`);
  approvedBy.push(personOf(event));
  if (byAdministrator) proposal.hasAdministrator = true;
}

/** Limits demand more approvers now than when it was proposed: it waits for each of them anew. */
function raiseApprovers(proposal, approvers) {
  if (approvers === undefined || approvers <= proposal.approvers)
    refuse("APPROVAL", "limits that changed demand no more approvers than before");
  Object.assign(proposal, { approvers, approvedBy: [], hasAdministrator: false });
}

/** Who made a proposal or approved it before tried to approve it, by that or by another name. */
export function refuseApproval(book, { proposalId, isMaker, reason, approvers }, event) {
  const proposal = book.proposals.get(proposalId);
  if (proposal === undefined) refuse("APPROVAL", `proposal ${proposalId} does not wait`);
  if (isMaker !== (proposal.makers[0] === event.actor))
    refuse("APPROVAL", `approval of ${proposalId} was refused to another than its maker`);
  if (reason === "LIMIT_CHANGED") return raiseApprovers(proposal, approvers);
  if (reason === "CHANGED_SINCE" && proposal.change !== undefined && approvers === undefined)
    return;
  if (reason === "NO_ADMINISTRATOR" && lacksAdministrator(proposal) && approvers === undefined)
    return;
  const people = reason === undefined ? proposal.makers : proposal.approvedBy;
  if (approvers !== undefined || !mayBeAmong(people, event))
    refuse("APPROVAL", `approval of ${proposalId} was refused without a reason`);
}

export function reject(book, { proposalId }, event) {
  takeAsAnother(book, proposalId, namesOf(event));
}

/** Clients may take back what another client of the same owner proposed; earlier versions did not name that owner. */
export function withdraw(book, { proposalId, deciderOwner }, event) {
  const { makers } = takeProposal(book, proposalId);
  if (haveOneInCommon(makers, namesOf(event))) return;
  const { actor, origin } = event;
  const isClient = origin !== undefined && wordOf(origin) === actor;
  if (isClient && deciderOwner === undefined) return;
  refuse("APPROVAL", `proposal ${proposalId} was withdrawn by another than its maker`);
}

/** The OAuth client is the first word of an event's origin. */
function wordOf(origin) {
  try {
    return decodeURIComponent(origin.split(" ", 1)[0]);
  } catch {
    return undefined;
  }
}

/** A posting is within the limits, or another person approved of it, of all of it and of no less. */
export function checkAuthority(book, payload, debits) {
  const { limitsAt } = payload;
  checkLimitsAt(book, limitsAt);
  const isJudgedTrade = book.judgedPostings.delete(payload.transactionId);
  const { approved } = book;
  book.approved = undefined;
  if (approved !== undefined) {
    if (payload.countedFor !== undefined) refuse("APPROVAL", "what is approved counts for no day");
    refuseTooFew(book, approved.approvers, debits, limitsAt);
    return checkApproved(approved, payload, debits);
  }
  // What a fact of fund administration posts is decided on with that fact; trades count for the day of a person.
  if (payload.source.kind === "ADMINISTRATION" && !isJudgedTrade) {
    if (payload.countedFor === undefined) return;
    countDebits(book, payload.countedFor, debits);
    return countCounterparties(book, counterpartySums(book, payload.entries));
  }
  if (payload.source.kind === "CLOSING") refuse("APPROVAL", "a year was closed without approval");
  if (payload.source.kind === "REOPENING") {
    const guards = guardsChanges(book, payload);
    if (payload.source.secondAdministrator === true || guards === true)
      refuse("APPROVAL", "a year was reopened without approval");
    if (guards === NOT_GIVEN) book.uncheckedLimits += 1;
  }
  for (const [currency, amount] of debits) {
    const limit = limitFor(book, currency, limitsAt);
    if (limit === NOT_GIVEN) book.uncheckedLimits += 1;
    else if (limit !== null && amount > limit) {
      refuse("APPROVAL", `the debits in ${currency} are above the limit, and were not approved`);
    }
  }
  refuseTooFew(book, 1, debits, limitsAt);
  checkDay(book, payload, debits);
}

/** Above a limit of several approvers as many approved as it demands; one is not more than none. */
function refuseTooFew(book, given, debits, limitsAt) {
  for (const [currency, amount] of debits) {
    const { approvers } = severalFor(book, currency, amount, limitsAt);
    if (approvers === NOT_GIVEN) book.uncheckedLimits += 1;
    else if (approvers > given) {
      refuse(
        "APPROVAL",
        `the debits in ${currency} were not approved by ${String(approvers)} people`,
      );
    }
  }
}

/** What one person debits in a day without approval stays within the limits by day, and is counted. */
function checkDay(book, { countedFor, source, limitsAt, entries }, debits) {
  if (source.kind === "STATEMENT") {
    for (const [currency, minor] of debits)
      checkImport(book, { person: countedFor, entries, limitsAt, currency, minor });
    return;
  }
  let isLimited = false;
  const sums = counterpartySums(book, entries);
  for (const [currency, amount] of debits) {
    const above = daysAbove(book, { currency, minor: amount, limitsAt, sums });
    if (above === NOT_GIVEN) isLimited = true;
    else if (above.isLimited) {
      isLimited = true;
      if (countedFor === undefined || above.together !== null || above.withOne !== null)
        refuse("APPROVAL", `the debits of the day in ${currency} are above a limit`);
    }
    const limit = dayLimitFor(book, currency, limitsAt);
    if (limit === null) continue;
    isLimited = true;
    if (limit === NOT_GIVEN) book.uncheckedLimits += 1;
    else if (
      countedFor === undefined ||
      debitedToday(book, countedFor, currency) + amount > limit
    ) {
      refuse("APPROVAL", `the debits of the day in ${currency} are above the limit`);
    }
  }
  if (countedFor === undefined) return;
  if (!isLimited) refuse("APPROVAL", "it is counted for a day though no limit by day applies");
  countDebits(book, countedFor, debits);
  countCounterparties(book, sums);
}

function checkApproved({ debits: shown, digest }, payload, debits) {
  for (const [currency, amount] of debits) {
    if (amount > (shown.get(currency) ?? 0n)) {
      refuse("APPROVAL", `more is debited in ${currency} than was approved`);
    }
  }
  if (digest !== undefined && digestOf(ofPosted(payload)) !== digest) {
    refuse("APPROVAL", "what is posted is not what was proposed");
  }
}
