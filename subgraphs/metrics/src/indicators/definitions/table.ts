import { MOMENTUM } from "./momentum.ts";
import { OVERLAP } from "./overlap.ts";
import { RANGE } from "./range.ts";
import { VOLATILITY, VOLUME } from "./volume.ts";
import type { IndicatorDefinition } from "./definition.ts";

const TABLE = { ...OVERLAP, ...MOMENTUM, ...RANGE, ...VOLUME, ...VOLATILITY };

/** The names of all indicators; those that TA-Lib has too are its names. */
export type IndicatorKind = keyof typeof TABLE;

/** Every indicator with its definition: the schema, docs/metrics.md and the tests are made from it. */
export const INDICATORS: Readonly<Record<IndicatorKind, IndicatorDefinition>> = TABLE;

export const INDICATOR_KINDS = Object.keys(TABLE) as readonly IndicatorKind[];
