import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSchema, Kind, parse, print, validate, type DocumentNode } from "graphql";
import { expect, test } from "vitest";
import * as accounts from "./accounts.ts";
import * as apiClients from "./api-clients.ts";
import * as approvalLimits from "./approval-limits.ts";
import * as auditLog from "./audit-log.ts";
import * as figures from "./figures.ts";
import * as funds from "./funds.ts";
import * as insights from "./insights.ts";
import * as proposals from "./proposals.ts";
import * as sessions from "./sessions.ts";
import * as statementImport from "./statement-import.ts";
import * as transactions from "./transactions.ts";
import * as users from "./users.ts";

// The composed graph is a file of the project, so a renamed field fails here and not on a page.
const supergraph = fileURLToPath(
  new URL("../../../../gateway/supergraph.graphql", import.meta.url),
);
const schema = buildSchema(readFileSync(supergraph, "utf8"));

const operations = Object.entries({
  ...accounts,
  ...apiClients,
  ...approvalLimits,
  ...auditLog,
  ...figures,
  ...funds,
  ...insights,
  ...proposals,
  ...sessions,
  ...statementImport,
  ...transactions,
  ...users,
}).filter((entry): entry is [string, DocumentNode] => hasOperation(entry[1]));

function hasOperation(value: unknown): boolean {
  const { definitions } = value as DocumentNode;
  return definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
}

test.each(operations)("%s is valid in the composed graph", (_, document) => {
  const faults = validate(schema, parse(print(document)));
  expect(faults.map(({ message }) => message)).toEqual([]);
});

test("finds the operations of all pages", () => {
  expect(operations.length).toBeGreaterThanOrEqual(8);
});
