import { textOf } from "../forms/form-data.ts";
import type { ImportPricesInput, InstrumentKind } from "../graph/graph-types.generated.ts";

export const INSTRUMENT_KINDS = [
  "SECURITY",
  "INDEX",
  "FUND_UNIT",
  "CURRENCY_PAIR",
] as const satisfies InstrumentKind[];
export const DELIMITERS = [",", ";", "\t", "|"] as const;
export const COLUMNS = ["date", "close", "open", "high", "low", "volume"] as const;

/** Reads the form of a price file. The graph finds out what is left open, and names what of it is wrong. */
export async function readPriceFile(form: FormData): Promise<ImportPricesInput> {
  const file = form.get("file");
  const content = file instanceof File ? await file.text() : "";
  const optional = (name: string) => textOf(form, name) || undefined;
  const kind = INSTRUMENT_KINDS.find((each) => each === textOf(form, "kind"));
  // A tab as separator is no space around a value.
  const delimiter = DELIMITERS.find((each) => each === form.get("delimiter"));
  return {
    symbol: textOf(form, "symbol"),
    name: optional("name"),
    currency: textOf(form, "currency").toUpperCase(),
    kind,
    baseCurrency: kind === "CURRENCY_PAIR" ? optional("baseCurrency")?.toUpperCase() : undefined,
    content,
    csv: {
      ...Object.fromEntries(COLUMNS.map((column) => [column, optional(column)])),
      dateFormat: optional("dateFormat"),
      decimalSeparator: optional("decimalSeparator"),
      delimiter,
    },
  };
}
