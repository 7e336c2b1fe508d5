import { expect, test } from "vitest";
import { proposalSearch, readProposalQuery } from "./proposal-list.ts";

test.each([
  ["", { status: "WAITING", after: null }],
  ["?status=REJECTED&after=abc", { status: "REJECTED", after: "abc" }],
  ["?status=ALL", { status: null, after: null }],
  ["?status=DROP%20TABLE", { status: null, after: null }],
])("reads which proposals %s shows", (search, expected) => {
  expect(readProposalQuery(new URLSearchParams(search))).toEqual(expected);
});

test("writes an address that it reads back", () => {
  const address = proposalSearch("APPROVED", "a&b=c");
  expect(readProposalQuery(new URLSearchParams(address))).toEqual({
    status: "APPROVED",
    after: "a&b=c",
  });
});
