import { ALL_GRANTED, type Grants } from "@allfunds/contract/caller";
import { isId } from "../ids.ts";

/** Grants as the database's rules read them; what is no id grants nothing. */
export const grantSetting = (grants: Grants): string =>
  grants === ALL_GRANTED ? ALL_GRANTED : `{${grants.filter(isId).join(",")}}`;
