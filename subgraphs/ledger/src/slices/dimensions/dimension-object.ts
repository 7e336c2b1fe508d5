import { invalidInput } from "@allfunds/contract/errors";
import type { AccountType } from "@allfunds/contract/events";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Field, InputType, Int, ObjectType } from "type-graphql";
import { ActorObject, REPLAYED } from "../../graph/shared-types.ts";
import { AccountTypeEnum } from "../accounts/account-object.ts";
import { isDimensionName, type EntryDimensions } from "./entry-dimensions.ts";

@InputType({ description: "A value of a dimension that an entry has." })
export class EntryDimensionInput {
  @Field(() => String, {
    description:
      "Name of the dimension, such as `costCentre`; `counterparty` for the counterparties of the fund.",
  })
  dimension!: string;

  @Field(() => String, { description: "One of its values; the id of a counterparty." })
  value!: string;
}

@ObjectType("EntryDimension", { description: "A value of a dimension that an entry has." })
export class EntryDimensionObject {
  @Field(() => String, { description: "Name of the dimension." })
  dimension!: string;

  @Field(() => String, { description: "The value; the id of a counterparty." })
  value!: string;
}

/** Dimensions as events have them; undefined for none. */
export function toDimensions(
  given: readonly EntryDimensionInput[] | null | undefined,
): EntryDimensions | undefined {
  if (given === null || given === undefined || given.length === 0) return undefined;
  const dimensions = new Map<string, string>();
  for (const { dimension, value } of given) {
    if (dimensions.has(dimension)) throw invalidInput("dimensions", `${dimension} is there twice`);
    dimensions.set(dimension, value);
  }
  return Object.fromEntries(dimensions);
}

const MOST_NAMES = 20;

/** Names of dimensions; none when absent. */
export function toDimensionNames(
  path: string,
  given: readonly string[] | null | undefined,
): readonly string[] {
  const names = given ?? [];
  if (names.length > MOST_NAMES) throw invalidInput(path, `must be at most ${MOST_NAMES}`);
  if (!names.every(isDimensionName)) throw invalidInput(path, "has what is not the name of one");
  return names;
}

/** The same as a list, by name. */
export const toDimensionList = (dimensions: EntryDimensions | undefined): EntryDimensionObject[] =>
  Object.entries(dimensions ?? {})
    .map(([dimension, value]) => Object.assign(new EntryDimensionObject(), { dimension, value }))
    .toSorted((a, b) => (a.dimension < b.dimension ? -1 : 1));

@ObjectType("DimensionValue", { description: "A value of a dimension." })
export class DimensionValueObject {
  @Field(() => String, { description: "The value, as entries have it." })
  value!: string;

  @Field(() => String, { description: "What it stands for." })
  name!: string;

  @Field(() => Boolean, { description: "False when new entries carry it no longer." })
  isActive!: boolean;
}

export const DimensionValueConnection = connectionType("DimensionValue", DimensionValueObject);

@RequiresScopes("ledger:read")
@ObjectType("Dimension", {
  description:
    "What entries of all funds of the tenant are distinguished by beside their accounts, such as cost centres or projects.",
})
export class DimensionObject {
  @Field(() => String, { description: "Its name in entries." })
  dimension!: string;

  @Field(() => String, { description: "What it stands for." })
  name!: string;

  @Field(() => Int, { description: "1, 2, 3 … of the dimension." })
  version!: number;

  @Field(() => Boolean, { description: "False when new entries carry it no longer." })
  isActive!: boolean;

  @Field(() => [AccountTypeEnum], {
    description: "New entries on accounts of these types need a value of it.",
  })
  requiredTypes!: AccountType[];

  @Field(() => [String], {
    description: "New entries on accounts whose code begins so need a value of it.",
  })
  requiredCodes!: string[];

  @Field(() => Int, { description: "How many values it has." })
  valueCount!: number;

  @Field(() => DateTimeScalar, { description: "When this version was set." })
  setAt!: Date;

  @Field(() => ActorObject, { nullable: true, description: "Who set it." })
  setBy!: ActorObject;

  @Field(() => Boolean, { description: REPLAYED })
  replayed!: boolean;
}

@InputType({ description: "A dimension of the tenant, whole but for its values." })
export class SetDimensionInput {
  @Field(() => String, {
    description: "Its name in entries: a to z first, then up to 39 of a to z, A to Z and digits.",
  })
  dimension!: string;

  @Field(() => Int, {
    defaultValue: 0,
    description: "The version that it replaces; 0 for a new dimension.",
  })
  replaces!: number;

  @Field(() => String, { description: "What it stands for, 1 to 140 characters." })
  name!: string;

  @Field(() => Boolean, { defaultValue: true, description: "False when it is no longer used." })
  isActive!: boolean;

  @Field(() => [AccountTypeEnum], {
    defaultValue: [],
    description: "New entries on accounts of these types need a value of it.",
  })
  requiredTypes!: AccountType[];

  @Field(() => [String], {
    defaultValue: [],
    description: "New entries on accounts whose code begins so need a value of it; up to 100.",
  })
  requiredCodes!: string[];

  @Field(() => String, { nullable: true, description: "Repeats with the same key set it once." })
  idempotencyKey?: string | null;
}

@InputType({ description: "A value to add to a dimension, or to change." })
export class DimensionValueInput {
  @Field(() => String, {
    description: "1 to 40 of a to z, A to Z, digits, and . _ / - but not first.",
  })
  value!: string;

  @Field(() => String, { description: "What it stands for, 1 to 140 characters." })
  name!: string;

  @Field(() => Boolean, {
    defaultValue: true,
    description: "False when new entries carry it no longer.",
  })
  isActive!: boolean;
}

@InputType({ description: "Values to add to a dimension, or to change; the others stay." })
export class SetDimensionValuesInput {
  @Field(() => String, { description: "Name of the dimension." })
  dimension!: string;

  @Field(() => [DimensionValueInput], { description: "1 to 500." })
  values!: DimensionValueInput[];

  @Field(() => String, { nullable: true, description: "Repeats with the same key set them once." })
  idempotencyKey?: string | null;
}
