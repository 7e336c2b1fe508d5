import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testAssistants } from "./assistants.ts";
import type { SignedIn } from "./demo-people.ts";
import type { GraphqlAnswer } from "./reachable-system.ts";
import { eventually, type RunningSystem } from "./running-system.ts";

interface Line {
  readonly action: string;
  readonly outcome: string;
  readonly subject: string;
  readonly factors: readonly string[];
  readonly ip: string | null;
  readonly detail: { readonly code: string; readonly operationName?: string };
}

const AUDIT_LOG = `query ($filter: AuditFilter) { auditTrail(first: 50, filter: $filter) {
  nodes { action outcome subject factors ip detail } } }`;

const subjectOf = ({ accessToken }: SignedIn): string => {
  const [, payload = ""] = accessToken.split(".");
  return (JSON.parse(Buffer.from(payload, "base64url").toString()) as { sub: string }).sub;
};

/** Tests what users do and try through the graph, and what administrators set up there. */
export function testAdministration(
  system: () => RunningSystem,
  people: () => readonly SignedIn[],
): void {
  const person = (role: string, acr = "mfa"): SignedIn => {
    const found = people().find((one) => one.role === role && one.acr === acr);
    if (found === undefined) throw new Error(`no user is signed in as ${role}`);
    return found;
  };
  const ask = async <Data>(by: SignedIn, query: string, variables: object = {}) => {
    const response = await fetch(system().url(4000, "/graphql"), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${by.accessToken}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<Data>;
  };

  testAssistants(system, people);

  describe("administration through the graph", () => {
    it("shows an auditor who tried what, and that it was refused", async () => {
      const viewer = person("viewer", "pwd");
      const query = `mutation TryIt { openFund(input: { name: "Mine", currency: "EUR" }) { id } }`;
      const refused = await ask(viewer, query);
      expect(refused.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
      const filter = { actorId: subjectOf(viewer), actions: ["graph.refused"] };
      const line = await eventually(30_000, async () => {
        const { data } = await ask<{ auditTrail: { nodes: Line[] } }>(
          person("auditor", "pwd"),
          AUDIT_LOG,
          { filter },
        );
        const found = data?.auditTrail.nodes.find(({ detail }) => detail.operationName === "TryIt");
        expect(found).toBeDefined();
        return found;
      });
      expect(line).toMatchObject({
        outcome: "REFUSED",
        subject: "openFund",
        factors: ["pwd"],
        ip: "127.0.0.1",
        detail: { code: "FORBIDDEN" },
      });
    });

    it("sends an invited user an email", async () => {
      const address = "nora.new@demo.example";
      const { data } = await ask<{ inviteUser: { status: string } }>(
        person("admin"),
        `mutation ($input: InviteUserInput!) { inviteUser(input: $input) { id status } }`,
        { input: { email: address, name: "Nora New", roles: ["viewer"], allFunds: true } },
      );
      expect(data?.inviteUser.status).toBe("INVITED");
      const outbox = join(system().dataDir, "outbox");
      const email = await eventually(30_000, async () => {
        const emails = await Promise.all(
          (await readdir(outbox)).map((name) => readFile(join(outbox, name), "utf8")),
        );
        const found = emails.find((text) => text.includes(`To: ${address}`));
        if (found === undefined) throw new Error(`no email to ${address} among ${emails.length}`);
        return found.replaceAll(/=\r?\n/g, "").replaceAll("=3D", "=");
      });
      const link = /http:\S+\/password\/new\/[\w-]+/.exec(email)?.[0] ?? "";
      const page = await fetch(link);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("Welcome to AllFunds");
    });

    it("answers two API clients side by side in the versions that they are pinned to", async () => {
      const answers = ["2026-11-01", "2026-11-29"].map(async (apiVersion) => {
        const made = await ask<{
          createApiClient: { clientSecret: string; client: { id: string } };
        }>(
          person("admin"),
          `mutation ($input: CreateApiClientInput!) { createApiClient(input: $input) { clientSecret client { id } } }`,
          { input: { name: `For ${apiVersion}`, scopes: ["ledger:read"], apiVersion } },
        );
        const { clientSecret, client } = made.data?.createApiClient ?? {};
        const granted = await fetch(system().url(4100, "/oauth/token"), {
          method: "POST",
          headers: {
            authorization: `Basic ${Buffer.from(`${client?.id}:${clientSecret}`).toString("base64")}`,
          },
          body: new URLSearchParams({ grant_type: "client_credentials", scope: "ledger:read" }),
        });
        const { access_token: token } = (await granted.json()) as { access_token: string };
        const refused = await fetch(system().url(8000, "/api/v1/balance?accountId=none"), {
          headers: { authorization: `Bearer ${token}` },
        });
        const { type } = (await refused.json()) as { type: string };
        return [refused.headers.get("api-version"), type.split("INVALID_INPUT")[0]];
      });
      expect(await Promise.all(answers)).toEqual([
        ["2026-11-01", "urn:allfunds:problem:"],
        ["2026-11-29", expect.stringMatching(/^http.*\/problems\/$/)],
      ]);
    });

    it("ends an API client with its secret", async () => {
      const admin = person("admin");
      const made = await ask<{
        createApiClient: { clientSecret: string; client: { id: string } };
      }>(
        admin,
        `mutation { createApiClient(input: { name: "E2E", scopes: ["ledger:read"] }) { clientSecret client { id } } }`,
      );
      const { clientSecret, client } = made.data?.createApiClient ?? {};
      const grant = (): Promise<Response> =>
        fetch(system().url(4100, "/oauth/token"), {
          method: "POST",
          headers: {
            authorization: `Basic ${Buffer.from(`${client?.id}:${clientSecret}`).toString("base64")}`,
          },
          body: new URLSearchParams({ grant_type: "client_credentials", scope: "ledger:read" }),
        });
      expect((await grant()).status).toBe(200);
      const ended = await ask(
        admin,
        `mutation ($id: ID!) { revokeApiClient(clientId: $id) { id lastUsedAt revokedAt } }`,
        { id: client?.id },
      );
      expect(ended.data).toMatchObject({
        revokeApiClient: {
          lastUsedAt: expect.any(String) as string,
          revokedAt: expect.any(String) as string,
        },
      });
      expect((await grant()).status).toBe(401);
    });
  });
}
