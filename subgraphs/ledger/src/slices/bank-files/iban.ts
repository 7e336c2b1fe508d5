import { isIban } from "@allfunds/contract/identifiers";

const SHAPE = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/g;

/** Lengths of the IBAN registry (SWIFT), for countries whose statements come most. */
const LENGTHS: Readonly<Record<string, number>> = {
  AD: 24,
  AT: 20,
  BE: 16,
  BG: 22,
  CH: 21,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  EE: 20,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  GI: 23,
  GR: 27,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IS: 26,
  IT: 27,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  MC: 27,
  MT: 31,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  RO: 24,
  SA: 24,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  TR: 26,
};

/** The IBANs in a text, without spaces: of their country's length, with right check digits (ISO 13616, modulo 97). */
export function ibansIn(text: string): string[] {
  return (text.match(SHAPE) ?? [])
    .map((found) => found.replace(/ /g, ""))
    .map((found) => found.slice(0, LENGTHS[found.slice(0, 2)] ?? found.length))
    .filter(isIban);
}
