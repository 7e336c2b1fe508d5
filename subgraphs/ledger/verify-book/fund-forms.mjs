import {
  isBoolean,
  isCount,
  isCurrency,
  isDate,
  isDecimal,
  isId,
  isString,
  isText,
} from "./values.mjs";

/** Payloads of the events of fund administration, from the parts that all forms are made of. */
export function fundForms({ formOf, listOf, oneOf, orNull, isMember }) {
  const isRounding = oneOf("HALF_UP", "HALF_EVEN", "DOWN");
  const isRate = (value) => isDecimal(value) && !value.startsWith("-");
  const isFee = isMember(
    formOf({
      tiers: listOf(formOf({ from: isRate, rate: isRate }), 1),
      dayCount: oneOf("ACT_365F", "ACT_360", "ACT_ACT_ISDA", "THIRTY_360", "THIRTY_E_360"),
    }),
  );
  const listWith = (check) => (value) => Array.isArray(value) && value.every(check);
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
    ShareClassTermsSet: formOf({ ...ofClass, effectiveFrom: isDate, terms: isMember(classTerms) }),
    ShareClassStateSet: formOf({
      ...ofClass,
      state: oneOf("OPEN", "SOFT_CLOSED", "CLOSED", "SUSPENDED", "LIQUIDATING"),
      reason: isText,
    }),
  };
}
