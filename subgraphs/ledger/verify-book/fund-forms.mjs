import { ofDecider } from "./people.mjs";
import {
  isHash,
  isInstant,
  isBoolean,
  isCount,
  isCurrency,
  isDate,
  isDecimal,
  isId,
  isString,
  isText,
} from "./values.mjs";

const isRate = (value) => isDecimal(value) && !value.startsWith("-");
const listWith = (check) => (value) => Array.isArray(value) && value.every(check);

/** Payloads of the events of fund administration, from the parts that all forms are made of. */
export function fundForms({ formOf, listOf, oneOf, orNull, isMember }) {
  const isRounding = oneOf("HALF_UP", "HALF_EVEN", "DOWN");
  const isFee = isMember(
    formOf({
      tiers: listOf(formOf({ from: isRate, rate: isRate }), 1),
      dayCount: oneOf("ACT_365F", "ACT_360", "ACT_ACT_ISDA", "THIRTY_360", "THIRTY_E_360"),
    }),
  );
  const fundTerms = formOf({
    lei: orNull(isText),
    holidays: listWith(isDate),
    valuationFrequency: oneOf("DAILY", "WEEKLY", "SEMI_MONTHLY", "MONTHLY"),
    cutOffTime: isText,
    timeZone: isText,
    noticeDays: isCount,
    settlementDays: isCount,
    navDecimals: isCount,
    unitDecimals: isCount,
    navRounding: isRounding,
    unitRounding: isRounding,
    amountRounding: isRounding,
    lotMethod: oneOf("FIFO", "LIFO", "HIFO", "AVERAGE", "SPECIFIC"),
    transactionCosts: oneOf("EXPENSE", "CAPITALISE"),
    shortSales: isBoolean,
    financialYearEnd: isText,
    administrationFee: orNull(isFee),
    custodyFee: orNull(isFee),
    priceSources: listWith(isText),
    stalePriceDays: isCount,
    staleRateDays: isCount,
    priceMoveLimit: orNull(isRate),
    navMoveLimit: orNull(isRate),
    materialityLimit: isRate,
  });
  const classTerms = formOf({
    distribution: oneOf("ACCUMULATING", "DISTRIBUTING"),
    managementFee: orNull(isFee),
    entryCharge: isMember(formOf({ rate: isRate, to: oneOf("DISTRIBUTOR", "CLASS") })),
    exitChargeRate: isRate,
    minimumInitial: isRate,
    minimumFurther: isRate,
  });
  const ofClass = { classId: isId, fundId: isId };
  return {
    FundTermsSet: formOf({ fundId: isId, effectiveFrom: isDate, terms: isMember(fundTerms) }),
    ShareClassOpened: formOf({
      ...ofClass,
      code: isText,
      name: isText,
      isin: isString,
      currency: isCurrency,
      unitDecimals: isCount,
      launchDate: isDate,
      launchPrice: isRate,
      terms: isMember(classTerms),
    }),
    ...investorForms({ formOf, listOf, oneOf, orNull }),
    ...orderForms({ formOf, oneOf, orNull, isMember }),
    ShareClassTermsSet: formOf({ ...ofClass, effectiveFrom: isDate, terms: isMember(classTerms) }),
    ShareClassStateSet: formOf({
      ...ofClass,
      state: oneOf("OPEN", "SOFT_CLOSED", "CLOSED", "SUSPENDED", "LIQUIDATING"),
      reason: isText,
    }),
  };
}

const isNull = (value) => value === null;

function investorForms({ formOf, listOf, oneOf, orNull }) {
  const isKyc = oneOf("PENDING", "CLEARED", "EXPIRED", "BLOCKED");
  const investor = formOf({
    id: isId,
    reference: isText,
    kind: oneOf("PERSON", "LEGAL_ENTITY"),
    taxCountry: isText,
    kycState: isKyc,
    kycUntil: orNull(isDate),
    commitment: isHash,
  });
  const ofInvestor = { fundId: isNull, investorId: isId, reason: isText };
  return {
    InvestorsRegistered: formOf({ fundId: isNull, investors: listOf(investor, 1) }),
    KycStateSet: formOf({ ...ofInvestor, state: isKyc, until: orNull(isDate) }),
    InvestorErased: formOf(ofInvestor),
    InvestorAccountOpened: formOf({
      classId: isId,
      fundId: isId,
      accountId: isId,
      investorId: isId,
    }),
  };
}

function orderForms({ formOf, oneOf, orNull, isMember }) {
  const ofOrder = { orderId: isId, fundId: isId };
  const dealing = { cutOffAt: isInstant, dealingDate: isDate, settlementDate: isDate };
  return {
    OrderPlaced: formOf({
      ...ofOrder,
      ...dealing,
      orderKind: oneOf("SUBSCRIPTION", "REDEMPTION", "SWITCH", "TRANSFER"),
      leg: orNull(oneOf("OUT", "IN")),
      linkedOrderId: orNull(isId),
      classId: isId,
      investorId: isId,
      accountId: isId,
      toInvestorId: orNull(isId),
      toAccountId: orNull(isId),
      currency: isCurrency,
      amount: orNull(isString),
      units: orNull(isString),
      chargeRate: orNull(isDecimal),
      heldUnits: isString,
      receivedAt: isInstant,
      reference: orNull(isText),
      status: oneOf("ACCEPTED", "WAITING_APPROVAL"),
      maker: isString,
      "makerOwner?": isString,
      investorsAt: isCount,
      "worth?": isString,
      "approvers?": isCount,
      "countedFor?": isText,
    }),
    OrderApproved: formOf({ ...ofOrder, ...ofDecider, ...dealing }),
    OrderApprovalGiven: formOf({ ...ofOrder, ...ofDecider }),
    OrderApprovalRefused: formOf({
      ...ofOrder,
      ...ofDecider,
      isMaker: isBoolean,
      "reason?": oneOf("APPROVED_BEFORE", "LIMIT_CHANGED"),
      "approvers?": isCount,
    }),
    OrderRejected: formOf({ ...ofOrder, code: isText, reason: isText }),
    OrderCancelled: formOf({ ...ofOrder, reason: isText }),
    OrderDeferred: formOf({ ...ofOrder, ...dealing, reason: isText }),
    OrderDealt: formOf({
      ...ofOrder,
      classId: isId,
      valuationId: orNull(isId),
      dealingDate: isDate,
      price: orNull(isDecimal),
      rate: orNull(isMember(formOf({ units: isDecimal, per: isDecimal }))),
      units: isString,
      currency: isCurrency,
      amount: isString,
      charge: isString,
      transactionId: isId,
    }),
    OrderSettled: formOf({
      ...ofOrder,
      currency: isCurrency,
      amount: isString,
      date: isDate,
      transactionId: isId,
      bankTransactionId: orNull(isId),
    }),
  };
}
