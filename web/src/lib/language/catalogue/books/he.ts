import type { Catalogue } from "./en.ts";

/** The texts of accounts, statements and transactions in Hebrew. */
export const he: Catalogue = {
};
