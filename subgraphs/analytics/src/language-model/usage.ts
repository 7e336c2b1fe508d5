import type { ModelRequest, ReportedUsage } from "./language-model.ts";
import { isFailure } from "./model-failure.ts";

/** Tokens of one call. */
export interface Usage {
  readonly inputTokens: number;
  /** With the model's thoughts. */
  readonly outputTokens: number;
  /** True when the service reported nothing, or what cannot be. */
  readonly isEstimate: boolean;
}

export const totalOf = ({ inputTokens, outputTokens }: Usage): number => inputTokens + outputTokens;

const NOTHING: Usage = { inputTokens: 0, outputTokens: 0, isEstimate: false };

/** Tokens that a service adds to mark turns and roles. */
const FRAME = 256;

/** More than the call can use: a token is at least one byte, and the output has its limit. */
export const mostOf = ({
  system,
  turns,
  tools,
  answerSchema,
  maxOutputTokens,
}: ModelRequest): Usage => ({
  inputTokens: Buffer.byteLength(JSON.stringify([system, turns, tools, answerSchema])) + FRAME,
  outputTokens: maxOutputTokens,
  isEstimate: true,
});

/**
 * What is counted for a call that reported this: the report, or the estimate when the report lacks a number,
 * has one that is no count, contradicts itself, or is more than the call can have used.
 */
export function countedUsage(
  { inputTokens, outputTokens = 0, totalTokens }: ReportedUsage,
  most: Usage,
): Usage {
  const isSound =
    isCount(inputTokens) &&
    isCount(outputTokens) &&
    isCount(totalTokens) &&
    inputTokens > 0 &&
    totalTokens >= inputTokens + outputTokens &&
    totalTokens <= totalOf(most);
  if (!isSound) return most;
  // Thoughts are in the total alone, and are charged as output.
  return { inputTokens, outputTokens: totalTokens - inputTokens, isEstimate: false };
}

/** What is counted for a call that failed: nothing when the service certainly charges nothing. */
export function countedAfter(error: unknown, most: Usage): Usage {
  if (!isFailure(error)) return most;
  if (!error.mayBeCharged) return NOTHING;
  return error.usage === undefined ? most : countedUsage(error.usage, most);
}

const isCount = (value: number | undefined): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value >= 0;
