import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, it } from "vitest";
import type { SignedIn } from "./demo-people.ts";
import type { RunningSystem } from "./running-system.ts";

const PROPOSAL = `query ($id: ID!) { proposal(id: $id) { status transaction { id } } }`;

const dataOf = async <Data>(client: Client, name: string, sent: object = {}): Promise<Data> => {
  const { structuredContent } = await client.callTool({ name, arguments: { ...sent } });
  return (structuredContent as { data: Data }).data;
};

/** Tests what an assistant may do in the running system. */
export function testAssistants(
  system: () => RunningSystem,
  people: () => readonly SignedIn[],
): void {
  const person = (role: string): SignedIn => {
    const found = people().find((one) => one.role === role && one.acr === "mfa");
    if (found === undefined) throw new Error(`no user is signed in as ${role}`);
    return found;
  };
  const ask = async (by: SignedIn, query: string, variables: object = {}) => {
    const response = await fetch(system().url(4000, "/graphql"), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${by.accessToken}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as { readonly data: Record<string, unknown> };
  };
  const connect = async (token: string): Promise<Client> => {
    const client = new Client({ name: "e2e", version: "1" });
    const headers = { authorization: `Bearer ${token}` };
    const url = new URL(system().url(8000, "/mcp"));
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    return client;
  };
  describe("an assistant at the REST bridge", () => {
    it("reads a fund and proposes a posting that waits, once an administrator allows assistants", async () => {
      const { accessToken } = person("accountant");
      const allow = (allowed: boolean) =>
        ask(person("admin"), `mutation { setAssistantAccess(allowed: ${allowed}) { allowed } }`);
      await allow(false);
      await expect(connect(accessToken)).rejects.toThrow(/not allowed/);
      await allow(true);
      const client = await connect(accessToken);
      const { items } = await dataOf<{ items: { id: string }[] }>(client, "listFunds");
      const fundId = items[0]?.id ?? "";
      const { accounts } = await dataOf<{ accounts: { id: string; currency: string }[] }>(
        client,
        "readFund",
        { fundId },
      );
      const [one] = accounts;
      const other = accounts.find(
        ({ id, currency }) => id !== one?.id && currency === one?.currency,
      );
      const { id } = await dataOf<{ id: string }>(client, "proposeTransaction", {
        fundId,
        effectiveDate: new Date().toISOString().slice(0, 10),
        description: "Proposed by an assistant",
        entries: [
          { accountId: one?.id, side: "DEBIT", amount: "1.00" },
          { accountId: other?.id, side: "CREDIT", amount: "1.00" },
        ],
      });
      const waiting = await ask(person("accountant"), PROPOSAL, { id });
      expect(waiting.data).toEqual({ proposal: { status: "WAITING", transaction: null } });
      await expect(client.callTool({ name: "postTransactions" })).rejects.toThrow(/no tool/);
      await client.close();
    });
  });
}
