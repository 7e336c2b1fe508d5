import { refuse } from "./fault.mjs";
import {
  countCounterparties,
  countDebits,
  dayLimitFor,
  daysAbove,
  debitedToday,
  limitFor,
  NOT_GIVEN,
  severalFor,
} from "./limits.mjs";
import { requireClass } from "./share-classes.mjs";
import { toScaled } from "./values.mjs";

/** An order waits for approval when it is above a limit of its time, and never else. */
export function judgeOrder(book, payload) {
  if (payload.leg === "IN") return;
  const { orderId, worth, status, approvers = 1, countedFor } = payload;
  const minor = worthOf(book, payload);
  if (worth === undefined) {
    if (book.ordersAreJudged) refuse("ORDER", `order ${orderId} does not state its worth`);
    return;
  }
  book.ordersAreJudged = true;
  if (book.amounts.minor(worth, payload.currency) !== minor) {
    refuse("ORDER", `order ${orderId} is not worth what it states`);
  }
  const found = limitsAbove(book, payload, minor);
  if (found === NOT_GIVEN) book.uncheckedLimits += 1;
  else checkStatus(found, { orderId, status, approvers, countedFor });
  if (countedFor === undefined) return;
  if (countedFor !== (payload.makerOwner ?? payload.maker)) {
    refuse("ORDER", `order ${orderId} counts for the day of another person`);
  }
  countDebits(book, countedFor, [[payload.currency, minor]]);
  countCounterparties(book, [{ ...withInvestor(payload), minor }]);
}

const withInvestor = ({ investorId, currency }) => ({ counterparty: investorId, currency });

function checkStatus({ isAbove, isCounted, demanded }, { orderId, status, approvers, countedFor }) {
  if (isAbove !== (status === "WAITING_APPROVAL")) {
    refuse("ORDER", `order ${orderId} is ${isAbove ? "above" : "within"} the limits of its day`);
  }
  if (isAbove && (approvers !== demanded || countedFor !== undefined)) {
    refuse("ORDER", `order ${orderId} needs approval by ${String(demanded)} people`);
  }
  if (!isAbove && isCounted !== (countedFor !== undefined)) {
    refuse("ORDER", `order ${orderId} is counted for a day as it should not be`);
  }
}

/** Which limits an order is above; `investorsAt` is the place in the tenant's book of investors and limits alike. */
function limitsAbove(book, payload, minor) {
  const { currency, investorsAt: limitsAt, maker, makerOwner } = payload;
  const one = limitFor(book, currency, limitsAt);
  const ofDay = dayLimitFor(book, currency, limitsAt);
  const sums = [{ ...withInvestor(payload), minor }];
  const days = daysAbove(book, { currency, minor, limitsAt, sums });
  const { approvers: demanded, limit: several } = severalFor(book, currency, minor, limitsAt);
  if ([one, ofDay, days, several].includes(NOT_GIVEN)) return NOT_GIVEN;
  const before = debitedToday(book, makerOwner ?? maker, currency);
  return {
    isAbove:
      (one !== null && minor > one) ||
      (ofDay !== null && before + minor > ofDay) ||
      days.together !== null ||
      days.withOne !== null ||
      several !== null,
    isCounted: ofDay !== null || days.isLimited,
    demanded,
  };
}

/** The amount, or what the units come to at the last price of the class, HALF_UP. */
function worthOf(book, { classId, amount, units, currency }) {
  if (amount !== null) return book.amounts.minor(amount, currency);
  const { isin, unitDecimals, lastPrice } = requireClass(book, classId);
  const { unscaled, scale } = toScaled(lastPrice);
  const count = book.amounts.minor(units, `${isin}/${unitDecimals}`);
  const product = count * unscaled * 10n ** BigInt(book.amounts.decimals(currency));
  const divisor = 10n ** BigInt(unitDecimals + scale);
  const dividend = product < 0n ? -product : product;
  const minor = (2n * dividend + divisor) / (2n * divisor);
  return product < 0n ? -minor : minor;
}
