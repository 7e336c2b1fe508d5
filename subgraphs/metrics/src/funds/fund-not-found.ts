import { AppError } from "@allfunds/contract/errors";

/** One sentence for a fund that is not there, is another tenant's or was not granted. */
export const fundNotFound = (): AppError =>
  new AppError("FUND_NOT_FOUND", "There is no such fund.");
