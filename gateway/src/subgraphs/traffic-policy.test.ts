import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readTraffic, STANDARD_SUBGRAPH_POLICY, withHeaderRules } from "./traffic-policy.ts";

const directory = mkdtempSync(join(tmpdir(), "traffic-"));
afterAll(() => rmSync(directory, { recursive: true }));

function read(text: string) {
  const file = join(directory, "traffic.yaml");
  writeFileSync(file, text);
  return readTraffic(file, STANDARD_SUBGRAPH_POLICY);
}

it("takes what stands for one subgraph before what stands for all, and that before the standard", () => {
  const policyOf = read(`
all: { queryTimeoutMs: 3000, maxInFlight: 20 }
subgraphs: { metrics: { queryTimeoutMs: 1500 } }`);
  const { mutationTimeoutMs } = STANDARD_SUBGRAPH_POLICY;
  expect(policyOf("metrics")).toMatchObject({
    queryTimeoutMs: 1500,
    maxInFlight: 20,
    mutationTimeoutMs,
  });
  expect(policyOf("ledger").queryTimeoutMs).toBe(3000);
});

it("sets headers from texts and files, and removes others", () => {
  writeFileSync(join(directory, "key"), "secret\n");
  const policyOf = read(`
subgraphs:
  fx:
    headers: { set: { X-Api-Key: { file: ${join(directory, "key")} } }, remove: [Authorization] }`);
  const call = { headers: { authorization: "Bearer t", traceparent: "00" } };
  expect(withHeaderRules(call, policyOf("fx")).headers).toEqual({
    traceparent: "00",
    "x-api-key": "secret",
  });
  expect(withHeaderRules(call, policyOf("ledger"))).toBe(call);
});

it.each([
  ["all: { queryTimeoutMs: 0 }", "queryTimeoutMs"],
  ["everyone: {}", "everyone"],
  ["subgraphs: { fx: { headers: { set: { 'a b': c } } } }", "headers"],
  ["subgraphs: { fx: { tls: { ca: /no/such/file } } }", "/no/such/file"],
])("refuses %s", (text, named) => {
  expect(() => read(text)).toThrow(named);
});
