import type { CatalogueOf, Message } from "../message.ts";

/** The texts of Home in English. */
export const en = {
  "home.title": "Overview",
  "home.figuresMissing": "Some figures are missing.",
  "home.steps": "Three steps to the first figures:",
  "home.stepChart": ", with a chart of accounts to begin with.",
  "home.stepImport": "Import a bank statement into its cash account, or post a transaction.",
  "home.stepCategories": "Confirm the categories that were found.",
  "home.noAccess": "A fund appears here when one was opened and you were given access to it.",
  "home.oldest": "The {shown} oldest of {all} funds; the others are in the list of funds.",
  "home.cashIn": "Cash of all funds in {currency}",
  "home.cashByMonth": "Cash of all funds in {currency} by month",
  "home.netAssetsIn": "Net assets of all funds in {currency}",
  "home.netAssetsByMonth": "Net assets of all funds in {currency} by month",
  "home.amountsIn": "Amounts in",
  "home.ownCurrencies": "Each fund’s currency",
  "home.noRates":
    "No sum of all funds in {currency}: part of what they hold has no exchange rate to it.",
  "home.leftOut": {
    one: "{count} month is left out: a part of it has no exchange rate.",
    other: "{count} months are left out: a part of them has no exchange rate.",
  },
  "home.ofPosting": "a posting",
  "home.convertedAt": "Converted at:",
  "home.insightsMissing": "Some insights are missing.",
  "home.latest": "Latest transactions",
  "home.counted": "{counted} of {all} funds",
  "figure.nav": "NAV",
} as const satisfies Record<string, Message>;

export type Catalogue = CatalogueOf<typeof en>;
