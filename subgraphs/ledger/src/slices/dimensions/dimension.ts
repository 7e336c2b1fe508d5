import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import type { EventPlace } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { checkText, Findings } from "../../engine/input-rules.ts";
import { defineSlice } from "../../engine/slice.ts";
import { CreateDimensions } from "./dimension-migrations.ts";
import {
  COUNTERPARTY_DIMENSION,
  DIMENSION,
  DIMENSION_VALUE,
  isDimensionName,
  isDimensionValue,
  valueKey,
  type DimensionState,
} from "./entry-dimensions.ts";

/** What entries of a tenant are distinguished by, such as cost centres or projects. */
interface DimensionContent {
  /** Null: dimensions are the tenant's. */
  readonly fundId: null;
  readonly dimension: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly requiredTypes: readonly AccountType[];
  readonly requiredCodes: readonly string[];
}

/** The command to keep a dimension, whole but for its values: a new one, or the next version. */
export interface SetDimension extends DimensionContent {
  readonly kind: "SetDimension";
  /** The version that it replaces; 0 for none. */
  readonly replaces: number;
}

/** A dimension is so from now on. */
export interface DimensionSet extends DimensionContent {
  readonly type: "DimensionSet";
  readonly version: number;
}

interface ValueContent {
  readonly value: string;
  readonly name: string;
  readonly isActive: boolean;
}

/** The command to add values to a dimension, or to change some. */
export interface SetDimensionValues {
  readonly kind: "SetDimensionValues";
  readonly fundId: null;
  readonly dimension: string;
  readonly values: readonly ValueContent[];
}

/** Values of a dimension are so from now on. */
export interface DimensionValuesSet extends Omit<SetDimensionValues, "kind"> {
  readonly type: "DimensionValuesSet";
}

const MOST_DIMENSIONS = 20;
const MOST_VALUES = 5_000;
const MOST_AT_ONCE = 500;
const MOST_CODES = 100;

function decideSetDimension(command: SetDimension, state: BookState): [DimensionSet] {
  const { kind: _kind, replaces, ...content } = command;
  checkDimension(content);
  const version = state.get(DIMENSION, content.dimension)?.version ?? 0;
  if (version !== replaces) {
    throw new AppError(
      "VERSION_CONFLICT",
      `The dimension is at version ${version}, not ${replaces}.`,
    );
  }
  if (version === 0 && state.all(DIMENSION).size >= MOST_DIMENSIONS) {
    throw invalidInput("dimension", `a tenant has at most ${MOST_DIMENSIONS} dimensions`);
  }
  return [{ type: "DimensionSet", ...content, version: version + 1 }];
}

function checkDimension({ dimension, name, requiredCodes, requiredTypes }: DimensionContent): void {
  const findings = new Findings();
  if (!isDimensionName(dimension)) {
    findings.add("dimension", "must be a to z first, then up to 39 of a to z, A to Z and digits");
  }
  checkText(findings, "name", name, { min: 1, max: 140 });
  if (requiredCodes.length > MOST_CODES) {
    findings.add("requiredCodes", `must be at most ${MOST_CODES}`);
  }
  for (const [index, code] of requiredCodes.entries()) {
    checkText(findings, `requiredCodes.${index}`, code, { min: 1, max: 40 });
    if (requiredCodes.indexOf(code) !== index) {
      findings.add(`requiredCodes.${index}`, "is there twice");
    }
  }
  if (new Set(requiredTypes).size !== requiredTypes.length) {
    findings.add("requiredTypes", "has a type twice");
  }
  findings.refuseIfAny();
}

function decideSetValues(command: SetDimensionValues, state: BookState): [DimensionValuesSet] {
  const { kind: _kind, ...content } = command;
  checkValues(content, state);
  const before = state.get(DIMENSION, content.dimension)?.values ?? 0;
  if (before + newValues(content, state) > MOST_VALUES) {
    throw invalidInput("values", `a dimension has at most ${MOST_VALUES} values`);
  }
  return [{ type: "DimensionValuesSet", ...content }];
}

const newValues = (
  { dimension, values }: Omit<SetDimensionValues, "kind">,
  state: BookState,
): number =>
  values.filter(({ value }) => state.get(DIMENSION_VALUE, valueKey(dimension, value)) === undefined)
    .length;

function checkValues(
  { dimension, values }: Omit<SetDimensionValues, "kind">,
  state: BookState,
): void {
  if (dimension === COUNTERPARTY_DIMENSION) {
    throw invalidInput("dimension", "has the counterparties of each fund as its values");
  }
  if (state.get(DIMENSION, dimension) === undefined) {
    throw new AppError("NOT_FOUND", `There is no dimension ${dimension.slice(0, 80)}.`);
  }
  const findings = new Findings();
  if (values.length < 1 || values.length > MOST_AT_ONCE) {
    findings.add("values", `must be 1 to ${MOST_AT_ONCE}`);
  }
  const seen = new Set<string>();
  for (const [index, { value, name }] of values.entries()) {
    if (!isDimensionValue(value)) {
      findings.add(
        `values.${index}.value`,
        "must be 1 to 40 of a to z, A to Z, digits, and . _ / - but not first",
      );
    }
    if (seen.has(value)) findings.add(`values.${index}.value`, "is there twice");
    seen.add(value);
    checkText(findings, `values.${index}.name`, name, { min: 1, max: 140 });
  }
  findings.refuseIfAny();
}

function evolveDimension(draft: BookState, event: DimensionSet, { position }: EventPlace): void {
  const { dimension, version, isActive, requiredTypes, requiredCodes } = event;
  const values = draft.get(DIMENSION, dimension)?.values ?? 0;
  const row: DimensionState = {
    dimension,
    version,
    position,
    isActive,
    requiredTypes,
    requiredCodes,
    values,
  };
  draft.put(DIMENSION, dimension, row);
}

function evolveValues(draft: BookState, event: DimensionValuesSet): void {
  const { dimension, values } = event;
  const row = draft.get(DIMENSION, dimension);
  if (row !== undefined) {
    draft.put(DIMENSION, dimension, { ...row, values: row.values + newValues(event, draft) });
  }
  for (const { value, name, isActive } of values) {
    const key = valueKey(dimension, value);
    draft.put(DIMENSION_VALUE, key, { key, dimension, value, name, isActive });
  }
}

export const DIMENSIONS = defineSlice<
  SetDimension | SetDimensionValues,
  DimensionSet | DimensionValuesSet
>({
  name: "dimensions",
  tables: [DIMENSION, DIMENSION_VALUE],
  migrations: [{ name: "0142-dimensions", class: CreateDimensions }],
  commands: {
    SetDimension: { decide: decideSetDimension },
    SetDimensionValues: { decide: decideSetValues },
  },
  events: {
    DimensionSet: {
      codec: codecOf<DimensionSet>("DimensionSet"),
      evolve: evolveDimension,
      check: (state, event) => {
        checkDimension(event);
        if (event.version !== (state.get(DIMENSION, event.dimension)?.version ?? 0) + 1) {
          throw new AppError("VERSION_CONFLICT", "The version does not follow the one before.");
        }
      },
    },
    DimensionValuesSet: {
      codec: codecOf<DimensionValuesSet>("DimensionValuesSet"),
      evolve: evolveValues,
      check: (state, event) => checkValues(event, state),
    },
  },
});
