import { refuse } from "./fault.mjs";

/** Which limit applies is open, because the tenant's own book was not given. */
export const NOT_GIVEN = Symbol("not given");

/** The limits of a tenant's own book, which hold in each of its funds without a limit of its own. */
export class TenantLimits {
  #changesOf = new Map();
  end = 0;

  set(position, currency, minor) {
    const changes = this.#changesOf.get(currency) ?? [];
    changes.push({ position, minor });
    this.#changesOf.set(currency, changes);
  }

  /** The limit in force once the tenant's book had this position. */
  at(currency, position) {
    const changes = this.#changesOf.get(currency) ?? [];
    return changes.findLast((change) => change.position <= position)?.minor ?? null;
  }

  /** Is any limit whose key begins so in force once the tenant's book had this position? */
  hasAny(beginning, position) {
    for (const key of this.#changesOf.keys()) {
      if (key.startsWith(beginning) && this.at(key, position) !== null) return true;
    }
    return false;
  }

  /** Is a limit of postings, or of changes, in force in a currency at the end? */
  limits(currency, isOfChanges) {
    const keys = isOfChanges
      ? [ruleKey("CHANGE", currency)]
      : [currency, byDay(currency), ...POSTING_RULES.map((kind) => ruleKey(kind, currency))];
    return keys.some((key) => this.at(key, Number.POSITIVE_INFINITY) !== null);
  }

