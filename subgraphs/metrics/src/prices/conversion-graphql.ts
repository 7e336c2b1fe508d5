import { currencyScale } from "@allfunds/contract/money";
import { DateScalar } from "@allfunds/platform/graphql/types";
import { Field, Int, ObjectType } from "type-graphql";
import { toDay } from "../series/calendar.ts";
import type { Conversion } from "./price-read.ts";

/** The currency that a reader names; null for the subject's own. INVALID_INPUT for what is none. */
export function readerCurrency(given: string | null | undefined, own?: string): string | null {
  if (!given) return null;
  currencyScale(given);
  return given === own ? null : given;
}

/** How each argument `currency` is described. */
export const CURRENCY_ARGUMENT = {
  nullable: true,
  description:
    "Currency of the reader, ISO 4217: every value is converted at a rate of its own day or the seven before, never at a later one; its own by default.",
} as const;

@ObjectType("CurrencyConversion", {
  description: "How prices were converted to the currency of the reader.",
})
export class CurrencyConversionObject {
  @Field(() => String, { description: "The currency of the reader." })
  currency!: string;

  @Field(() => [String], {
    description: "The symbols of the currency pairs that were used, in the order of their use.",
  })
  pairs!: readonly string[];

  @Field(() => DateScalar, {
    nullable: true,
    description: "Day of the newest rate that was used; of several pairs the oldest of them.",
  })
  rateDate!: string | null;

  @Field(() => Int, {
    description: "Prices that are left out: no rate of the seven days up to them is known.",
  })
  withoutRate!: number;

  @Field(() => String, {
    nullable: true,
    description: "Why nothing could be converted; then there are no prices.",
  })
  unavailable!: string | null;
}

/** A conversion with a day instead of an instant; null stays null. */
export const toConversionObject = (
  conversion: Conversion | null,
): CurrencyConversionObject | null =>
  conversion && {
    currency: conversion.currency,
    pairs: conversion.path,
    rateDate: dayOf(conversion),
    withoutRate: conversion.withoutRate,
    unavailable: conversion.unavailable,
  };

const dayOf = ({ lastRate }: Conversion): string | null =>
  lastRate === null ? null : toDay(lastRate);

/** What figures of converted prices have among their inputs. */
export const conversionInputs = (conversion: Conversion | null): Record<string, string | number> =>
  conversion === null
    ? {}
    : {
        currency: conversion.currency,
        currencyPairs: conversion.path.join(", "),
        dateOfLastRate: dayOf(conversion) ?? "none",
        withoutRate: conversion.withoutRate,
      };
