import { textBy, type Translate } from "../language/messages.ts";
import { roleName } from "./viewer.ts";

/** The name of a role; of one that the catalogue lacks, its own words. */
export const roleText = (role: string, t: Translate): string =>
  textBy(t, `role.${role}`) ?? roleName(role);
