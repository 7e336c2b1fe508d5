import type { Catalogue } from "./en.ts";

/** The texts of the page for those who are not signed in, in German. */
export const de: Catalogue = {
  "signIn.heading": "Fonds, ihre Bücher und ihre Zahlen",
  "signIn.about":
    "Doppelte Buchführung, Kurse, Prognosen und Hinweise, jeweils so aktuell wie die letzte Buchung.",
  "signIn.ended":
    "Ihre Sitzung ist beendet. Melden Sie sich wieder an, um weiterzumachen, wo Sie waren.",
  "signIn.failed": "Die Anmeldung wurde nicht abgeschlossen. Beginnen Sie von vorn.",
  "signIn.unavailable":
    "Der Anmeldedienst ist gerade nicht erreichbar. Versuchen Sie es gleich noch einmal.",
  "signIn.signedOut": "Sie sind abgemeldet.",
  "signIn.everywhere": "Sie sind überall abgemeldet.",
  "signIn.insecure":
    "An dieser Adresse ist keine Anmeldung möglich, weil Browser eine Sitzung nur über https behalten, oder über http auf demselben Rechner. Der Betreiber muss die Anwendung über https bereitstellen und WEB_URL auf diese Adresse setzen.",
};
