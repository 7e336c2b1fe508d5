import { createHash } from "node:crypto";
import { canonical } from "./chain.mjs";
import { refuse } from "./fault.mjs";
import { haveOneInCommon, namesOf } from "./people.mjs";
import { requireClass, termsOn } from "./share-classes.mjs";
import { toScaled } from "./values.mjs";

/** A valuation rests on what it names, and its figures add up. */
export function calculateNav(book, payload, { actor }) {
  const { valuationId: id, navDate, currency, inputs, inputsHash, figures, checks } = payload;
  termsOn(book, navDate);
  if (book.valuations.has(id)) refuse("NAV", `valuation ${id} was calculated before`);
  const { restatement } = payload;
  if (restatement === undefined) refuseBehind(book, navDate);
  else requirePublished(book, restatement.supersedes, navDate);
  if (createHash("sha256").update(canonical(inputs)).digest("hex") !== inputsHash) {
    refuse("NAV", "the hash is not that of the inputs");
  }
  if (inputs.baseCurrency !== currency) refuse("NAV", "the inputs are in another currency");
  for (const { classId } of inputs.classes) requireClass(book, classId);
  if (figures !== null) checkFigures(book, inputs, figures);
  book.valuations.set(id, {
    id,
    navDate,
    makers: [actor, payload.makerOwner],
    isOpen: true,
    isPublished: false,
    supersedes: restatement?.supersedes,
    isBlocked: figures === null || checks.some(({ severity }) => severity === "BLOCKING"),
    result: canonical({ netAssets: figures?.netAssets, classes: figures?.classes }),
  });
}

function refuseBehind(book, navDate) {
  if (book.publishedNav !== undefined && navDate <= book.publishedNav) {
    refuse("NAV", `the NAV of ${book.publishedNav} was published before`);
  }
}

/** Net assets of the classes add up to the fund's, and each NAV per unit follows from its class. */
function checkFigures(book, inputs, { netAssets, unallocated, classes }) {
  const minor = (amount) => book.amounts.minor(amount, inputs.baseCurrency);
  const sum = classes.reduce((all, one) => all + minor(one.netAssetsBase), minor(unallocated));
  if (sum !== minor(netAssets)) refuse("NAV", "the classes do not add up to the fund");
  for (const [index, one] of classes.entries()) {
    const { classId, opening } = inputs.classes[index] ?? {};
    if (classId !== one.classId) refuse("NAV", `class ${one.code} was not valued`);
    if (minor(opening) + minor(one.result) !== minor(one.netAssetsBase)) {
      refuse("NAV", `class ${one.code} does not close with what it opened with and its result`);
    }
    checkPerUnit(inputs, one);
  }
}

function checkPerUnit({ baseCurrency, rates, navDecimals, navRounding }, one) {
  const units = toScaled(one.units);
  if ((one.navPerUnit === null) !== (units.unscaled === 0n)) {
    refuse("NAV", `class ${one.code} has units without a NAV, or a NAV without units`);
  }
  if (one.navPerUnit === null) return;
  const assets = toScaled(one.netAssetsBase);
  const rate = rates.find(({ currency }) => currency === one.currency);
  if (rate === undefined && one.currency !== baseCurrency && assets.unscaled !== 0n) {
    refuse("NAV", `there is no rate for class ${one.code}`);
  }
  const [up, down] = [toScaled(rate?.units ?? "1"), toScaled(rate?.per ?? "1")];
  const dividend =
    assets.unscaled * up.unscaled * 10n ** BigInt(units.scale + down.scale + navDecimals);
  const divisor = units.unscaled * down.unscaled * 10n ** BigInt(assets.scale + up.scale);
  if (divideBy(navRounding, dividend, divisor) !== toScaled(one.navPerUnit).unscaled) {
    refuse("NAV", `the NAV per unit of class ${one.code} is not its net assets by its units`);
  }
}

/** Division by a positive number, rounded as the fund's terms name it. */
function divideBy(rounding, dividend, divisor) {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const step = dividend < 0n ? -1n : 1n;
  if (rounding === "DOWN" || twice < divisor) return quotient;
  if (twice > divisor || rounding === "HALF_UP" || quotient % 2n !== 0n) return quotient + step;
  return quotient;
}

function requirePublished(book, id, navDate) {
  const found = book.valuations.get(id);
  if (!found?.isPublished || found.navDate !== navDate) {
    refuse("NAV", `valuation ${id} is not the NAV of ${navDate}`);
  }
  return found;
}

function requireOpen(book, { valuationId, navDate }) {
  const found = book.valuations.get(valuationId);
  if (found === undefined) refuse("NAV", `valuation ${valuationId} was never calculated`);
  if (!found.isOpen) refuse("NAV", `valuation ${valuationId} was decided on before`);
  if (found.navDate !== navDate) refuse("NAV", `valuation ${valuationId} is of another date`);
  return found;
}

/** Another person makes the NAV of a date final; nothing earlier can follow. */
export function publishNav(book, payload, event) {
  const found = requireOpen(book, payload);
  if (haveOneInCommon(found.makers, namesOf(event)))
    refuse("NAV", "who calculated the NAV published it");
  if (found.isBlocked) refuse("NAV", "a blocking check was open");
  if (found.supersedes !== payload.supersedes) refuse("NAV", "it supersedes another valuation");
  if (found.supersedes === undefined) refuseBehind(book, payload.navDate);
  else requirePublished(book, found.supersedes, payload.navDate).isPublished = false;
  found.isPublished = true;
  const { netAssets, classes, transactionIds } = payload;
  if (canonical({ netAssets, classes }) !== found.result) {
    refuse("NAV", "what was published is not what was calculated");
  }
  for (const valuation of book.valuations.values()) {
    if (valuation.navDate <= payload.navDate) valuation.isOpen = false;
  }
  if (payload.navDate > (book.publishedNav ?? "")) book.publishedNav = payload.navDate;
  for (const { classId, navPerUnit } of classes) {
    const shareClass = requireClass(book, classId);
    shareClass.lastPrice = navPerUnit ?? shareClass.lastPrice;
  }
  book.announced = new Set(transactionIds);
}

export function discardNav(book, payload) {
  requireOpen(book, payload).isOpen = false;
}

/** Postings of a NAV are those that its publication announced; others leave published net assets alone. */
export function checkNavPosting(book, { transactionId, source, effectiveDate, entries }) {
  const isOfNav = source.kind === "ADMINISTRATION" && source.fact === "VALUATION";
  if (isOfNav !== book.announced.has(transactionId)) {
    refuse("NAV", `transaction ${transactionId} is not what the NAV before it announced`);
  }
  book.announced.delete(transactionId);
  const isDealing = source.kind === "ADMINISTRATION" && source.fact === "ORDER";
  // The closing of a year moves results to what the classes were allotted of them, and so no net assets.
  const isOfYear = source.kind === "CLOSING" || source.kind === "REOPENING";
  if (isOfNav || isDealing || isOfYear || effectiveDate > (book.publishedNav ?? "")) return;
  for (const { accountId } of entries) {
    const { type, managed } = book.accounts.get(accountId) ?? {};
    if (!managed && (type === "ASSET" || type === "LIABILITY")) continue;
    refuse(
      "NAV",
      `transaction ${transactionId} changes what the NAV of ${book.publishedNav} shows`,
    );
  }
}

/** At the end nothing that a NAV announced is missing. */
export function checkNavEnd({ announced }) {
  if (announced.size > 0) refuse("NAV", "postings of the last NAV are missing");
}
