import type { ChosenFile } from "./person.ts";

/** As a German bank exports it: semicolons, decimal commas, days first, its own headings. */
export const GERMAN_STATEMENT: ChosenFile = {
  name: "umsaetze.csv",
  mimeType: "text/csv",
  text: [
    "Buchungstag;Valutadatum;Auftraggeber/Empfänger;Verwendungszweck;Betrag;Währung;Saldo nach Buchung",
    "02.11.2026;02.11.2026;Immobilien Seegarten KG;Bueromiete 11/2026 Seegartenallee 14, 3. OG;-8.745,00;EUR;18.657.652,12",
    "03.11.2026;03.11.2026;Stadtwerke Seegarten;Abschlag Strom 11/2026;-1.250,40;EUR;18.656.401,72",
    "04.11.2026;04.11.2026;Papierhaus Lindner;Gutschrift Rechnung 20417;+312,00;EUR;18.656.713,72",
    "",
  ].join("\n"),
};
