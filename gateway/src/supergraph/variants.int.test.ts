import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { DEMO_TENANT_ID, openContext } from "@allfunds/platform/context";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openService, type OpenService } from "../service.fixture.ts";

const PUBLIC = `
  type Query { fund(id: ID!): Fund }
  type Fund { id: ID! name: String! }`;

let folder: string;
let gateway: OpenService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "variants-"));
  const file = join(folder, "public.graphql");
  await writeFile(file, PUBLIC);
  gateway = await openService({
    config: { GATEWAY_VARIANTS: { public: file }, GATEWAY_STANDARD_VARIANT: "public" },
    contextOf: (headers) => ({
      ...openContext(headers),
      caller: {
        kind: "client",
        tenantId: DEMO_TENANT_ID,
        subject: "app",
        clientId: String(headers["x-client"] ?? "app"),
        roles: [],
        scopes: [],
        funds: ALL_GRANTED,
        acr: "pwd",
        amr: [],
        expiresAt: new Date(Date.now() + 600_000),
      },
    }),
  });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const WHOLE = `{ fund(id: "1") { name metrics { value } } }`;
const refusal = { errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] };

const post = async (path: string, query: string, headers: Record<string, string> = {}) => {
  const response = await fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return text.startsWith("{") ? (JSON.parse(text) as object) : { text };
};

describe("a variant of the graph", () => {
  it("is served to clients by their id: what it leaves out is unknown to them", async () => {
    expect(await post("", `{ fund(id: "1") { name } }`)).toEqual({
      data: { fund: { name: "Fund 1" } },
    });
    expect(await post("", WHOLE)).toMatchObject(refusal);
    expect(await post("", WHOLE, { "x-client": "web" })).toMatchObject({
      data: { fund: { metrics: { value: 11 } } },
    });
    expect(await post("", WHOLE, { accept: "text/event-stream" })).toMatchObject({
      text: expect.stringContaining("GRAPHQL_VALIDATION_FAILED") as string,
    });
  });

  it("is served by its path, also to clients of the whole graph", async () => {
    expect(await post("/public", WHOLE, { "x-client": "web" })).toMatchObject(refusal);
    expect(await post("/other", WHOLE)).toMatchObject({
      errors: [{ extensions: { code: "NOT_FOUND" } }],
    });
  });

  it("is served over WebSocket, with its own schema to read", async () => {
    const socket = gateway.connect({ "x-client": "app" });
    await expect(socket.iterate({ query: WHOLE }).next()).rejects.toMatchObject(refusal.errors);
    const query = `{ __type(name: "Fund") { fields { name } } }`;
    const { value } = await socket.iterate({ query }).next();
    expect(value).toEqual({ data: { __type: { fields: [{ name: "id" }, { name: "name" }] } } });
    await socket.dispose();
  });
});
