import type { Catalogue } from "./en.ts";

/** The texts of fund administration in Hebrew. */
export const he: Catalogue = {
};
