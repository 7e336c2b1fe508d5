import { AppError } from "@allfunds/contract/errors";

/** Refuses a count above its limit: "The operation has 1000 aliases, more than the 50 allowed." */
export function refuseMoreThan(limit: number, count: number, what: string): void {
  if (count <= limit) return;
  throw new AppError(
    "OPERATION_LIMIT_EXCEEDED",
    `The operation has ${count} ${what}, more than the ${limit} allowed.`,
  );
}
