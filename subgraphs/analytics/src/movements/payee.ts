import type { TransactionPosted } from "@allfunds/contract/events";
import { counterpartyKey } from "../classification/normalise.ts";

/**
 * The same for the same payer or payee: the IBAN or id of the counterparty where the entry has one, else its
 * normalised name, else the first words of the description. Empty when nothing identifies one.
 */
export function payeeKeyOf(posted: TransactionPosted, counterparty: string | null): string {
  const iban = textOf(posted, "counterpartyIban").replaceAll(/\s/g, "").toUpperCase();
  if (IBAN.test(iban) && hasCheckDigits(iban)) return `iban:${iban}`;
  const id = textOf(posted, "counterpartyId").trim();
  if (id !== "") return `id:${id.slice(0, LONGEST_ID)}`;
  return counterpartyKey(counterparty, posted.description);
}

// ISO 13616: the country, two check digits, and up to 30 characters of the account.
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
const LONGEST_ID = 140;

function textOf({ metadata }: TransactionPosted, name: string): string {
  const value = metadata[name];
  return typeof value === "string" ? value : "";
}

/** ISO 7064 MOD 97-10: A to Z count as 10 to 35, and the country with its check digits comes last. */
function hasCheckDigits(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of Number.parseInt(character, 36).toString()) {
      rest = (rest * 10 + Number(digit)) % 97;
    }
  }
  return rest === 1;
}
