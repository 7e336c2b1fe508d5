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
import { attachmentForms } from "./attachments.mjs";
import { counterpartyForms } from "./counterparties.mjs";
import { dimensionForms, isDimensions } from "./dimensions.mjs";
import { journalForms } from "./journal-forms.mjs";
import { ofDecider } from "./people.mjs";
import { portfolioForms } from "./portfolio-forms.mjs";
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

/** Of what loosens a control: whether the tenant had a second administrator, where that was known. */
const ofAdministrators = { "secondAdministrator?": isBoolean };

const isSide = oneOf("DEBIT", "CREDIT");
const isReference = orNull(isText);

const SOURCES = {
  API: formOf({ kind: isString }),
  ADJUSTMENT: formOf({ kind: isString }),
  OPENING: formOf({ kind: isString }),
  CLOSING: formOf({ kind: isString, readAt: isCount }),
  REOPENING: formOf({ kind: isString, reopens: isId, ...ofAdministrators }),
  CAPTURE: formOf({ kind: isString, holdId: isId }),
  REVERSAL: formOf({ kind: isString, reverses: isId }),
  ACCRUAL: formOf({ kind: isString, reversesOn: isDate, "owner?": isText }),
  RECURRING: formOf({
    kind: isString,
    templateId: isId,
    date: isDate,
    "reversesOn?": isDate,
    "owner?": isText,
  }),
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
  "dimensions?": isDimensions,
});

const LEG = formOf({
  accountId: isId,
  side: isSide,
  amount: isString,
  currency: isCurrency,
  "dimensions?": isDimensions,
});

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
  "fundDayLimit?": isString,
  "counterpartyLimit?": isString,
  "importLimit?": isString,
  "severalLimit?": isString,
});

const BREAK = formOf({
  kind: oneOf("BETWEEN_LINES", "BETWEEN_STATEMENTS", "SINCE_LAST_IMPORT"),
  expected: isString,
  found: isString,
  "line?": isCount,
});

const isTextList = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((text) => isString(text) && text !== "");

const RULE = formOf({
  contains: isTextList,
  direction: oneOf("IN", "OUT"),
  accountId: isId,
  "dimensions?": isDimensions,
});

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

const ofStatus = { accountId: isId, fundId: isId, reason: isText };
const statusChange = formOf(ofStatus);
const ofHold = { holdId: isId, fundId: isId, accountId: isId, currency: isCurrency };
const ofProposal = { proposalId: isId, fundId: isId };
/** Of a posting or of a sensitive change; a change of the tenant's limits has no fund. */
const ofDecision = { proposalId: isId, fundId: orNull(isId) };

const isTrue = oneOf(true);

const ofApproval = { ...ofDecision, ...ofDecider, "byAdministrator?": isTrue };

/** The payload of every type of event that a book can contain. */
const PAYLOADS = {
  ...fundForms({ formOf, listOf, oneOf, orNull, isMember }),
  ...valuationForms({ formOf, listOf, oneOf, orNull, isMember }),
  ...portfolioForms({ formOf, listOf, oneOf, orNull, isMember }),
  ...attachmentForms({ formOf, oneOf }),
  ...counterpartyForms({ formOf, orNull }),
  ...dimensionForms({ formOf, listOf, oneOf }),
  ...journalForms({ formOf, listOf, oneOf, orNull }),
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
    "limitsAt?": isCount,
    ...ofAdministrators,
  }),
  AccountFrozen: statusChange,
  AccountUnfrozen: formOf({ ...ofStatus, "limitsAt?": isCount, ...ofAdministrators }),
  AccountClosed: statusChange,
  PeriodClosed: formOf({ periodId: isId, fundId: isId, from: orNull(isDate), to: isDate }),
  PeriodReopened: formOf({
    periodId: isId,
    fundId: isId,
    reason: isText,
    "limitsAt?": isCount,
    ...ofAdministrators,
  }),
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
    "per?": oneOf("DAY", "FUND_DAY", "COUNTERPARTY_DAY", "IMPORT_DAY", "CHANGE"),
    "approvers?": oneOf(2, 3),
    "coversOthers?": oneOf(true),
    "lifts?": isBoolean,
    "version?": isCount,
    "limitsAt?": isCount,
    ...ofAdministrators,
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
    "schema?": isCount,
    "approvers?": oneOf(2, 3),
    "limitsAt?": isCount,
    "needsAdministrator?": isTrue,
  }),
  ChangeProposed: formOf({
    ...ofDecision,
    maker: isString,
    "makerOwner?": isString,
    change: oneOf(
      "UNFREEZE_ACCOUNT",
      "MINIMUM_BALANCE",
      "REOPEN_PERIOD",
      "APPROVAL_LIMIT",
      "VALUE_DATE_LIMITS",
    ),
    description: isText,
    "accountId?": isId,
    "periodId?": isId,
    "currency?": isCurrency,
    "amount?": orNull(isString),
    "limit?": isString,
    "before?": orNull(isString),
    "after?": orNull(isString),
    command: isObject,
    "schema?": isCount,
    "approvers?": oneOf(2, 3),
    "limitsAt?": isCount,
    "needsAdministrator?": isTrue,
  }),
  ProposalApproved: formOf({ ...ofApproval, transactionId: orNull(isId) }),
  ApprovalRefused: formOf({
    ...ofDecision,
    ...ofDecider,
    isMaker: isBoolean,
    "reason?": oneOf("APPROVED_BEFORE", "LIMIT_CHANGED", "CHANGED_SINCE", "NO_ADMINISTRATOR"),
    "approvers?": oneOf(2, 3),
  }),
  ApprovalGiven: formOf(ofApproval),
  ProposalRejected: formOf({ ...ofDecision, ...ofDecider, reason: isText }),
  ProposalWithdrawn: formOf({ ...ofDecision, ...ofDecider }),
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
    "waits?": isTrue,
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
