import { expect, test } from "vitest";
import { parseCliArgs } from "./arguments.ts";

const DEMO = "018f0000-0000-7000-8000-000000000001";
const HASH = "ab".repeat(32);
const parse = (line: string) => parseCliArgs(line.split(" ").filter(Boolean), DEMO);

test.each([
  [
    "verify",
    { name: "verify", tenantId: DEMO, fundId: undefined, noted: undefined, fromCheckpoint: false },
  ],
  [
    `verify F --noted 7:${HASH}`,
    {
      name: "verify",
      tenantId: DEMO,
      fundId: "F",
      noted: { position: 7, hash: HASH },
      fromCheckpoint: false,
    },
  ],
  [
    "verify --since-checkpoint",
    { name: "verify", tenantId: DEMO, fundId: undefined, noted: undefined, fromCheckpoint: true },
  ],
  ["export F out.ndjson", { name: "export", tenantId: DEMO, fundId: "F", file: "out.ndjson" }],
  ["import in.ndjson", { name: "import", file: "in.ndjson" }],
  ["rebuild F --tenant T", { name: "rebuild", tenantId: "T", fundId: "F" }],
])("understands %s", (line, command) => {
  expect(parse(line)).toEqual(command);
});

test.each([
  "",
  "verify F G",
  "verify --noted 7:ab",
  `verify --noted 7:${HASH}`,
  "export F",
  "import",
  "burn F",
  "verify --all",
])("does not guess at %j", (line) => {
  expect(parse(line)).toBeUndefined();
});
