import { callerFromClaims } from "@allfunds/platform/auth/tokens";
import { createLogger } from "@allfunds/platform/logging";
import { testContext } from "@allfunds/platform/testing";
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { digestOf } from "../../operation/operation-request.ts";
import type { ContextOf } from "../../callers/identify-request.ts";
import { openService, type OpenService } from "../../service.fixture.ts";
import { canonicalText, TrustedDocuments } from "./trusted-documents.ts";

const LISTED = `query Listed($id: ID!) { fund(id: $id) { name } }`;
const body = canonicalText(parse(LISTED));
const id = digestOf(body);
const documents = new TrustedDocuments({
  version: 1,
  documents: [{ id, client: "test", name: "Listed", body }],
});
const logger = createLogger("gateway", "silent");
const ANSWER = { fund: { name: "Fund 4" } };
const variables = { id: "4" };

let gateway: OpenService;
beforeAll(async () => {
  gateway = await openService({ trust: { mode: "enforce", documents, logger } });
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

describe("a gateway with trusted documents", () => {
  it("runs a trusted document when its spacing differs or only its id is sent", async () => {
    const spaced = `# a comment\n  ${LISTED.replaceAll(" ", "  ")}`;
    expect((await gateway.run(spaced, { variables })).data).toEqual(ANSWER);
    expect((await sendHash(id)).data).toEqual(ANSWER);
    const client = gateway.connect();
    const byText = await client.iterate({ query: LISTED, variables }).next();
    expect(byText.value).toEqual({ data: ANSWER });
    const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
    const byId = await client.iterate({ query: "", variables, extensions }).next();
    expect(byId.value).toEqual({ data: ANSWER });
    await client.dispose();
  });

  it("refuses any other document, and does not cache it, when it comes by text or id", async () => {
    const before = gateway.subgraphs.ledger.requests.length;
    const other = `query Listed($id: ID!) { fund(id: $id) { name insight } }`;
    const refused = await gateway.run(other, { variables });
    expect([refused.status, refused.errors?.[0]?.extensions["code"]]).toEqual([
      403,
      "OPERATION_NOT_TRUSTED",
    ]);
    await sendHash(digestOf(other), { query: other });
    expect((await sendHash(digestOf(other))).errors?.[0]?.extensions.code).toBe(
      "PERSISTED_QUERY_NOT_FOUND",
    );
    const client = gateway.connect();
    await expect(client.iterate({ query: other, variables }).next()).rejects.toMatchObject([
      { extensions: { code: "OPERATION_NOT_TRUSTED" } },
    ]);
    const extensions = { persistedQuery: { version: 1, sha256Hash: digestOf(other) } };
    await expect(client.iterate({ query: "", variables, extensions }).next()).rejects.toMatchObject(
      [{ extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }],
    );
    await client.dispose();
    expect(gateway.subgraphs.ledger.requests.length).toBe(before);
  });
});

it("runs and logs other documents when the mode is log", async () => {
  const warn = vi.spyOn(logger, "warn");
  const logging = await openService({ trust: { mode: "log", documents, logger } });
  expect((await logging.run(`{ fund(id: "4") { name } }`)).data).toEqual(ANSWER);
  expect(warn).toHaveBeenCalledOnce();
  await logging.run(LISTED, { variables });
  expect(warn).toHaveBeenCalledOnce();
  await logging.close();
});

const codes = async (
  of: Pick<OpenService, "run">,
  client: string,
  query: string,
  given: object = {},
) => {
  const { errors } = await of.run(query, { ...given, headers: { client } });
  return errors?.map(({ extensions }) => extensions["code"]);
};
const contextOf: ContextOf = ({ client }) =>
  testContext({
    caller: callerFromClaims({ sub: "ann", client_id: client, tenant: "t", exp: 4_000_000_000 }),
  });

describe("the documents of one client", () => {
  const others = `query Others { funds(first: 1) { name } }`;
  const otherBody = canonicalText(parse(others));
  const trust = {
    mode: "enforce" as const,
    logger,
    documents: new TrustedDocuments({
      version: 1,
      documents: [
        { id, client: "web", name: "Listed", body },
        { id: digestOf(otherBody), client: "bridge", name: "Others", body: otherBody },
      ],
    }),
  };
  const refused = ["OPERATION_NOT_TRUSTED"];
  it("run for that client only, and for clients without documents, when the mode is enforce", async () => {
    const own = await openService({ trust, contextOf });
    expect(await codes(own, "web", LISTED, { variables })).toBeUndefined();
    expect(await codes(own, "web", others)).toEqual(refused);
    expect(await codes(own, "partner", others)).toBeUndefined();
    expect(await codes(own, "partner", "{ funds(first: 2) { name } }")).toEqual(refused);
    await own.close();
  });

  it("are required of the named clients only when some are named", async () => {
    const own = await openService({ trust: { ...trust, clients: ["web"] }, contextOf });
    expect(await codes(own, "web", "{ funds(first: 2) { name } }")).toEqual(refused);
    expect(await codes(own, "partner", "{ funds(first: 2) { name } }")).toBeUndefined();
    await own.close();
  });
});

it("refuses a manifest when a body does not match its id", () => {
  const tampered = [{ id, client: "test", name: "Listed", body: `{ funds { id } }` }];
  expect(() => new TrustedDocuments({ version: 1, documents: tampered })).toThrow("Listed");
});

it("contains the operations of the web app and the bridge when the project's manifest is loaded", async () => {
  const manifest = new URL("../../../trusted-documents.json", import.meta.url);
  const own = await TrustedDocuments.load(manifest.pathname);
  const { default: listed } = (await import(manifest.href, { with: { type: "json" } })) as {
    default: { documents: { client: string; body: string }[] };
  };
  expect(new Set(listed.documents.map(({ client }) => client))).toEqual(
    new Set(["analytics", "rest-bridge", "web"]),
  );
  expect(listed.documents.every((one) => own.has(parse(one.body), one.client))).toBe(true);
  // Questions are answered with the token of the web app's user.
  const answering = listed.documents.filter(({ client }) => client === "analytics");
  expect(answering.every((one) => own.has(parse(one.body), "web"))).toBe(true);
});
