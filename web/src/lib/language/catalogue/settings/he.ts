import type { Catalogue } from "./en.ts";

/** The texts of approvals, audit and settings in Hebrew. */
export const he: Catalogue = {
};
