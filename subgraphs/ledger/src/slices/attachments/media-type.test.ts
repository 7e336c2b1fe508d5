import { expect, test } from "vitest";
import { sniffMediaType } from "./media-type.ts";

const typeOf = (name: string, content: Buffer | string): string => {
  try {
    return sniffMediaType(name, Buffer.from(content));
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]);
const BOOK = "PK\u0003\u0004 [Content_Types].xml xl/workbook.xml";
const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

test.each<[string, Buffer | string, string]>([
  ["a.pdf", "%PDF-1.4", "application/pdf"],
  ["a.PDF", "%PDF-1.4", "application/pdf"],
  ["a.png", PNG, "image/png"],
  ["a.jpeg", Buffer.from([0xff, 0xd8, 0xff, 0xe0]), "image/jpeg"],
  ["a.xlsx", BOOK, SHEET],
  ["a.xml", "<?xml version='1.0'?><a/>", "application/xml"],
  ["a.csv", "a;b\n1;2", "text/csv"],
  ["a.txt", "größer", "text/plain"],
  ["a.txt", "a;b\n1;2", "text/plain"],
  ["a.pdf", PNG, "INVALID_INPUT"],
  ["a.txt", "%PDF-1.4", "INVALID_INPUT"],
  ["a", "text", "INVALID_INPUT"],
  ["a.xlsx", `${BOOK} xl/vbaProject.bin`, "INVALID_INPUT"],
  ["a.zip", "PK\u0003\u0004 anything", "INVALID_INPUT"],
  ["a.exe", "MZ\0\u0001", "INVALID_INPUT"],
  ["a.txt", "\u007fELF", "INVALID_INPUT"],
  ["a.txt", Buffer.from([0xff, 0xfe, 0x41, 0x00]), "INVALID_INPUT"],
  ["a.xml", "<?xml version='1.0'?><svg onload='x()'/>", "INVALID_INPUT"],
  ["a.txt", "<!DOCTYPE html><html>", "INVALID_INPUT"],
])("%s with %j is %s", (name, content, expected) => {
  expect(typeOf(name, content)).toBe(expected);
});
