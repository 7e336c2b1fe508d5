import { refuse } from "./fault.mjs";
import { requireFirstOpen } from "./periods.mjs";
import { isIsin, toScaled } from "./values.mjs";

const LOT_SCALE = 18;

/** Units x 10^-18. */
function unitsOf(text) {
  const { unscaled, scale } = toScaled(text);
  if (scale > LOT_SCALE) refuse("LOTS", `${text} has more than ${LOT_SCALE} decimals`);
  return unscaled * 10n ** BigInt(LOT_SCALE - scale);
}

/** What moves lots is in the fund's book once; what it posts follows right behind. */
export function recordFact(book, { fact, earlier, lots, transactionId, judged }) {
  checkLots(book);
  if (fact.kind === "BUY" || fact.kind === "SELL") judgeTrade(book, transactionId, judged);
  else judgeFact(book, { transactionId, judged });
  const { id, isin } = fact;
  if (book.facts.has(id)) refuse("LOTS", `${id} was recorded before`);
  if (!isIsin(isin)) refuse("LOTS", `${isin} is no ISIN`);
  if (earlier > book.facts.size) refuse("LOTS", `${id} follows more facts than there are`);
  const { date, bookedOn } = fact;
  book.facts.set(id, { isin, status: "BOOKED", bookedOn });
  changeLots(book, lots);
  awaitLate(book, id, transactionId, { date, bookedOn });
}

/** What a trade posts is judged by limits; trades of earlier versions were not. */
export function judgeTrade(book, transactionId, judged) {
  if (judged === undefined && book.tradesAreJudged) {
    refuse("APPROVAL", "a trade was recorded without a look at limits");
  }
  if (judged === undefined) return;
  book.tradesAreJudged = true;
  book.judgedPostings.add(transactionId);
}

/** The same of what becomes of a trade, and of a corporate action. */
export function judgeFact(book, { transactionId, judged }) {
  if (judged === undefined && book.factsAreJudged) {
    refuse("APPROVAL", "a trade or corporate action was recorded without a look at limits");
  }
  if (judged === undefined) return;
  book.factsAreJudged = true;
  if (transactionId !== null) book.judgedPostings.add(transactionId);
}

function changeLots(book, lots) {
  for (const { isin, lotId, side, quantity, cost, baseCost, currency } of lots) {
    const key = `${isin} ${side} ${lotId}`;
    const before = book.lots.get(key) ?? { quantity: 0n, cost: 0n, baseCost: 0n };
    book.lots.set(key, {
      quantity: before.quantity + unitsOf(quantity),
      cost: before.cost + book.amounts.minor(cost, currency),
      baseCost: before.baseCost + book.amounts.minor(baseCost, book.currency),
    });
    book.changedLots.add(key);
  }
}

/**
 * A lot never holds less than nothing, and one without units has no cost. A fact that came late leaves lots so only
 * together with the replay behind it: so this is checked before the next fact, and at the end.
 */
function checkLots(book) {
  for (const key of book.changedLots) {
    const { quantity, cost, baseCost } = book.lots.get(key);
    if (quantity < 0n) refuse("LOTS", `the lot ${key} gives more than it holds`);
    if (quantity > 0n) continue;
    if (cost !== 0n || baseCost !== 0n) refuse("LOTS", `the lot ${key} is gone, but not its cost`);
    book.lots.delete(key);
  }
  book.changedLots.clear();
}

/** At the end of the book nothing is left open. */
export function checkPortfolioEnd(book) {
  checkLots(book);
  for (const [transactionId, { factId }] of book.awaitedPostings) {
    refuse("LOTS", `the transaction ${transactionId} of ${factId} is not there`);
  }
}

/** A transaction that is named here has to come, with this value date. */
function awaitPosting(book, factId, transactionId, valueDate) {
  if (transactionId !== null) book.awaitedPostings.set(transactionId, { factId, valueDate });
}

/** The same of one that takes effect on the first open day. */
export function awaitLate(book, factId, transactionId, { date, bookedOn }) {
  if (transactionId === null) return;
  requireFirstOpen(book, date, bookedOn);
  awaitPosting(book, factId, transactionId, bookedOn);
}

/** The same of cash against what was owed. */
export const awaitSettlement = (book, factId, { transactionId, date }) =>
  awaitPosting(book, factId, transactionId, date);

/** A posting of a trade or corporate action is the one that its fact named. */
export function settlePosting(book, { transactionId, source, effectiveDate }) {
  if (source.fact !== "TRADE" && source.fact !== "CORPORATE_ACTION") return;
  const awaited = book.awaitedPostings.get(transactionId);
  if (awaited?.factId !== source.factId) {
    refuse("LOTS", `no trade or corporate action led to the transaction ${transactionId}`);
  }
  if (awaited.valueDate !== effectiveDate) {
    refuse(
      "LOTS",
      `the transaction ${transactionId} is posted on another day than ${awaited.valueDate}`,
    );
  }
  book.awaitedPostings.delete(transactionId);
}

function requireFact(book, id) {
  const fact = book.facts.get(id);
  if (fact === undefined) refuse("LOTS", `the book has no trade or corporate action ${id}`);
  return fact;
}

const idOf = ({ tradeId, actionId }) => tradeId ?? actionId;

/** Cash against what was owed, once. */
export function settleFact(book, payload) {
  const fact = requireFact(book, idOf(payload));
  if (fact.status !== "BOOKED" && fact.status !== "FAILED") {
    refuse("LOTS", `${idOf(payload)} is ${fact.status.toLowerCase()} already`);
  }
  fact.status = "SETTLED";
  judgeFact(book, payload);
  awaitSettlement(book, idOf(payload), payload);
}

export function failFact(book, payload) {
  const fact = requireFact(book, idOf(payload));
  if (fact.status !== "BOOKED" && fact.status !== "FAILED") {
    refuse("LOTS", `${idOf(payload)} is ${fact.status.toLowerCase()} already`);
  }
  fact.status = "FAILED";
}

/** A reversal of all that it changed. */
export function cancelFact(book, payload) {
  checkLots(book);
  const fact = requireFact(book, idOf(payload));
  if (fact.status === "CANCELLED") refuse("LOTS", `${idOf(payload)} is cancelled already`);
  fact.status = "CANCELLED";
  judgeFact(book, payload);
  changeLots(book, payload.lots);
  const { transactionId, bookedOn } = payload;
  awaitLate(book, idOf(payload), transactionId, { date: fact.bookedOn, bookedOn });
}

/** What facts behind one that came late, or was taken away, now lead to. */
export function replayLots(book, { causeId, facts }) {
  requireFact(book, causeId);
  for (const { factId, bookedOn, lots, transactionId } of facts) {
    const { bookedOn: date } = requireFact(book, factId);
    changeLots(book, lots);
    awaitLate(book, factId, transactionId, { date, bookedOn });
  }
}
