import { refuse } from "./fault.mjs";
import { awaitLate, awaitSettlement, judgeFact, judgeTrade } from "./portfolio.mjs";
import { toScaled } from "./values.mjs";

/** One currency for another, each worth the same in base; what it posts follows right behind. */
export function recordCurrencyTrade(book, trade) {
  const { tradeId, soldCurrency, boughtCurrency, tradeDate, settlementDate, reference } = trade;
  if (book.currencyTrades.has(tradeId)) refuse("TRADE", `${tradeId} was recorded before`);
  if (reference !== null) {
    if (book.currencyTradeReferences.has(reference)) {
      refuse("TRADE", `another currency trade has the reference ${reference}`);
    }
    book.currencyTradeReferences.add(reference);
  }
  if (soldCurrency === boughtCurrency) refuse("TRADE", `${tradeId} exchanges no currencies`);
  if (settlementDate < tradeDate) refuse("TRADE", `${tradeId} settles before it is traded`);
  const sold = book.amounts.minor(trade.sold, soldCurrency);
  const bought = book.amounts.minor(trade.bought, boughtCurrency);
  const costs = book.amounts.minor(trade.costs, soldCurrency);
  if (sold <= 0n || bought <= 0n || costs < 0n) refuse("TRADE", `${tradeId} has no such amounts`);
  checkWorth(book, trade, { sold, bought, costs });
  const { bookedOn, transactionId } = trade;
  book.currencyTrades.set(tradeId, { status: "BOOKED", bookedOn });
  judgeTrade(book, transactionId, trade.judged);
  awaitLate(book, tradeId, transactionId, { date: tradeDate, bookedOn });
}

/** The side in base is what the deal is worth; without one it follows from the rate. */
function checkWorth(book, trade, { sold, bought, costs }) {
  const { tradeId, boughtCurrency } = trade;
  const soldBase = book.amounts.minor(trade.soldBase, book.currency);
  const costsBase = book.amounts.minor(trade.costsBase, book.currency);
  const worth = boughtCurrency === book.currency ? bought : inBase(book, trade, sold);
  if (soldBase !== worth || costsBase !== inBase(book, trade, costs)) {
    refuse("TRADE", `${tradeId} is worth something else in ${book.currency}`);
  }
}

const power = (scale) => 10n ** BigInt(scale);

/** Minor units x per / units, HALF_UP. */
function inBase(book, { tradeId, soldCurrency, rate }, minor) {
  if (soldCurrency === book.currency || minor === 0n) return minor;
  if (rate === null) refuse("TRADE", `${tradeId} has no rate`);
  const [units, per] = [toScaled(rate.units), toScaled(rate.per)];
  const dividend =
    minor * per.unscaled * power(units.scale) * power(book.amounts.decimals(book.currency));
  const divisor = units.unscaled * power(per.scale) * power(book.amounts.decimals(soldCurrency));
  if (divisor <= 0n) refuse("TRADE", `${tradeId} has a rate of nothing`);
  return (dividend * 2n + divisor) / (divisor * 2n);
}

function endTrade(book, tradeId, status) {
  const trade = book.currencyTrades.get(tradeId);
  if (trade === undefined) refuse("TRADE", `the book has no currency trade ${tradeId}`);
  if (trade.status !== "BOOKED")
    refuse("TRADE", `${tradeId} is ${trade.status.toLowerCase()} already`);
  trade.status = status;
  return trade;
}

export function settleCurrencyTrade(book, payload) {
  endTrade(book, payload.tradeId, "SETTLED");
  judgeFact(book, payload);
  awaitSettlement(book, payload.tradeId, payload);
}

export function cancelCurrencyTrade(book, { tradeId, transactionId, bookedOn, judged }) {
  judgeFact(book, { transactionId, judged });
  const { bookedOn: date } = endTrade(book, tradeId, "CANCELLED");
  awaitLate(book, tradeId, transactionId, { date, bookedOn });
}
