import { expect, test } from "vitest";
import { readPriceFile } from "./price-file.ts";

test("reads a price file with a tab as separator and a comma in numbers", async () => {
  const form = new FormData();
  const typed = {
    symbol: "^DAX",
    currency: "eur",
    kind: "INDEX",
    delimiter: "\t",
    decimalSeparator: ",",
    dateFormat: "DD.MM.YYYY",
    date: "Datum",
    close: "Schluss",
    open: "",
    high: "Hoch",
  };
  for (const [name, value] of Object.entries(typed)) form.set(name, value);
  form.set("file", new File(["Datum\tSchluss\n01.02.2026\t1,5\n"], "dax.csv"));
  expect(await readPriceFile(form)).toEqual({
    symbol: "^DAX",
    name: undefined,
    currency: "EUR",
    kind: "INDEX",
    baseCurrency: undefined,
    content: "Datum\tSchluss\n01.02.2026\t1,5\n",
    csv: {
      date: "Datum",
      close: "Schluss",
      open: undefined,
      high: "Hoch",
      low: undefined,
      volume: undefined,
      dateFormat: "DD.MM.YYYY",
      decimalSeparator: ",",
      delimiter: "\t",
    },
  });
});

test("leaves to the graph what the form leaves open", async () => {
  const form = new FormData();
  for (const name of ["dateFormat", "decimalSeparator", "delimiter", "date"]) form.set(name, "");
  expect(Object.values((await readPriceFile(form)).csv ?? {}).every((part) => !part)).toBe(true);
});
