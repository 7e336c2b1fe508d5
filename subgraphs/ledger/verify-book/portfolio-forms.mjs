import {
  isBoolean,
  isCount,
  isCurrency,
  isDate,
  isDecimal,
  isId,
  isObject,
  isString,
  isText,
} from "./values.mjs";

/** Payloads of the events of securities, prices, rates, trades and corporate actions, from the parts of all forms. */
export function portfolioForms({ formOf, listOf, oneOf, orNull, isMember }) {
  const isDayCount = oneOf(
    "THIRTY_360",
    "THIRTY_E_360",
    "ACT_360",
    "ACT_365F",
    "ACT_ACT_ISDA",
    "ACT_ACT_ICMA",
  );

  const bond = formOf({
    couponRate: isDecimal,
    frequency: isCount,
    dayCount: isDayCount,
    accruesFrom: isDate,
    firstCoupon: orNull(isDate),
    maturity: isDate,
    isMonthEnd: isBoolean,
    exCouponDays: isCount,
  });

  const security = formOf({
    id: isId,
    isin: isText,
    name: isText,
    securityType: oneOf("EQUITY", "FUND", "BOND", "RIGHT", "OTHER"),
    currency: isCurrency,
    quantityDecimals: isCount,
    bond: orNull(isMember(bond)),
  });

  const price = formOf({
    isin: isText,
    date: isDate,
    price: isDecimal,
    currency: isCurrency,
    kind: oneOf("LAST", "BID", "MID", "NOMINAL_PERCENT"),
    source: isText,
  });

  const rate = formOf({
    date: isDate,
    base: isCurrency,
    quote: isCurrency,
    rate: isDecimal,
    source: isText,
  });

  const rateRecord = formOf({
    units: isDecimal,
    per: isDecimal,
    date: orNull(isDate),
    source: orNull(isText),
  });

  const ofFact = {
    id: isId,
    isin: isText,
    currency: isCurrency,
    quantityDecimals: isCount,
    date: isDate,
    sequence: isCount,
    rate: isMember(rateRecord),
    bookedOn: isDate,
    method: oneOf("FIFO", "LIFO", "HIFO", "AVERAGE", "SPECIFIC"),
  };

  const namedLot = formOf({ lotId: isId, quantity: isDecimal });

  const tradeFact = formOf({
    ...ofFact,
    kind: oneOf("BUY", "SELL"),
    time: orNull(isText),
    unitsBasis: oneOf("NEW", "OLD"),
    quantity: isDecimal,
    gross: isDecimal,
    costs: isDecimal,
    accrued: isDecimal,
    capitalisesCosts: isBoolean,
    allowsShort: isBoolean,
    lots: listOf(namedLot),
  });

  const lotChange = formOf({
    isin: isText,
    lotId: isId,
    side: oneOf("LONG", "SHORT"),
    openedOn: isDate,
    currency: isCurrency,
    quantity: isDecimal,
    cost: isDecimal,
    baseCost: isDecimal,
  });

  const realised = formOf({ gain: isDecimal, gainBase: isDecimal, currencyGainBase: isDecimal });

  const replayedFact = formOf({
    factId: isId,
    bookedOn: isDate,
    lots: listOf(lotChange),
    transactionId: orNull(isId),
  });

  const ofActionFact = { ...ofFact, payDate: orNull(isDate) };
  const fractions = formOf({ decimals: isCount, price: orNull(isDecimal) });
  const ratio = { newUnits: isDecimal, oldUnits: isDecimal, fractions: isMember(fractions) };
  const into = { ...ratio, intoIsin: isText, intoDecimals: isCount };

  const actionFacts = {
    SPLIT: formOf({ ...ofActionFact, kind: isString, ...ratio }),
    RETURN_OF_CAPITAL: formOf({ ...ofActionFact, kind: isString, perUnit: isDecimal }),
    SPIN_OFF: formOf({ ...ofActionFact, kind: isString, ...into, costShare: isDecimal }),
    RIGHTS: formOf({ ...ofActionFact, kind: isString, ...into, costShare: isDecimal }),
    MERGER: formOf({
      ...ofActionFact,
      kind: isString,
      ...into,
      cashPerUnit: isDecimal,
      cashCostShare: isDecimal,
    }),
  };

  const income = formOf({
    ...ofActionFact,
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
    if (!isIncome && !Object.hasOwn(actionFacts, value.kind)) return false;
    return isMember(isIncome ? income : actionFacts[value.kind])(value);
  };

  const ofAction = { fundId: isId, actionId: isId };

  const ofTrade = { fundId: isId, tradeId: isId };

  return {
    SecuritiesRegistered: formOf({
      fundId: orNull(isId),
      batchId: isId,
      securities: listOf(security, 1),
    }),
    PricesRecorded: formOf({ fundId: orNull(isId), batchId: isId, prices: listOf(price, 1) }),
    ExchangeRatesRecorded: formOf({ fundId: orNull(isId), batchId: isId, rates: listOf(rate, 1) }),
    TradeRecorded: formOf({
      fundId: isId,
      fact: isMember(tradeFact),
      security: isMember(security),
      price: isDecimal,
      settlementDate: isDate,
      reference: orNull(isText),
      earlier: isCount,
      lots: listOf(lotChange),
      realised: isMember(realised),
      transactionId: isId,
      "judged?": oneOf(true),
    }),
    TradeSettled: formOf({ ...ofTrade, date: isDate, transactionId: isId, "judged?": oneOf(true) }),
    TradeFailed: formOf({ ...ofTrade, reason: isText }),
    TradeCancelled: formOf({
      ...ofTrade,
      reason: isText,
      bookedOn: isDate,
      earlier: isCount,
      lots: listOf(lotChange),
      transactionId: isId,
      "judged?": oneOf(true),
    }),
    CurrencyTradeRecorded: formOf({
      ...ofTrade,
      tradeDate: isDate,
      bookedOn: isDate,
      settlementDate: isDate,
      soldCurrency: isCurrency,
      sold: isDecimal,
      boughtCurrency: isCurrency,
      bought: isDecimal,
      costs: isDecimal,
      soldBase: isDecimal,
      costsBase: isDecimal,
      rate: orNull(isMember(rateRecord)),
      reference: orNull(isText),
      transactionId: isId,
      "judged?": oneOf(true),
    }),
    CurrencyTradeSettled: formOf({
      ...ofTrade,
      date: isDate,
      transactionId: isId,
      "judged?": oneOf(true),
    }),
    CurrencyTradeCancelled: formOf({
      ...ofTrade,
      reason: isText,
      bookedOn: isDate,
      transactionId: isId,
      "judged?": oneOf(true),
    }),
    CorporateActionRecorded: formOf({
      fundId: isId,
      fact: isActionFact,
      security: isMember(security),
      into: orNull(isMember(security)),
      earlier: isCount,
      lots: listOf(lotChange),
      realised: isMember(realised),
      cash: isDecimal,
      transactionId: orNull(isId),
      "judged?": oneOf(true),
    }),
    CorporateActionPaid: formOf({
      ...ofAction,
      date: isDate,
      amount: isDecimal,
      transactionId: isId,
      "judged?": oneOf(true),
    }),
    CorporateActionCancelled: formOf({
      ...ofAction,
      reason: isText,
      bookedOn: isDate,
      earlier: isCount,
      lots: listOf(lotChange),
      transactionId: orNull(isId),
      "judged?": oneOf(true),
    }),
    LotsReplayed: formOf({ fundId: isId, causeId: isId, facts: listOf(replayedFact, 1) }),
  };
}
