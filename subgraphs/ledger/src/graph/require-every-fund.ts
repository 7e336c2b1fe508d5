import { AppError } from "@allfunds/contract/errors";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { grantsOf } from "@allfunds/platform/tenancy";

/** Refuses callers with a list of funds what holds in every fund of the tenant: FORBIDDEN. */
export function requireEveryFund(request: RequestContext, why: string): void {
  if (grantsOf(request) !== ALL_GRANTED) throw new AppError("FORBIDDEN", why);
}
