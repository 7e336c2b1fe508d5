import { callerFromClaims } from "@allfunds/platform/auth/tokens";
import { createLogger } from "@allfunds/platform/logging";
import { testContext } from "@allfunds/platform/testing";
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { GatewayOptions } from "../../gateway.ts";
import { startSmallGateway, type SmallGateway } from "../../small-gateway.fixture.ts";
import { canonicalText, sha256 } from "./canonical-document.ts";
import { TrustedDocuments } from "./trusted-documents.ts";

const KNOWN = `query Known($id: ID!) { fund(id: $id) { name } }`;
const body = canonicalText(parse(KNOWN));
const id = sha256(body);
const documents = new TrustedDocuments({
  version: 1,
  documents: [{ id, client: "test", name: "Known", body }],
});
const logger = createLogger("gateway", "silent");
const ANSWER = { fund: { name: "Fund 4" } };
const variables = { id: "4" };

let gateway: SmallGateway;
beforeAll(async () => {
  gateway = await startSmallGateway({ trust: { mode: "enforce", documents, logger } });
});
afterAll(async () => gateway.close());

const sendHash = async (hash: string, more: object = {}) => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
  const response = await fetch(gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ variables, extensions, ...more }),
  });
  return (await response.json()) as {
    data?: object;
    errors?: { extensions: { code: string } }[];
  };
};

describe("a gateway that trusts only known documents", () => {
  it("runs one however it is written, and by its id alone", async () => {
    const spaced = `# a comment\n  ${KNOWN.replaceAll(" ", "  ")}`;
    expect((await gateway.ask(spaced, { variables })).data).toEqual(ANSWER);
    expect((await sendHash(id)).data).toEqual(ANSWER);
    const client = gateway.connect();
    const byText = await client.iterate({ query: KNOWN, variables }).next();
    expect(byText.value).toEqual({ data: ANSWER });
    const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
    const byId = await client.iterate({ query: "", variables, extensions }).next();
    expect(byId.value).toEqual({ data: ANSWER });
    await client.dispose();
  });

  it("refuses any other, over HTTP and WebSocket, and does not remember it", async () => {
    const before = gateway.subgraphs.ledger.requests.length;
    const other = `query Known($id: ID!) { fund(id: $id) { name insight } }`;
    const refused = await gateway.ask(other, { variables });
    expect([refused.status, refused.errors?.[0]?.extensions["code"]]).toEqual([
      403,
      "OPERATION_NOT_TRUSTED",
    ]);
    await sendHash(sha256(other), { query: other });
    expect((await sendHash(sha256(other))).errors?.[0]?.extensions.code).toBe(
      "PERSISTED_QUERY_NOT_FOUND",
    );
    const client = gateway.connect();
    await expect(client.iterate({ query: other, variables }).next()).rejects.toMatchObject([
      { extensions: { code: "OPERATION_NOT_TRUSTED" } },
    ]);
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(other) } };
    await expect(client.iterate({ query: "", variables, extensions }).next()).rejects.toMatchObject(
      [{ extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }],
    );
    await client.dispose();
    expect(gateway.subgraphs.ledger.requests.length).toBe(before);
  });
});

it("tells of others in the log while it only watches", async () => {
  const warn = vi.spyOn(logger, "warn");
  const watching = await startSmallGateway({ trust: { mode: "log", documents, logger } });
  expect((await watching.ask(`{ fund(id: "4") { name } }`)).data).toEqual(ANSWER);
  expect(warn).toHaveBeenCalledOnce();
  await watching.ask(KNOWN, { variables });
  expect(warn).toHaveBeenCalledOnce();
  await watching.close();
});

const codes = async (
  asked: Pick<SmallGateway, "ask">,
  client: string,
  query: string,
  given: object = {},
) => {
  const { errors } = await asked.ask(query, { ...given, headers: { client } });
  return errors?.map(({ extensions }) => extensions["code"]);
};
const contextOf: GatewayOptions["contextOf"] = ({ client }) =>
  testContext({
    caller: callerFromClaims({ sub: "ann", client_id: client, tenant: "t", exp: 4_000_000_000 }),
  });

describe("documents of single applications", () => {
  const others = `query Others { funds(first: 1) { name } }`;
  const otherBody = canonicalText(parse(others));
  const trust = {
    mode: "enforce" as const,
    logger,
    documents: new TrustedDocuments({
      version: 1,
      documents: [
        { id, client: "web", name: "Known", body },
        { id: sha256(otherBody), client: "bridge", name: "Others", body: otherBody },
      ],
    }),
  };
  const refused = ["OPERATION_NOT_TRUSTED"];
  it("are for them alone, and any listed one for whoever has none", async () => {
    const own = await startSmallGateway({ trust, contextOf });
    expect(await codes(own, "web", KNOWN, { variables })).toBeUndefined();
    expect(await codes(own, "web", others)).toEqual(refused);
    expect(await codes(own, "partner", others)).toBeUndefined();
    expect(await codes(own, "partner", "{ funds(first: 2) { name } }")).toEqual(refused);
    await own.close();
  });

  it("are asked only of the applications that are named, where some are", async () => {
    const own = await startSmallGateway({ trust: { ...trust, clients: ["web"] }, contextOf });
    expect(await codes(own, "web", "{ funds(first: 2) { name } }")).toEqual(refused);
    expect(await codes(own, "partner", "{ funds(first: 2) { name } }")).toBeUndefined();
    await own.close();
  });
});

it("does not start with a manifest that was tampered with", () => {
  const tampered = [{ id, client: "test", name: "Known", body: `{ funds { id } }` }];
  expect(() => new TrustedDocuments({ version: 1, documents: tampered })).toThrow("Known");
});

it("knows the operations of the pages and the bridge", async () => {
  const manifest = new URL("../../../trusted-documents.json", import.meta.url);
  const own = await TrustedDocuments.load(manifest.pathname);
  const { default: listed } = (await import(manifest.href, { with: { type: "json" } })) as {
    default: { documents: { client: string; body: string }[] };
  };
  expect(new Set(listed.documents.map(({ client }) => client))).toEqual(
    new Set(["rest-bridge", "web"]),
  );
  expect(listed.documents.every((one) => own.has(parse(one.body), one.client))).toBe(true);
});
