import type { Catalogue } from "./en.ts";

/** The texts of approvals, audit and settings in German. */
export const de: Catalogue = {
};
