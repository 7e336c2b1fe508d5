import { refuse } from "./fault.mjs";
import { isBoolean, isCount, isObject, isString, isText } from "./values.mjs";

const wrong = (what) => refuse("DIMENSION", what);

const isName = (value) => isString(value) && /^[a-z][A-Za-z0-9]{0,39}$/.test(value);
const isValue = (value) => isString(value) && /^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/.test(value);
const listOf = (check) => (value) => Array.isArray(value) && value.every(check);

/** Values of an entry by dimension; one without any has no such member. */
export const isDimensions = (value) =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(([name, each]) => isName(name) && isValue(each));

/** Payloads of the events of dimensions, from the parts of all forms. */
export function dimensionForms({ formOf, listOf: membersOf, oneOf }) {
  return {
    DimensionSet: formOf({
      fundId: (value) => value === null,
      dimension: isName,
      version: isCount,
      name: isText,
      isActive: isBoolean,
      requiredTypes: listOf(oneOf("ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE")),
      requiredCodes: listOf(isText),
    }),
    DimensionValuesSet: formOf({
      fundId: (value) => value === null,
      dimension: isName,
      values: membersOf(formOf({ value: isValue, name: isText, isActive: isBoolean }), 1),
    }),
  };
}

/** The dimensions of a tenant's own book, as they were at each of its positions. */
export class TenantDimensions {
  /** By dimension: its versions, and by value what became of it. */
  #dimensions = new Map();

  set(position, { dimension, version, ...content }) {
    const known = this.#dimensions.get(dimension) ?? { versions: [], values: new Map() };
    if (version !== known.versions.length + 1)
      wrong(`version ${version} of ${dimension} does not follow the one before`);
    known.versions.push({ position, ...content });
    this.#dimensions.set(dimension, known);
  }

  setValues(position, { dimension, values }) {
    const known = this.#dimensions.get(dimension);
    if (known === undefined || dimension === COUNTERPARTY) wrong(`${dimension} takes no values`);
    const seen = new Set();
    for (const { value, isActive } of values) {
      if (seen.has(value)) wrong(`the value ${value} comes twice`);
      seen.add(value);
      const changes = known.values.get(value) ?? [];
      changes.push({ position, isActive });
      known.values.set(value, changes);
    }
  }

  /** The newest versions at a position of the book. */
  *at(position) {
    for (const [dimension, { versions, values }] of this.#dimensions) {
      const newest = newestAt(versions, position);
      if (newest !== undefined)
        yield { dimension, ...newest, valueAt: (value) => newestAt(values.get(value), position) };
    }
  }
}

const newestAt = (changes = [], position) =>
  changes.findLast((change) => change.position <= position);

const COUNTERPARTY = "counterparty";

export const setDimension = (book, payload, { position }) =>
  book.ownDimensions.set(position, payload);

export const setValues = (book, payload, { position }) =>
  book.ownDimensions.setValues(position, payload);

/** What takes entries back or closes them has their values, also those that are no longer in use. */
const REPEATING = new Set(["REVERSAL", "CLOSING", "REOPENING"]);

/** Entries have values that there are, and those that their accounts need, as far as the tenant's book was given. */
export function checkDimensions(book, { entries, source, limitsAt = 0 }) {
  const isRepeated = REPEATING.has(source.kind);
  for (const { dimensions } of entries) {
    const id = dimensions?.[COUNTERPARTY];
    if (id === undefined) continue;
    const counterparty = book.counterparties.get(id);
    if (counterparty === undefined) wrong(`the fund has no counterparty ${id}`);
    if (counterparty.isClosed && !isRepeated) wrong(`the counterparty ${id} is closed`);
  }
  if (book.tenantDimensions === undefined) return;
  const declared = [...book.tenantDimensions.at(limitsAt)];
  for (const entry of entries) {
    checkValues(declared, entry, isRepeated);
    if (!isRepeated && source.kind !== "ADMINISTRATION") {
      checkComplete(declared, entry, book.accounts.get(entry.accountId));
    }
  }
}

function checkValues(declared, { dimensions = {} }, isRepeated) {
  for (const [name, value] of Object.entries(dimensions)) {
    if (name === COUNTERPARTY) continue;
    const dimension = declared.find((each) => each.dimension === name);
    const known = dimension?.valueAt(value);
    if (known === undefined) wrong(`the tenant had no ${name} ${value}`);
    if (!isRepeated && !(dimension.isActive && known.isActive))
      wrong(`${name} ${value} was no longer in use`);
  }
}

function checkComplete(declared, { dimensions = {} }, { id, code, type }) {
  for (const { dimension, isActive, requiredTypes, requiredCodes } of declared) {
    if (!isActive || dimensions[dimension] !== undefined) continue;
    if (requiredTypes.includes(type) || requiredCodes.some((start) => code.startsWith(start)))
      wrong(`an entry on account ${id} has no ${dimension}, which it needs`);
  }
}

/** In one order, so that the same dimensions are the same text. */
export const spellDimensions = (dimensions = {}) =>
  JSON.stringify(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
