import { refuse } from "./fault.mjs";
import { fundForms } from "./fund-forms.mjs";
import {
  isBoolean,
  isCount,
  isCurrency,
  isDate,
  isDecimal,
  isHash,
  isId,
  isInstant,
  isObject,
  isString,
  isText,
} from "./values.mjs";
import { reconciliationForms } from "./reconciliation-forms.mjs";
import { valuationForms } from "./valuation-forms.mjs";

const orNull = (check) => (value) => value === null || check(value);
const oneOf =
  (...values) =>
  (value) =>
    values.includes(value);
const listOf =
  (form, least = 0) =>
  (value) =>
    Array.isArray(value) &&
    value.length >= least &&
    value.every((item) => isObject(item) && badMember(item, form) === undefined);

/** A form by member; those behind a question mark may be absent. */
function formOf(members) {
  const form = { checks: new Map(), required: [] };
  for (const [name, check] of Object.entries(members)) {
    form.checks.set(name.replace("?", ""), check);
    if (!name.endsWith("?")) form.required.push(name);
  }
  return form;
}

/** The first member that is missing, not known or not as it must be. */
function badMember(value, { checks, required }) {
  for (const name in value) {
    const check = checks.get(name);
    if (check === undefined || !check(value[name])) return name;
  }
  for (const name of required) if (value[name] === undefined) return name;
  return undefined;
}

/** A check of an object of this form. */
const isMember = (form) => (value) => isObject(value) && badMember(value, form) === undefined;

const isSide = oneOf("DEBIT", "CREDIT");
const isReference = orNull(isText);

const SOURCES = {
  API: formOf({ kind: isString }),
  ADJUSTMENT: formOf({ kind: isString }),
  OPENING: formOf({ kind: isString }),
  CLOSING: formOf({ kind: isString, readAt: isCount }),
  REOPENING: formOf({ kind: isString, reopens: isId }),
  CAPTURE: formOf({ kind: isString, holdId: isId }),
  REVERSAL: formOf({ kind: isString, reverses: isId }),
  STATEMENT: formOf({ kind: isString, importId: isId, "counterparty?": isString }),
  ADMINISTRATION: formOf({
    kind: isString,
    fact: oneOf("ORDER", "TRADE", "CORPORATE_ACTION", "VALUATION"),
    factId: isId,
  }),
};

const isSource = (value) =>
  isObject(value) &&
  Object.hasOwn(SOURCES, value.kind) &&
  badMember(value, SOURCES[value.kind]) === undefined;

const ENTRY = formOf({
  accountId: isId,
  side: isSide,
  amount: isString,
  currency: isCurrency,
  balanceAfter: isString,
});

const LEG = formOf({ accountId: isId, side: isSide, amount: isString, currency: isCurrency });

const FX = formOf({
  base: isCurrency,
  quote: isCurrency,
  rate: isDecimal,
  scale: isCount,
  baseAmount: isString,
  quoteAmount: isString,
});

const TOTAL = formOf({
  currency: isCurrency,
  amount: isString,
  "limit?": isString,
  "dayLimit?": isString,
});

const BREAK = formOf({
  kind: oneOf("BETWEEN_STATEMENTS", "SINCE_LAST_IMPORT"),
  expected: isString,
  found: isString,
});

const isTextList = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((text) => isString(text) && text !== "");

const RULE = formOf({ contains: isTextList, direction: oneOf("IN", "OUT"), accountId: isId });

const isTexts = (value) => isObject(value) && Object.values(value).every(isString);

const LINE = formOf({
  fileLine: isCount,
  effectiveDate: isDate,
  bookingDate: isDate,
  amount: isString,
  description: isString,
  reference: orNull(isString),
  "counterparty?": isString,
  "reversal?": (value) => value === true,
  "details?": isTexts,
  identity: isId,
  verdict: oneOf("NEW", "DUPLICATE", "POSSIBLE_DUPLICATE"),
  transactionId: orNull(isId),
  "earlierId?": isId,
});

const statusChange = formOf({ accountId: isId, fundId: isId, reason: isText });
const ofHold = { holdId: isId, fundId: isId, accountId: isId, currency: isCurrency };
const ofProposal = { proposalId: isId, fundId: isId };

