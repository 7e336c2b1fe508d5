import { ofDecider } from "./people.mjs";
import {
  isCount,
  isCurrency,
  isDate,
  isDecimal,
  isHash,
  isId,
  isString,
  isText,
} from "./values.mjs";

const isWhole = (value) => isString(value) && /^\d+$/.test(value);

/** Payloads of the events of valuations, from the parts that all forms are made of. */
export function valuationForms({ formOf, listOf, oneOf, orNull, isMember }) {
  const isKind = oneOf("MANAGEMENT", "ADMINISTRATION", "CUSTODY");
  const isPlace = { position: isCount, line: isCount };
  const price = formOf({
    price: isDecimal,
    kind: oneOf("LAST", "BID", "MID", "NOMINAL_PERCENT"),
    date: isDate,
    source: isText,
    fundId: orNull(isId),
    ...isPlace,
  });
  const rate = formOf({
    currency: isCurrency,
    units: isDecimal,
    per: isDecimal,
    date: isDate,
    records: listOf(
      formOf({
        base: isCurrency,
        quote: isCurrency,
        rate: isDecimal,
        date: isDate,
        source: isText,
        ...isPlace,
      }),
    ),
  });
  const position = formOf({
    isin: isText,
    currency: isCurrency,
    quantity: isDecimal,
    cost: isDecimal,
    appreciation: isDecimal,
    price: orNull(isMember(price)),
    interest: orNull(isDecimal),
  });
  const fees = listOf(
    formOf({
      kind: isKind,
      periods: listOf(
        formOf({
          tiers: listOf(formOf({ from: isDecimal, rate: isDecimal }), 1),
          numerator: isWhole,
          denominator: isWhole,
        }),
      ),
    }),
  );
  const inputs = formOf({
    baseCurrency: isCurrency,
    navDecimals: isCount,
    navRounding: oneOf("HALF_UP", "HALF_EVEN", "DOWN"),
    since: orNull(isDate),
    rates: listOf(rate),
    positions: listOf(position),
    interests: listOf(formOf({ currency: isCurrency, due: isDecimal, posted: isDecimal })),
    exchanges: listOf(formOf({ currency: isCurrency, net: isDecimal, carried: isDecimal })),
    unallocated: isDecimal,
    fees,
    classes: listOf(
      formOf({
        classId: isId,
        code: isText,
        currency: isCurrency,
        units: isDecimal,
        opening: isDecimal,
        ownItems: isDecimal,
        ownItemsEver: isDecimal,
        fees,
      }),
    ),
  });
  const classFigures = listOf(
    formOf({
      classId: isId,
      code: isText,
      currency: isCurrency,
      units: isDecimal,
      fees: isDecimal,
      commonShare: isDecimal,
      result: isDecimal,
      netAssetsBase: isDecimal,
      netAssets: isDecimal,
      navPerUnit: orNull(isDecimal),
    }),
  );
  const figures = formOf({
    netAssets: isDecimal,
    commonResult: isDecimal,
    unallocated: isDecimal,
    classes: classFigures,
    fees: listOf(formOf({ kind: isKind, classId: orNull(isId), amount: isDecimal })),
    revaluations: listOf(
      formOf({ currency: isCurrency, net: isDecimal, carried: isDecimal, change: isDecimal }),
    ),
  });
  const check = formOf({
    kind: isText,
    severity: oneOf("BLOCKING", "WARNING"),
    threshold: orNull(isString),
    count: isCount,
    rows: listOf(formOf({ subject: isString, found: isString })),
  });
  const restatement = formOf({
    restatementId: isId,
    supersedes: isId,
    reason: isText,
    compensations: listOf(
      formOf({
        orderId: isId,
        classId: isId,
        accountId: isId,
        kind: oneOf("UNITS", "BY_MANAGER", "TO_INVESTOR", "RATE", "RATE_OF_CHARGE"),
        units: isDecimal,
        currency: isCurrency,
        amount: isDecimal,
        amountBase: isDecimal,
      }),
    ),
  });
  const ofValuation = { valuationId: isId, fundId: isId, navDate: isDate };
  return {
    NavCalculated: formOf({
      ...ofValuation,
      currency: isCurrency,
      readAt: isCount,
      tenantReadAt: isCount,
      inputsHash: isHash,
      inputs: isMember(inputs),
      checks: listOf(check),
      figures: orNull(isMember(figures)),
      "makerOwner?": isString,
      "restatement?": isMember(restatement),
    }),
    NavPublished: formOf({
      ...ofValuation,
      currency: isCurrency,
      netAssets: isDecimal,
      classes: classFigures,
      "supersedes?": isId,
      ...ofDecider,
      transactionIds: (value) => Array.isArray(value) && value.every(isId),
    }),
    NavDiscarded: formOf({ ...ofValuation, reason: isText }),
  };
}
