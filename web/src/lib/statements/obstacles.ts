import type { Violation } from "../problems.ts";

/** One thing that stands in the way of a change; its transaction where it is one. */
export interface Obstacle {
  readonly transactionId: string | null;
  readonly message: string;
}

const OF_TRANSACTION = /^transaction ([0-9a-f-]{36})$/;

/** What a refusal or a failed job names one by one. */
export const obstaclesOf = (violations: readonly Violation[]): Obstacle[] =>
  violations.map(({ path, message }) => {
    const transactionId = OF_TRANSACTION.exec(path)?.[1] ?? null;
    return { transactionId, message: transactionId === null ? `${path}: ${message}` : message };
  });
