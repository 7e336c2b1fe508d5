import { COARSE, fitEts, type EtsForm, type EtsModel } from "./ets.ts";

/** Longest season that a model keeps states for, as in R's `ets`. */
const LONGEST_ETS_SEASON = 24;

/**
 * The forms that are tried, R's restrictions kept: no multiplicative season with additive errors,
 * multiplicative parts for positive series only.
 */
function formsFor(values: Float64Array, seasonLength: number): readonly EtsForm[] {
  const positive = values.every((value) => value > 0);
  const forms: EtsForm[] = [];
  const isSeasonal = seasonLength > 1 && seasonLength <= LONGEST_ETS_SEASON;
  for (const error of positive ? (["A", "M"] as const) : (["A"] as const)) {
    for (const trend of ["N", "A", "Ad"] as const) {
      forms.push({ error, trend, season: "N" });
      if (!isSeasonal) continue;
      forms.push({ error, trend, season: "A" });
      if (error === "M") forms.push({ error, trend, season: "M" });
    }
  }
  return forms;
}

/** All forms that suit the series, fitted; the best by AICc first. */
export function rankEts(values: Float64Array, seasonLength: number): readonly EtsModel[] {
  return formsFor(values, seasonLength)
    .map((form) => fitEts(values, seasonLength, form, COARSE))
    .filter((model) => model !== null)
    .sort((one, other) => one.aicc - other.aicc);
}

/** The model with the smallest AICc; null when the series is too short for any. */
export function selectEts(values: Float64Array, seasonLength: number): EtsModel | null {
  return rankEts(values, seasonLength)[0] ?? null;
}
