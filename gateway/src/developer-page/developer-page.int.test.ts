import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openService, type OpenService } from "../service.fixture.ts";

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService({
    config: {
      GATEWAY_OPEN: false,
      OIDC_ISSUER: "https://id.example/issuer",
      GATEWAY_GRAPHIQL_CLIENT_ID: "developers",
    },
    access: undefined,
  });
});
afterAll(() => gateway.close());

const get = async (path: string): Promise<Response> =>
  fetch(gateway.url.replace("/graphql", `/graphiql${path}`));

describe("the developer page", () => {
  it("runs only scripts and styles of this server, and calls only it and the issuer", async () => {
    const response = await get("");
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data:; connect-src 'self' https://id.example; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const page = await response.text();
    expect(page).not.toMatch(/https?:|<style|style=|<script>| on\w+="/);
    const files = [...page.matchAll(/(?:src|href)="\/graphiql(\/files\/[^"]+)"/g)];
    expect(files.length).toBe(6);
    for (const [, path = ""] of files) {
      const file = await get(path);
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers.get("content-type")).toMatch(/^text\/(?:javascript|css); charset=utf-8$/);
      expect((await file.text()).length).toBeGreaterThan(100);
    }
  });

  it("states how it signs its users in, without a token", async () => {
    expect(await (await get("/settings.json")).json()).toMatchObject({
      issuer: "https://id.example/issuer",
      clientId: "developers",
      resource: "urn:allfunds:graph",
      scope: expect.stringContaining("ledger:read") as string,
    });
    expect((await get("/files/package.json")).status).toBe(404);
  });
});
