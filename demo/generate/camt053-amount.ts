import { decimalText } from "./movement.ts";
import { element } from "./xml.ts";

/** Amounts carry no sign in camt; the direction stands beside them. */
export const amountElement = (name: string, cents: number, currency = "EUR"): string =>
  element(name, decimalText(Math.abs(cents)), { Ccy: currency });

export const directionElement = (cents: number): string =>
  element("CdtDbtInd", cents < 0 ? "DBIT" : "CRDT");
