import { writeFileSync } from "node:fs";
import { bankCsv } from "./bank-csv.ts";
import { camt053 } from "./camt053.ts";
import {
  custodyAccount,
  FIRST_DATE,
  LAST_DATE,
  OPENING_BALANCE,
  OPENING_DATE,
} from "./custody-account.ts";
import { operatingAccount } from "./operating-account.ts";

/** The generated files of the demo, by name. */
export const demoFiles = (): Record<string, string> => ({
  "bank-statement.csv": bankCsv(operatingAccount()),
  "camt053-statement.xml": camt053({
    openingBalance: OPENING_BALANCE,
    openingDate: OPENING_DATE,
    firstDate: FIRST_DATE,
    lastDate: LAST_DATE,
    entries: custodyAccount(),
  }),
});

if (import.meta.main) {
  for (const [name, text] of Object.entries(demoFiles())) {
    writeFileSync(new URL(`../${name}`, import.meta.url), text);
  }
}
