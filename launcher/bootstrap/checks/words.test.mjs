import { describe, expect, it } from "vitest";
import { findRetiredWords } from "./words.mjs";

const words = (file, text) => findRetiredWords(file, text).map(({ word }) => word);
const inCode = (text) => words("gateway/src/some-file.ts", text);

describe("retired words", () => {
  it.each([
    ["in a comment", "/** Opens the door. */", ["door"]],
    ["in a sentence to a client", `throw new Error("Knock again.");`, ["knock"]],
    ["in a name in camelCase", "const openHouse = 1;", ["house"]],
    ["in a constant", "const TIDY_HOUSES = 1;", ["house"]],
    ["in a type", "class StandInGraph {}", ["stand-in"]],
    ["in another case and number", "// Strangers and LANES", ["stranger", "lane"]],
  ])("are found %s", (_where, text, expected) => {
    expect(inCode(text)).toEqual(expected);
  });

  it("are found in the name of a file, with line 0", () => {
    const found = findRetiredWords("web/e2e/house.ts", "");
    expect(found).toMatchObject([{ line: 0, word: "house", instead: "system" }]);
  });

  it("are reported with their line and what to write instead", () => {
    const found = findRetiredWords("docs/a.md", "One.\nAsk at the door.\n");
    expect(found).toEqual([
      {
        file: "docs/a.md",
        line: 2,
        word: "door",
        instead: "endpoint, entry point",
        text: "Ask at the door.",
      },
    ]);
  });

  it.each([
    "const whole = Math.floor(value);",
    "SELECT floor(amount)",
    "align-items: stretch;",
    "letter-spacing: 0.1em;",
    "must be 1 to 64 letters, digits, dots",
    "const classroom = mushroom;",
    `name: "Harbour Lane Balanced Fund"`,
    `<a href="/reset">Forgot your password?</a>`,
    `{ name: "House bank" }`,
  ])("leave other senses alone: %s", (text) => {
    expect(inCode(text)).toEqual([]);
  });

  it("leave names that clients and data rely on alone", () => {
    expect(inCode("auditTrail: LedgerTrailEntryConnection; setAccountFloor")).toEqual([]);
    expect(inCode("class AuditTrail {}")).toEqual(["trail"]);
  });

  it("of the domain are found in the runtime of all services, but not in its tests or in the product's name", () => {
    const text = 'import { seesFund } from "@allfunds/contract/caller"; // The ledger of a fund.';
    expect(words("platform/src/feed/follower.ts", text)).toEqual(["fund", "ledger"]);
    for (const file of [
      "platform/src/feed/follower.int.test.ts",
      "platform/src/testing/test-issuer.ts",
      "subgraphs/ledger/src/service.ts",
    ]) {
      expect(words(file, text)).toEqual([]);
    }
    expect(words("platform/src/context.ts", '"allfunds-position"')).toEqual([]);
  });

  it("that prose may use are found in identifiers only", () => {
    expect(inCode("// Tell the reader why.")).toEqual([]);
    expect(inCode(`throw new Error("Tell your administrator.");`)).toEqual([]);
    expect(inCode("await tellClients(all);")).toEqual(["tell"]);
    expect(inCode("await this.tell(all);")).toEqual(["tell"]);
    expect(words("docs/a.md", "tell(all)")).toEqual([]);
  });

  it("of one package are left alone in another, where they mean something else", () => {
    expect(words("platform/src/feed/follower.ts", "const term = lease;")).toEqual(["term"]);
    expect(words("subgraphs/ledger/src/search.ts", "const term = word;")).toEqual([]);
  });
});
