import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { corpusIn } from "./corpus/corpus.fixture.ts";
import { readingOf } from "./corpus/reading.fixture.ts";

const FOLDER = new URL("corpus/", import.meta.url);

for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".txt"))) {
  describe(`the corpus of ${file} is read right:`, () => {
    test.each(corpusIn(readFileSync(new URL(file, FOLDER), "utf8")))("$name", (each) => {
      expect(readingOf(each)).toEqual(each.expected);
    });
  });
}
