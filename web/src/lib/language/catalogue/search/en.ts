import type { CatalogueOf, Message } from "../message.ts";

/** The texts of the palette, of the search and of the list of shortcuts in English. */
export const en = {
  "search.title": "Search",
  "search.label": "Words, a name, a code or an amount",
  "search.hint": "Page, fund, account, action, or words and amount of a transaction",
  "search.about":
    "Finds pages, funds, accounts, actions, and transactions by the beginnings of words or by amount.",
  "search.unsearched": "Some funds could not be searched.",
  "search.nothing": "Nothing found",
  "search.nothingFits": "No page, fund, account or transaction fits.",
  "search.nothingYet": "Nothing fits in the funds searched so far.",
  "search.places": "Pages, funds and accounts",
  "search.allInFund": "All that fit in this fund",
  "search.filterInFund": "Filter in this fund",
  "search.nextFunds": "Search the next funds",
  "search.searching": "Searching transactions…",
  "search.count": { one: "{count} found.", other: "{count} found." },
  "search.found": "Found",
  "search.everything": "Everything about “{typed}”",
  "search.inAllFunds": "in all funds",
  "search.kind.action": "Actions",
  "search.kind.page": "Pages",
  "search.kind.fund": "Funds",
  "search.kind.account": "Accounts",
  "action.reverse": "Reverse this transaction",
  "action.exportCsv": "Export transactions as CSV",
  "action.exportXlsx": "Export transactions as XLSX",
  "keys.title": "Keyboard shortcuts",
  "keys.palette": "Search pages, funds, accounts, actions and transactions",
  "keys.off": "Keys without Ctrl can be switched off in the menu under your name.",
  "keys.close": "Close",
} as const satisfies Record<string, Message>;

export type Catalogue = CatalogueOf<typeof en>;
