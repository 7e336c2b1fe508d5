import { AppError } from "@allfunds/contract/errors";
import { expect, test } from "vitest";
import { parseForm } from "./forms.ts";

test("reads the fields of a form", () => {
  const fields = { name: "Zoë & Söhne", empty: "", token: "a=b" };
  expect(
    parseForm(`${String(new URLSearchParams({ name: fields.name }))}&empty=&token=a=b`),
  ).toEqual(fields);
  expect(parseForm("")).toEqual({});
});

test.each([
  ["a field twice", "role=viewer&role=admin"],
  ["a field twice, encoded", "role=viewer&%72ole=admin"],
  ["bytes that are not UTF-8", "name=%FF"],
  ["a broken escape", "name=%zz"],
  ["a bidirectional override", "name=%E2%80%AEgro.knab"],
])("refuses %s", (_what, text) => {
  expect(() => parseForm(text)).toThrow(AppError);
});