const DAY_COUNT = oneOf(
  "THIRTY_360",
  "THIRTY_E_360",
  "ACT_360",
  "ACT_365F",
  "ACT_ACT_ISDA",
  "ACT_ACT_ICMA",
);

const BOND = formOf({
  couponRate: isDecimal,
  frequency: isCount,
  dayCount: DAY_COUNT,
  accruesFrom: isDate,
  firstCoupon: orNull(isDate),
  maturity: isDate,
  isMonthEnd: isBoolean,
  exCouponDays: isCount,
});

const SECURITY = formOf({
  id: isId,
  isin: isText,
  name: isText,
  securityType: oneOf("EQUITY", "FUND", "BOND", "RIGHT", "OTHER"),
  currency: isCurrency,
  quantityDecimals: isCount,
  bond: orNull((value) => isObject(value) && badMember(value, BOND) === undefined),
});

const PRICE = formOf({
  isin: isText,
  date: isDate,
  price: isDecimal,
  currency: isCurrency,
  kind: oneOf("LAST", "BID", "MID", "NOMINAL_PERCENT"),
  source: isText,
});

const RATE = formOf({
  date: isDate,
  base: isCurrency,
  quote: isCurrency,
  rate: isDecimal,
  source: isText,
});

const isForm = (form) => (value) => isObject(value) && badMember(value, form) === undefined;

const RATE_RECORD = formOf({
  units: isDecimal,
  per: isDecimal,
  date: orNull(isDate),
  source: orNull(isText),
});

const OF_FACT = {
  id: isId,
  isin: isText,
  currency: isCurrency,
  quantityDecimals: isCount,
  date: isDate,
  sequence: isCount,
  rate: isForm(RATE_RECORD),
  bookedOn: isDate,
  method: oneOf("FIFO", "LIFO", "HIFO", "AVERAGE", "SPECIFIC"),
};

const NAMED_LOT = formOf({ lotId: isId, quantity: isDecimal });

const TRADE_FACT = formOf({
  ...OF_FACT,
  kind: oneOf("BUY", "SELL"),
  time: orNull(isText),
  unitsBasis: oneOf("NEW", "OLD"),
  quantity: isDecimal,
  gross: isDecimal,
  costs: isDecimal,
  accrued: isDecimal,
  capitalisesCosts: isBoolean,
  allowsShort: isBoolean,
  lots: listOf(NAMED_LOT),
});

const LOT_CHANGE = formOf({
  isin: isText,
  lotId: isId,
  side: oneOf("LONG", "SHORT"),
  openedOn: isDate,
  currency: isCurrency,
  quantity: isDecimal,
  cost: isDecimal,
  baseCost: isDecimal,
});

const REALISED = formOf({ gain: isDecimal, gainBase: isDecimal, currencyGainBase: isDecimal });

const REPLAYED_FACT = formOf({
  factId: isId,
  bookedOn: isDate,
  lots: listOf(LOT_CHANGE),
  transactionId: orNull(isId),
});

const OF_ACTION = { ...OF_FACT, payDate: orNull(isDate) };
const FRACTIONS = formOf({ decimals: isCount, price: orNull(isDecimal) });
const RATIO = { newUnits: isDecimal, oldUnits: isDecimal, fractions: isForm(FRACTIONS) };
const INTO = { ...RATIO, intoIsin: isText, intoDecimals: isCount };

const ACTION_FACTS = {
  SPLIT: formOf({ ...OF_ACTION, kind: isString, ...RATIO }),
  RETURN_OF_CAPITAL: formOf({ ...OF_ACTION, kind: isString, perUnit: isDecimal }),
  SPIN_OFF: formOf({ ...OF_ACTION, kind: isString, ...INTO, costShare: isDecimal }),
  RIGHTS: formOf({ ...OF_ACTION, kind: isString, ...INTO, costShare: isDecimal }),
  MERGER: formOf({
    ...OF_ACTION,
    kind: isString,
    ...INTO,
    cashPerUnit: isDecimal,
    cashCostShare: isDecimal,
  }),
};

const INCOME = formOf({
  ...OF_ACTION,
  kind: isString,
  perUnit: orNull(isDecimal),
  couponUnits: orNull(isDecimal),
  couponPer: orNull(isDecimal),
  withholdingRate: isDecimal,
  reclaimableShare: isDecimal,
  accruedBefore: isDecimal,
});

