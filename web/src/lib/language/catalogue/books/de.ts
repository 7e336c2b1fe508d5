import type { Catalogue } from "./en.ts";

/** The texts of accounts, statements and transactions in German. */
export const de: Catalogue = {
};
