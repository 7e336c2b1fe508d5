import type { Catalogue } from "./en.ts";

/** The texts of fund administration in German. */
export const de: Catalogue = {
};
