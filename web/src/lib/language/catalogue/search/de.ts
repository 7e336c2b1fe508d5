import type { Catalogue } from "./en.ts";

/** The texts of the palette, of the search and of the list of shortcuts in German. */
export const de: Catalogue = {
  "search.title": "Suche",
  "search.label": "Wörter, ein Name, ein Code oder ein Betrag",
  "search.hint": "Seite, Fonds, Konto, Aktion, oder Wörter und Betrag einer Buchung",
  "search.about":
    "Findet Seiten, Fonds, Konten, Aktionen, und Buchungen nach Wortanfängen oder Betrag.",
  "search.unsearched": "Einige Fonds konnten nicht durchsucht werden.",
  "search.nothing": "Nichts gefunden",
  "search.nothingFits": "Keine Seite, kein Fonds, kein Konto und keine Buchung passt.",
  "search.nothingYet": "In den bisher durchsuchten Fonds passt nichts.",
  "search.places": "Seiten, Fonds und Konten",
  "search.allInFund": "Alle passenden in diesem Fonds",
  "search.filterInFund": "In diesem Fonds filtern",
  "search.nextFunds": "Die nächsten Fonds durchsuchen",
  "search.searching": "Buchungen werden durchsucht…",
  "search.count": { one: "{count} gefunden.", other: "{count} gefunden." },
  "search.found": "Gefunden",
  "search.everything": "Alles zu „{typed}“",
  "search.inAllFunds": "in allen Fonds",
  "search.kind.action": "Aktionen",
  "search.kind.page": "Seiten",
  "search.kind.fund": "Fonds",
  "search.kind.account": "Konten",
  "action.reverse": "Diese Buchung stornieren",
  "action.exportCsv": "Buchungen als CSV exportieren",
  "action.exportXlsx": "Buchungen als XLSX exportieren",
  "keys.title": "Tastenkürzel",
  "keys.palette": "Seiten, Fonds, Konten, Aktionen und Buchungen suchen",
  "keys.off": "Tasten ohne Strg lassen sich im Menü unter Ihrem Namen abschalten.",
  "keys.close": "Schließen",
};