  /** Currencies whose limits hold for money in currencies without one. */
  covering() {
    return [...this.#changesOf.keys()]
      .filter((key) => key.startsWith(`${COVERS} `))
      .map((key) => key.slice(COVERS.length + 1));
  }

  wasSetAt(currency, position, minor) {
    const changes = this.#changesOf.get(currency) ?? [];
    return changes.some((change) => change.position === position && change.minor === minor);
  }

  wasEver(currency, minor) {
    return (this.#changesOf.get(currency) ?? []).some((change) => change.minor === minor);
  }
}

/** A limit of the fund, or one of its tenant that the fund's book took over, as books did before `limitsAt`. */
export function setLimit(book, { of, currency, amount, version, per, approvers, coversOthers }) {
  const minor = book.amounts.minorOrNull(amount, currency);
  if (minor !== null && minor < 0n) refuse("APPROVAL", "a limit is not below zero");
  if (coversOthers === true) book.approvalRules.set(ruleKey(COVERS, currency), 0n);
  const kind = kindOf({ per, approvers });
  if (kind !== undefined) {
    if (of !== "FUND" || version !== undefined) {
      refuse("APPROVAL", "such a limit of the tenant stands in the tenant's own book");
    }
    book.approvalRules.set(ruleKey(kind, currency), minor);
    return;
  }
  if (per === "DAY") {
    if (of !== "FUND" || version !== undefined) {
      refuse("APPROVAL", "a tenant's limit by day stands in the tenant's own book");
    }
    book.dayLimits.set(currency, minor);
    return;
  }
  if (of === "FUND") {
    if (version !== undefined) refuse("APPROVAL", "only a tenant's limit has a version");
    book.fundLimits.set(currency, minor);
    return;
  }
  if (version === undefined || version <= (book.adoptedLimits.get(currency)?.version ?? 0)) {
    refuse("APPROVAL", `the tenant's limit in ${currency} is no newer than the one before`);
  }
  const { tenantLimits } = book;
  if (tenantLimits !== undefined) {
    refuseBeyond(tenantLimits, version);
    if (!tenantLimits.wasSetAt(currency, version, minor)) {
      refuse("APPROVAL", `the tenant's book has no such limit in ${currency} at ${version}`);
    }
  }
  book.adoptedLimits.set(currency, { minor, version });
}

/** Marks a currency whose limits also hold for money in currencies without one; limits of earlier versions did not. */
const COVERS = "COVERS_OTHERS";

const POSTING_RULES = ["FUND_DAY", "COUNTERPARTY_DAY", "TWO_APPROVERS", "THREE_APPROVERS"];

/** Is there a limit of any kind for postings in a currency? */
function hasLimit(book, currency, limitsAt) {
  const found = [
    ownOrTenants(book, currency, limitsAt),
    dayLimitFor(book, currency, limitsAt),
    ...POSTING_RULES.map((kind) => ruleFor(book, kind, currency, limitsAt)),
  ];
  if (found.some((limit) => limit !== null && limit !== NOT_GIVEN)) return true;
  return found.includes(NOT_GIVEN) ? NOT_GIVEN : false;
}

/** Is it money in another than the base currency, whose limits hold for it, too? */
function isOtherMoney(book, currency, limitsAt) {
  if (book.currency === undefined || currency === book.currency) return false;
  if (currency.includes("/")) return false;
  const covers = ruleFor(book, COVERS, book.currency, limitsAt);
  return covers === NOT_GIVEN ? NOT_GIVEN : covers !== null;
}

/** Zero for money without any limit where the base currency has one. */
export function limitOfOthers(book, currency, limitsAt) {
  const isOther = isOtherMoney(book, currency, limitsAt);
  if (isOther !== true) return isOther === false ? null : NOT_GIVEN;
  const own = hasLimit(book, currency, limitsAt);
  if (own !== false) return own === true ? null : NOT_GIVEN;
  const ofBase = hasLimit(book, book.currency, limitsAt);
  if (ofBase === NOT_GIVEN) return NOT_GIVEN;
  return ofBase ? 0n : null;
}

/** Is a limit the first one in its currency, none of whose money passed until then, because another one has a limit? */
export function liftsOthers(book, { fundId, currency, per, limitsAt }, minor) {
  if (minor === null || per === "IMPORT_DAY" || currency.includes("/")) return false;
  if (minor === 0n && (per === undefined || per === "CHANGE")) return false;
  const isOfChanges = per === "CHANGE";
  if (fundId === null) {
    const isFirst = !book.ownLimits.limits(currency, isOfChanges);
    return isFirst && isClosedByOthers(book, currency, isOfChanges);
  }
  const isOther = isOtherMoney(book, currency, limitsAt);
  if (isOther !== true) return isOther;
  const isLimited = (of) => {
    if (!isOfChanges) return hasLimit(book, of, limitsAt);
    const limit = ruleFor(book, "CHANGE", of, limitsAt);
    return limit === NOT_GIVEN ? NOT_GIVEN : limit !== null;
  };
  const [own, ofBase] = [isLimited(currency), isLimited(book.currency)];
  if (own === true || ofBase === false) return false;
  return own === NOT_GIVEN || ofBase === NOT_GIVEN ? NOT_GIVEN : true;
}

/** Has a tenant limits in another currency that hold for money in currencies without one? */
export function isClosedByOthers({ ownLimits }, currency, isOfChanges) {
  if (currency.includes("/")) return false;
  const covering = ownLimits.covering().filter((other) => other !== currency);
  return covering.some((other) => ownLimits.limits(other, isOfChanges));
}

const ruleKey = (kind, currency) => `${kind} ${currency}`;

/** Which of the limits beside those of one posting and of one person's day it is; undefined for these. */
function kindOf({ per, approvers }) {
  if (per !== undefined && approvers !== undefined) {
    refuse("APPROVAL", "a limit by day has one approver");
  }
  if (approvers !== undefined) return approvers === 2 ? "TWO_APPROVERS" : "THREE_APPROVERS";
  return per === "DAY" ? undefined : per;
}

/** The limit of such a kind: the fund's own, else the tenant's, else null. */
export function ruleFor(book, kind, currency, limitsAt) {
  const key = ruleKey(kind, currency);
  const own = book.approvalRules.get(key) ?? null;
  if (own !== null) return own;
  if (limitsAt === undefined || limitsAt === 0) return null;
  return book.tenantLimits === undefined ? NOT_GIVEN : book.tenantLimits.at(key, limitsAt);
}

/** In a tenant's own book its limits are those that stand there. */
const inPlace = (book, kind, currency, { fundId, limitsAt }) =>
  fundId === null
    ? book.ownLimits.at(ruleKey(kind, currency), Number.POSITIVE_INFINITY)
    : ruleFor(book, kind, currency, limitsAt);

/** The limit of sensitive changes in a currency. */
export function changeLimitFor(book, currency, place) {
  const limit = inPlace(book, "CHANGE", currency, place);
  if (limit !== null || place.fundId === null) return limit;
  const isOther = isOtherMoney(book, currency, place.limitsAt);
  if (isOther !== true) return isOther === false ? null : NOT_GIVEN;
  const ofBase = inPlace(book, "CHANGE", book.currency, place);
  return typeof ofBase === "bigint" ? 0n : ofBase;
}

/** Is there a limit of changes in any currency, so that what has no amount needs approval? */
export function guardsChanges(book, { limitsAt }) {
  for (const [key, minor] of book.approvalRules) {
    if (key.startsWith("CHANGE ") && minor !== null) return true;
  }
  if (limitsAt === undefined || limitsAt === 0) return false;
  return book.tenantLimits === undefined
    ? NOT_GIVEN
    : book.tenantLimits.hasAny("CHANGE ", limitsAt);
}

/** Under which a tenant's own book has a limit. */
function tenantKeyOf({ currency, per, approvers }) {
  const kind = kindOf({ per, approvers });
  if (kind !== undefined) return ruleKey(kind, currency);
  return per === "DAY" ? byDay(currency) : currency;
}

/** The limit that takes the place of a fund's own where that has none: its tenant's. */
export function fallbackOf(book, { fundId, limitsAt, ...limit }) {
  if (fundId === null || limitsAt === undefined || limitsAt === 0) return null;
  if (book.tenantLimits === undefined) return NOT_GIVEN;
  return book.tenantLimits.at(tenantKeyOf(limit), limitsAt);
}

/** The limit that a book itself has in the place of the given one; null for none. */
export function ownLimitOf(book, { fundId, currency, per, approvers }) {
  const kind = kindOf({ per, approvers });
  if (fundId === null) {
    const key = tenantKeyOf({ currency, per, approvers });
    return book.ownLimits.at(key, Number.POSITIVE_INFINITY);
  }
  if (kind !== undefined) return book.approvalRules.get(ruleKey(kind, currency)) ?? null;
  return (per === "DAY" ? book.dayLimits : book.fundLimits).get(currency) ?? null;
}

/**
 * How many people have to approve an amount, and the limit that demands more than one; `null` is above every limit.
 * `place` is where limits are read: a position of the tenant's book, or an event.
 */
export function severalFor(book, currency, amount, place) {
  const at = place !== null && typeof place === "object" ? place : { limitsAt: place };
  for (const [approvers, kind] of [
    [3, "THREE_APPROVERS"],
    [2, "TWO_APPROVERS"],
  ]) {
    const limit = inPlace(book, kind, currency, at);
    if (limit === NOT_GIVEN) return { approvers: NOT_GIVEN, limit };
    if (limit !== null && (amount === null || amount > limit)) return { approvers, limit };
  }
  return { approvers: 1, limit: null };
}

function refuseBeyond(tenantLimits, position) {
  if (position <= tenantLimits.end) return;
  const what = `the tenant's book that was given ends at ${tenantLimits.end}, before ${position}`;
  refuse("APPROVAL", `${what}: export it after the fund's`);
}

/** A limit in the tenant's own book, where no fund is named. */
export function setTenantLimit(book, payload, { position }) {
  const { of, currency, amount, version, per } = payload;
  const minor = book.amounts.minorOrNull(amount, currency);
  if (of !== "TENANT" || version !== undefined || (minor !== null && minor < 0n)) {
    refuse("APPROVAL", "that is no limit of a tenant's own book");
  }
  const kind = kindOf(payload);
  const ofPerson = per === "DAY" ? byDay(currency) : currency;
  book.ownLimits.set(position, kind === undefined ? ofPerson : ruleKey(kind, currency), minor);
  if (payload.coversOthers === true) book.ownLimits.set(position, ruleKey(COVERS, currency), 0n);
}

/** `limitsAt` is a position of the tenant's book; it never goes back from one posting to the next. */
export function checkLimitsAt(book, limitsAt) {
  if ((limitsAt ?? -1) < (book.limitsAt ?? -1)) {
    refuse("APPROVAL", `limitsAt goes back behind ${book.limitsAt}, where it was before`);
  }
  if (limitsAt === undefined) return;
  book.limitsAt = limitsAt;
  if (book.tenantLimits !== undefined) refuseBeyond(book.tenantLimits, limitsAt);
}

/** What one person may debit in a posting: the fund's own limit, else the tenant's, else what holds for other money. */
export function limitFor(book, currency, limitsAt) {
  return ownOrTenants(book, currency, limitsAt) ?? limitOfOthers(book, currency, limitsAt);
}

/** The fund's own limit, else the tenant's, else null. */
function ownOrTenants(book, currency, limitsAt) {
  const own = book.fundLimits.get(currency) ?? null;
  if (own !== null) return own;
  if (limitsAt === undefined) return book.adoptedLimits.get(currency)?.minor ?? null;
  if (limitsAt === 0) return null;
  return book.tenantLimits === undefined ? NOT_GIVEN : book.tenantLimits.at(currency, limitsAt);
}

const byDay = (currency) => `${currency} by day`;

/** What one person may debit in a day: the fund's own limit, else the tenant's, else null. */
export function dayLimitFor(book, currency, limitsAt) {
  const own = book.dayLimits.get(currency) ?? null;
  if (own !== null) return own;
  if (limitsAt === undefined || limitsAt === 0) return null;
  return book.tenantLimits === undefined
    ? NOT_GIVEN
    : book.tenantLimits.at(byDay(currency), limitsAt);
}

/** What a person debited before on the day of the event, as far as it was counted. */
export function debitedToday(book, person, currency) {
  const sum = book.daySums.get(`${currency} ${person}`);
  return sum?.day === book.day ? sum.minor : 0n;
}

/** The same of all people together, and of what was posted with one counterparty. */
function debitedTogetherToday(book, currency) {
  let sum = 0n;
  for (const [key, { day, minor }] of book.daySums) {
    if (day === book.day && key.startsWith(`${currency} `)) sum += minor;
  }
  return sum;
}

function movedWithToday(book, counterparty, currency) {
  const sum = book.counterpartySums.get(`${currency} ${counterparty}`);
  return sum?.day === book.day ? sum.minor : 0n;
}

/** What entries move with each counterparty in each currency: the larger of their debits and credits. */
export function counterpartySums(book, entries) {
  const sums = new Map();
  for (const { side, amount, currency, dimensions } of entries) {
    const counterparty = dimensions?.counterparty;
    if (counterparty === undefined) continue;
    const key = `${currency} ${counterparty}`;
    const sum = sums.get(key) ?? { counterparty, currency, DEBIT: 0n, CREDIT: 0n };
    sum[side] += book.amounts.minor(amount, currency);
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ DEBIT, CREDIT, ...of }) => ({
    ...of,
    minor: DEBIT > CREDIT ? DEBIT : CREDIT,
  }));
}