const isActionFact = (value) => {
  if (!isObject(value)) return false;
  const isIncome = value.kind === "DIVIDEND" || value.kind === "COUPON";
  if (!isIncome && !Object.hasOwn(ACTION_FACTS, value.kind)) return false;
  return badMember(value, isIncome ? INCOME : ACTION_FACTS[value.kind]) === undefined;
};

const ofAction = { fundId: isId, actionId: isId };

const ofTrade = { fundId: isId, tradeId: isId };

/** The payload of every type of event that a book can contain. */
const PAYLOADS = {
  ...fundForms({ formOf, listOf, oneOf, orNull, isMember }),
  ...valuationForms({ formOf, listOf, oneOf, orNull, isMember }),
  ...reconciliationForms({ formOf, listOf, orNull }, RULE),
  FundOpened: formOf({ fundId: isId, name: isText, currency: isCurrency }),
  AccountOpened: formOf({
    accountId: isId,
    fundId: isId,
    code: isText,
    name: isText,
    type: oneOf("ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"),
    currency: isCurrency,
    "minimumBalance?": isString,
    "countsAsCash?": isBoolean,
    "managed?": (value) => value === true,
  }),
  AccountRenamed: formOf({
    accountId: isId,
    fundId: isId,
    name: isText,
    parentId: orNull(isId),
    metadata: isObject,
    countsAsCash: isBoolean,
  }),
  AccountClassified: formOf({
    accountId: isId,
    fundId: isId,
    class: isText,
    cashFlow: oneOf("OPERATING", "INVESTING", "FINANCING"),
  }),
  AccountFloorSet: formOf({
    accountId: isId,
    fundId: isId,
    currency: isCurrency,
    minimumBalance: orNull(isString),
  }),
  AccountFrozen: statusChange,
  AccountUnfrozen: statusChange,
  AccountClosed: statusChange,
  PeriodClosed: formOf({ periodId: isId, fundId: isId, from: orNull(isDate), to: isDate }),
  PeriodReopened: formOf({ periodId: isId, fundId: isId, reason: isText }),
  TransactionPosted: formOf({
    transactionId: isId,
    fundId: isId,
    effectiveDate: isDate,
    description: isText,
    reference: isReference,
    metadata: isObject,
    entries: listOf(ENTRY, 2),
    "fx?": listOf(FX),
    source: isSource,
    "countedFor?": isText,
    "limitsAt?": isCount,
  }),
  HoldPlaced: formOf({
    ...ofHold,
    amount: isString,
    contraAccountId: orNull(isId),
    description: isText,
    reference: isReference,
    metadata: isObject,
    expiresAt: orNull(isInstant),
  }),
  HoldCaptured: formOf({ ...ofHold, transactionId: isId, amount: isString, remaining: isString }),
  HoldVoided: formOf({ ...ofHold, released: isString, reason: orNull(isText) }),
  HoldExpired: formOf({ ...ofHold, released: isString }),
  ApprovalLimitSet: formOf({
    fundId: orNull(isId),
    of: oneOf("FUND", "TENANT"),
    currency: isCurrency,
    amount: orNull(isString),
    "per?": oneOf("DAY"),
    "version?": isCount,
  }),
  TransactionProposed: formOf({
    ...ofProposal,
    transactionId: isId,
    maker: isString,
    "makerOwner?": isString,
    effectiveDate: isDate,
    description: isText,
    reference: isReference,
    totals: listOf(TOTAL, 1),
    legs: listOf(LEG, 2),
    command: isObject,
    "limitsAt?": isCount,
  }),
  ProposalApproved: formOf({ ...ofProposal, transactionId: orNull(isId) }),
  ProposalRejected: formOf({ ...ofProposal, reason: isText }),
  ProposalWithdrawn: formOf(ofProposal),
  SecuritiesRegistered: formOf({
    fundId: orNull(isId),
    batchId: isId,
    securities: listOf(SECURITY, 1),
  }),
  PricesRecorded: formOf({ fundId: orNull(isId), batchId: isId, prices: listOf(PRICE, 1) }),
  ExchangeRatesRecorded: formOf({ fundId: orNull(isId), batchId: isId, rates: listOf(RATE, 1) }),
  TradeRecorded: formOf({
    fundId: isId,
    fact: isForm(TRADE_FACT),
    security: isForm(SECURITY),
    price: isDecimal,
    settlementDate: isDate,
    reference: isReference,
    earlier: isCount,
    lots: listOf(LOT_CHANGE),
    realised: isForm(REALISED),
    transactionId: isId,
  }),
  TradeSettled: formOf({ ...ofTrade, date: isDate, transactionId: isId }),
  TradeFailed: formOf({ ...ofTrade, reason: isText }),
  TradeCancelled: formOf({
    ...ofTrade,
    reason: isText,
    bookedOn: isDate,
    earlier: isCount,
    lots: listOf(LOT_CHANGE),
    transactionId: isId,
  }),
  CorporateActionRecorded: formOf({
    fundId: isId,
    fact: isActionFact,
    security: isForm(SECURITY),
    into: orNull(isForm(SECURITY)),
    earlier: isCount,
    lots: listOf(LOT_CHANGE),
    realised: isForm(REALISED),
    cash: isDecimal,
    transactionId: orNull(isId),
  }),
  CorporateActionPaid: formOf({
    ...ofAction,
    date: isDate,
    amount: isDecimal,
    transactionId: isId,
  }),
  CorporateActionCancelled: formOf({
    ...ofAction,
    reason: isText,
    bookedOn: isDate,
    earlier: isCount,
    lots: listOf(LOT_CHANGE),
    transactionId: orNull(isId),
  }),
  LotsReplayed: formOf({ fundId: isId, causeId: isId, facts: listOf(REPLAYED_FACT, 1) }),
  StatementReceived: formOf({
    importId: isId,
    fundId: isId,
    accountId: isId,
    currency: isCurrency,
    format: isText,
    iban: orNull(isText),
    fileHash: isHash,
    from: orNull(isDate),
    to: orNull(isDate),
    lines: isCount,
    skipped: isCount,
    openingBalance: orNull(isString),
    closingBalance: orNull(isString),
    breaks: listOf(BREAK),
    reading: orNull(isObject),
    rules: listOf(RULE),
    receiptsAccountId: orNull(isId),
    paymentsAccountId: orNull(isId),
  }),
  StatementLinesRead: formOf({
    importId: isId,
    fundId: isId,
    accountId: isId,
    currency: isCurrency,
    first: isCount,
    lines: listOf(LINE, 1),
  }),
  StatementUndone: formOf({
    importId: isId,
    fundId: isId,
    accountId: isId,
    reason: isText,
    transactions: isCount,
  }),
  StatementLineConfirmed: formOf({
    importId: isId,
    fundId: isId,
    accountId: isId,
    currency: isCurrency,
    line: isCount,
    identity: isId,
    transactionId: isId,
    amount: isString,
    effectiveDate: isDate,
  }),
  StatementLineRejected: formOf({ importId: isId, fundId: isId, line: isCount, reason: isText }),
  StatementImported: formOf({
    importId: isId,
    fundId: isId,
    accountId: isId,
    currency: isText,
    format: isText,
    iban: orNull(isText),
    importedAt: isInstant,
    lines: isCount,
    posted: isCount,
    proposed: isCount,
    duplicates: isCount,
    "possibleDuplicates?": isCount,
    skipped: isCount,
    openingBalance: orNull(isString),
    closingBalance: orNull(isString),
  }),
};

const EVENT = formOf({
  position: isCount,
  type: isString,
  recordedAt: isInstant,
  actor: isString,
  "origin?": isString,
  commandKey: orNull(isId),
  requestHash: orNull(isHash),
  commandEvents: orNull(isCount),
  payload: isObject,
  hash: isHash,
});

/** Refuses an event of a type or form that no book has. */
export function checkForm(event) {
  const member = badMember(event, EVENT);
  if (member !== undefined) refuse("FORM", `the event's ${member} is missing or not of its form`);
  const { type, payload } = event;
  if (!Object.hasOwn(PAYLOADS, type)) refuse("UNKNOWN", `${type} is no type of event known here`);
  const wrong = badMember(payload, PAYLOADS[type]);
  if (wrong !== undefined) refuse("FORM", `${type}.${wrong} is missing or not of its form`);
}
