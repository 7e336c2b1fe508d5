import {
  classifyAccount,
  closeAccount,
  freezeAccount,
  openAccount,
  renameAccount,
  setMinimum,
  unfreezeAccount,
} from "./accounts.mjs";
import { approve, giveApproval, propose, refuseApproval, reject, withdraw } from "./approvals.mjs";
import { checkChange, proposeChange, setValueDateLimits } from "./changes.mjs";
import { Commands } from "./commands.mjs";
import { refuse } from "./fault.mjs";
import { checkForm } from "./forms.mjs";
import { approveOrder, giveOrderApproval, refuseOrderApproval } from "./order-approvals.mjs";
import { captureHold, expireHold, placeHold, voidHold } from "./holds.mjs";
import { setLimit, setTenantLimit, TenantLimits } from "./limits.mjs";
import { closePeriod, reopenPeriod } from "./periods.mjs";
import { postTransaction } from "./postings.mjs";
import {
  dealOrder,
  deferOrder,
  endOrder,
  openInvestorAccount,
  placeOrder,
  registerInvestors,
  requireInvestor,
  settleOrder,
} from "./orders.mjs";
import { openShareClass, setClassState, setClassTerms, setFundTerms } from "./share-classes.mjs";
import { addToTransaction } from "./attachments.mjs";
import { setCounterparty } from "./counterparties.mjs";
import { setDimension, setValues, TenantDimensions } from "./dimensions.mjs";
import { setTemplate, skipRun } from "./journals.mjs";
import { setImportRules } from "./import-rules.mjs";
import { matchLines, unmatchLines, updateItem } from "./reconciliation.mjs";
import {
  checkStatementTurn,
  confirmLine,
  readLines,
  receiveStatement,
  recordImport,
  rejectLine,
  undoStatement,
} from "./statements.mjs";
import { cancelFact, failFact, recordFact, replayLots, settleFact } from "./portfolio.mjs";
import {
  cancelCurrencyTrade,
  recordCurrencyTrade,
  settleCurrencyTrade,
} from "./currency-trades.mjs";
import { recordPrices, recordRates, registerSecurities } from "./tenant-facts.mjs";
import { calculateNav, discardNav, publishNav } from "./valuations.mjs";
import { Amounts } from "./values.mjs";

/** A sensitive change: the limits of changes are checked before it. */
const approved = (rule) => (book, payload, event, start) => {
  checkChange(book, payload, event);
  rule(book, payload, event, start);
};