/** The further limits by day that debits in one currency are above. */
export function daysAbove(book, { currency, minor, limitsAt, sums }) {
  const together = ruleFor(book, "FUND_DAY", currency, limitsAt);
  const withOne = ruleFor(book, "COUNTERPARTY_DAY", currency, limitsAt);
  if (together === NOT_GIVEN || withOne === NOT_GIVEN) return NOT_GIVEN;
  const isTogether = together !== null && debitedTogetherToday(book, currency) + minor > together;
  const isWithOne =
    withOne !== null &&
    sums.some(
      (sum) =>
        sum.currency === currency &&
        movedWithToday(book, sum.counterparty, currency) + sum.minor > withOne,
    );
  return {
    isLimited: together !== null || withOne !== null,
    together: isTogether ? together : null,
    withOne: isWithOne ? withOne : null,
  };
}

/** Adds what is debited to the day of a person. */
export function countDebits(book, person, debits) {
  for (const [currency, amount] of debits) {
    const minor = debitedToday(book, person, currency) + amount;
    book.daySums.set(`${currency} ${person}`, { day: book.day, minor });
  }
}

/** Adds what is posted with counterparties to their days. */
export function countCounterparties(book, sums) {
  for (const { counterparty, currency, minor: more } of sums) {
    const minor = movedWithToday(book, counterparty, currency) + more;
    book.counterpartySums.set(`${currency} ${counterparty}`, { day: book.day, minor });
  }
}

/** A limit that a proposal shows although the fund has none, and that its event does not place. */
export function checkShownLimit(book, currency, shown) {
  if (shown === (book.adoptedLimits.get(currency)?.minor ?? null)) return;
  if (book.tenantLimits === undefined) book.uncheckedLimits += 1;
  else if (!book.tenantLimits.wasEver(currency, shown)) {
    refuse("APPROVAL", `the tenant never had this limit in ${currency}`);
  }
}
