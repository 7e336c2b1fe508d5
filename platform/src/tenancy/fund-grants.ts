import { ALL_FUNDS, type Caller } from "../caller.ts";
import type { RequestContext } from "../context.ts";
import { isId } from "../ids.ts";

/** The funds a caller may see: every one, or those on a list. */
export type FundGrants = Caller["funds"];

/** Where callers are not authenticated, all of them see every fund. */
export const grantsOf = ({ caller }: Pick<RequestContext, "caller">): FundGrants =>
  caller?.funds ?? ALL_FUNDS;

/** The grants as the database's rules read them from `app.funds`; what is no id grants nothing. */
export const grantSetting = (funds: FundGrants): string =>
  funds === ALL_FUNDS ? ALL_FUNDS : `{${funds.filter(isId).join(",")}}`;
