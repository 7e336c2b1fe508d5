import type { CatalogueOf, Message } from "../message.ts";

/** The texts of accounts, statements and transactions in English. */
export const en = {
} as const satisfies Record<string, Message>;

export type Catalogue = CatalogueOf<typeof en>;