const RULES = {
  FundOpened: () => refuse("FORM", "a fund is opened by the first event and no other"),
  AccountOpened: openAccount,
  AccountRenamed: renameAccount,
  AccountClassified: classifyAccount,
  AccountFloorSet: approved(setMinimum),
  AccountFrozen: freezeAccount,
  AccountUnfrozen: approved(unfreezeAccount),
  AccountClosed: closeAccount,
  FundTermsSet: setFundTerms,
  ShareClassOpened: openShareClass,
  ShareClassTermsSet: setClassTerms,
  ShareClassStateSet: setClassState,
  NavCalculated: calculateNav,
  NavPublished: publishNav,
  NavDiscarded: discardNav,
  InvestorAccountOpened: openInvestorAccount,
  OrderPlaced: placeOrder,
  OrderApproved: approveOrder,
  OrderApprovalGiven: giveOrderApproval,
  OrderApprovalRefused: refuseOrderApproval,
  OrderRejected: endOrder,
  OrderCancelled: endOrder,
  OrderDeferred: deferOrder,
  OrderDealt: dealOrder,
  OrderSettled: settleOrder,
  PeriodClosed: closePeriod,
  PeriodReopened: approved(reopenPeriod),
  TransactionPosted: postTransaction,
  HoldPlaced: placeHold,
  HoldCaptured: captureHold,
  HoldVoided: voidHold,
  HoldExpired: expireHold,
  ApprovalLimitSet: approved(setLimit),
  PricesRecorded: recordPrices,
  TradeRecorded: recordFact,
  TradeSettled: settleFact,
  TradeFailed: failFact,
  TradeCancelled: cancelFact,
  CurrencyTradeRecorded: recordCurrencyTrade,
  CurrencyTradeSettled: settleCurrencyTrade,
  CurrencyTradeCancelled: cancelCurrencyTrade,
  LotsReplayed: replayLots,
  CorporateActionRecorded: recordFact,
  CorporateActionPaid: settleFact,
  CorporateActionCancelled: cancelFact,
  TransactionProposed: propose,
  ChangeProposed: proposeChange,
  ProposalApproved: approve,
  ApprovalRefused: refuseApproval,
  ApprovalGiven: giveApproval,
  ProposalRejected: reject,
  ProposalWithdrawn: withdraw,
  StatementReceived: receiveStatement,
  StatementLinesRead: readLines,
  StatementImported: recordImport,
  StatementUndone: undoStatement,
  StatementLineConfirmed: confirmLine,
  StatementLineRejected: rejectLine,
  ImportRulesSet: setImportRules,
  JournalTemplateSet: setTemplate,
  JournalRunSkipped: skipRun,
  // No posting depends on it: who confirmed a value date is not recorded.
  ValueDateLimitsSet: approved(setValueDateLimits),
  CounterpartySet: setCounterparty,
  FileAttached: addToTransaction,
  CommentAdded: addToTransaction,
  LinesMatched: matchLines,
  LinesUnmatched: unmatchLines,
  ReconcilingItemUpdated: updateItem,
};

/** What a tenant's own book, which has no fund, can contain. */
const TENANT_RULES = {
  ApprovalLimitSet: approved(setTenantLimit),
  ChangeProposed: proposeChange,
  ProposalApproved: approve,
  ApprovalRefused: refuseApproval,
  ApprovalGiven: giveApproval,
  ProposalRejected: reject,
  ProposalWithdrawn: withdraw,
  SecuritiesRegistered: registerSecurities,
  PricesRecorded: recordPrices,
  ExchangeRatesRecorded: recordRates,
  DimensionSet: setDimension,
  DimensionValuesSet: setValues,
  InvestorsRegistered: registerInvestors,
  KycStateSet: requireInvestor,
  InvestorErased: requireInvestor,
};

/**
 * What the events of a book have led to, as far as rules need it. It grows with accounts, open holds,
 * waiting proposals, closed periods, reversed transactions, and the ids, references and command keys that
 * may not come twice; whole events are not kept.
 */
