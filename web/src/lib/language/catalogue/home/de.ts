import type { Catalogue } from "./en.ts";

/** The texts of Home in German. */
export const de: Catalogue = {
  "home.title": "Übersicht",
  "home.figuresMissing": "Einige Zahlen fehlen.",
  "home.steps": "Drei Schritte zu den ersten Zahlen:",
  "home.stepChart": ", mit einem Kontenplan für den Anfang.",
  "home.stepImport": "Einen Kontoauszug in sein Geldkonto importieren, oder eine Buchung eingeben.",
  "home.stepCategories": "Die gefundenen Kategorien bestätigen.",
  "home.noAccess":
    "Hier erscheint ein Fonds, sobald einer eröffnet ist und Sie Zugriff darauf haben.",
  "home.oldest": "Die {shown} ältesten von {all} Fonds; die anderen stehen in der Liste der Fonds.",
  "home.cashIn": "Barmittel aller Fonds in {currency}",
  "home.cashByMonth": "Barmittel aller Fonds in {currency} nach Monaten",
  "home.netAssetsIn": "Nettoinventarwert aller Fonds in {currency}",
  "home.netAssetsByMonth": "Nettoinventarwert aller Fonds in {currency} nach Monaten",
  "home.amountsIn": "Beträge in",
  "home.ownCurrencies": "Währung jedes Fonds",
  "home.noRates":
    "Keine Summe aller Fonds in {currency}: Für einen Teil ihres Vermögens gibt es keinen Wechselkurs.",
  "home.leftOut": {
    one: "{count} Monat fehlt: Für einen Teil gibt es keinen Wechselkurs.",
    other: "{count} Monate fehlen: Für einen Teil gibt es keinen Wechselkurs.",
  },
  "home.ofPosting": "einer Buchung",
  "home.convertedAt": "Umgerechnet mit:",
  "home.insightsMissing": "Einige Hinweise fehlen.",
  "home.latest": "Letzte Buchungen",
  "home.counted": "{counted} von {all} Fonds",
  "figure.nav": "NAV",
};