export class Book {
  amounts = new Amounts();
  commands = new Commands();
  accounts = new Map();
  codes = new Set();
  closedPeriods = new Map();
  /** Terms of the fund by the day they begin with, and its share classes by id. */
  fundTerms = new Map();
  shareClasses = new Map();
  valuations = new Map();
  /** Date of the last published NAV, and the postings of it that have to follow. */
  publishedNav;
  announced = new Set();
  /** Ids and references of a tenant's investors; accounts of their units, and orders that may still change. */
  investors = new Set();
  investorAccounts = new Map();
  orders = new Map();
  /** Does each order name what limits judge? Earlier versions judged by the limit of one alone. */
  ordersAreJudged = false;
  holds = new Map();
  holdIds = new Set();
  /** Where in the file each transaction stands. */
  transactions = new Map();
  references = new Set();
  reversed = new Map();
  /** Years that are closed, one behind the other: last day, closing transaction. */
  years = [];
  /** The opening balances that were recorded and not reversed. */
  opening;
  importIds = new Set();
  statements = new Map();
  /** How many transactions each import posted, and how many reversals of them there are. */
  ofImports = new Map();
  /** The version of the rules for the statements of each account. */
  rulesVersions = new Map();
  /** Counterparties by id: their version and IBANs; and who has each IBAN. */
  counterparties = new Map();
  ibanOwners = new Map();
  /** Ids of files and comments. */
  attachedIds = new Set();
  /** Journal templates by id: their newest version, and how far they ran. */
  templates = new Map();
  /** Open matches; and by line or transaction the match that it is part of. */
  matches = new Map();
  matchIds = new Set();
  matchOf = new Map();
  /** The statement that is being imported, and the one that is being undone. */
  openStatement;
  undoing;
  /** Base currency of the fund. */
  currency;
  /** Trades and corporate actions by id, and their lots. */
  facts = new Map();
  lots = new Map();
  changedLots = new Set();
  /** Do limits judge trades? Those of earlier versions they did not. And postings of trades that are to come. */
  tradesAreJudged = false;
  /** The same of what becomes of trades, and of corporate actions. */
  factsAreJudged = false;
  judgedPostings = new Set();
  /** Exchanges of currencies by id, what became of each, and their references. */
  currencyTrades = new Map();
  currencyTradeReferences = new Set();
  /** Transactions that such a fact named and that have not come yet. */
  awaitedPostings = new Map();
  fundLimits = new Map();
  adoptedLimits = new Map();
  dayLimits = new Map();
  /** What people debited on their last day that counted, by currency and person. */
  daySums = new Map();
  /** The same of what was posted with each counterparty; and the fund's further limits by kind and currency. */
  counterpartySums = new Map();
  approvalRules = new Map();
  proposals = new Map();
  proposalIds = new Set();
  /** Of a tenant's own book: its limits and its dimensions. */
  ownLimits = new TenantLimits();
  ownDimensions = new TenantDimensions();
  /** How many times a limit of the tenant could apply that was not given. */
  uncheckedLimits = 0;
  limitsAt;
  approved;
  /** The sensitive change that was approved and that follows at once. */
  approvedChange;
  /** Types of changes that were judged: earlier versions did not judge them. And days that the fund set. */
  judgedChanges = new Set();
  valueDateLimits;
  captured;
  /** Did the event move the time on? Then its time is that of the clock it was decided by. */
  clockIsExact = false;
  #id;
  #isTenants = false;
  #recordedAt = "";

  /** `readEventAt` reads an event again; `tenant` is the tenant's own book, where it was given. */
  constructor({ bookId }, { readEventAt, tenant }) {
    this.#id = bookId;
    this.readEventAt = readEventAt;
    this.tenantLimits = tenant?.ownLimits;
    this.tenantDimensions = tenant?.ownDimensions;
  }

  /** Checks an event against all that was before it, and folds it in. `start` is its place in the file. */
  fold(event, start) {
    checkForm(event);
    const { type, payload, recordedAt } = event;
    if (recordedAt < this.#recordedAt) refuse("TIME", "it was recorded before the event before it");
    this.clockIsExact = recordedAt > this.#recordedAt;
    this.#recordedAt = recordedAt;
    this.commands.check(event);
    if (event.position === 1) return this.#begin(type, payload, event);
    if (payload.fundId !== (this.#isTenants ? null : this.#id)) {
      refuse("FORM", `${type} is not of this book`);
    }
    checkStatementTurn(this, event);
    this.position = event.position;
    this.day = recordedAt.slice(0, 10);
    this.#apply(type, payload, event, start);
  }

  #apply(type, payload, event, start) {
    const rule = (this.#isTenants ? TENANT_RULES : RULES)[type];
    if (rule === undefined) {
      refuse("FORM", `a ${this.#isTenants ? "tenant's own" : "fund's"} book has no ${type}`);
    }
    rule(this, payload, event, start);
    if (this.#isTenants) this.ownLimits.end = event.position;
  }

  #begin(type, payload, event) {
    this.#isTenants = Object.hasOwn(TENANT_RULES, type) && payload.fundId === null;
    if (this.#isTenants) return this.#apply(type, payload, event);
    if (type !== "FundOpened" || payload.fundId !== this.#id) {
      refuse("FORM", "the book does not begin with its fund being opened");
    }
    this.currency = payload.currency;
  }
}
