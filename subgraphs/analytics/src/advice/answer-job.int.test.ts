import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { createTestIssuer } from "@allfunds/platform/testing";
import type { TestIssuer } from "@allfunds/platform/testing";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { FakeGemini, parts, streamed } from "../gemini/fake-gemini.fixture.ts";
import { openService } from "../service.fixture.ts";
import type { OpenService } from "../service.fixture.ts";
import { FUND, SampleGateway } from "./sample-graph.fixture.ts";

const READ = ["ledger:read", "analytics:read", "metrics:read"];
const QUESTION = "How much cash do we have, dear Annelise Wolkenbrecht?";
const TEMPLATE = "Cash stands at 1,250,000.00 EUR.";
const PATIENTLY = { timeout: 40_000, interval: 50 };

let issuer: TestIssuer;
let gateway: SampleGateway;
let gemini: FakeGemini;
let service: OpenService;
beforeAll(async () => {
  issuer = await createTestIssuer();
  issuer.exchangesTokens = true;
  gateway = new SampleGateway();
  gemini = new FakeGemini();
  await gemini.start();
  service = await openService({
    issuer,
    geminiUrl: gemini.url,
    gatewayUrl: await gateway.start(),
    env: { GEMINI_TOKENS_PER_DAY: "200000" },
  });
});
afterAll(async () => {
  await service.close();
  await gateway.stop();
  await gemini.stop();
  issuer.stop();
});
beforeEach(() => {
  issuer.refusesDelegations = false;
  gateway.callers.length = 0;
  gemini.calls.length = 0;
  gemini.replies = [];
});

/** A caller of a tenant of its own. */
const callerOf = (tenantId: string = newId(), scopes: readonly string[] = []) =>
  issuer.headers({ tenantId, subject: "ada", scopes: ["analytics:run", ...READ, ...scopes] });
type Headers = Awaited<ReturnType<typeof callerOf>>;

const ANSWER = "outcome by sentences { text } sent";
const ask = (headers: Headers, input: object = {}) =>
  service.execute(
    `mutation ($input: AskInput!) { ask(input: $input) { ${ANSWER} } }`,
    { input: { question: QUESTION, ...input } },
    headers,
  );

const start = async (headers: Headers, input: object = {}) => {
  const { data, errors } = await service.execute(
    "mutation ($input: AskInput!) { startAnswer(input: $input) { id ... on AnswerJob { replayed } } }",
    { input: { question: QUESTION, ...input } },
    headers,
  );
  return {
    ...(data?.["startAnswer"] as { id: string; replayed: boolean } | undefined),
    code: errors?.[0]?.extensions.code,
  };
};

interface SeenJob {
  readonly state: string;
  readonly error: { readonly code: string } | null;
  readonly answer: { readonly sentences: readonly { readonly text: string }[] } | null;
}

/** The job once it has finished. */
const finished = async (headers: Headers, id: string | undefined): Promise<SeenJob> => {
  const query = `query ($id: ID!) { analyticsJob(id: $id) {
    state error { code } ... on AnswerJob { answer { ${ANSWER} } } } }`;
  return vi.waitFor(async () => {
    const { data } = await service.execute(query, { id }, headers);
    const job = data?.["analyticsJob"] as SeenJob;
    expect(["SUCCEEDED", "FAILED"]).toContain(job.state);
    return job;
  }, PATIENTLY);
};

describe("a question as a job", () => {
  test("is answered with tokens of its caller, for reading and for its fund only", async () => {
    const tenantId = newId();
    const caller = await callerOf(tenantId);
    const job = await start(caller, { fundId: FUND });
    expect(await finished(caller, job.id)).toMatchObject({
      state: "SUCCEEDED",
      answer: { by: "TEMPLATES", sentences: [{ text: TEMPLATE }] },
    });
    expect(gateway.callers.length).toBeGreaterThan(1);
    for (const claims of gateway.callers) {
      expect(claims).toMatchObject({
        sub: "ada",
        client_id: "system",
        act: { sub: "system" },
        scope: "ledger:read analytics:read metrics:read",
        funds: [FUND],
      });
    }
    const { rows } = await asTenant(tenantId, "SELECT delegation FROM job WHERE id = $1", [job.id]);
    expect(rows).toEqual([{ delegation: null }]);
  });

  test("is one job for a repeat with its key, and its answer is shown to who asked alone", async () => {
    const tenantId = newId();
    const caller = await callerOf(tenantId);
    const first = await start(caller, { idempotencyKey: "k-1" });
    expect(await start(caller, { idempotencyKey: "k-1" })).toMatchObject({
      id: first.id,
      replayed: true,
    });
    await finished(caller, first.id);
    const colleague = await issuer.headers({ tenantId, subject: "bob", scopes: READ });
    expect(await finished(colleague, first.id)).toMatchObject({ state: "SUCCEEDED", answer: null });
  });

  test("fails with a code once its caller's sign-in has ended", async () => {
    const caller = await callerOf();
    issuer.refusesDelegations = true;
    const job = await start(caller);
    expect(await finished(caller, job.id)).toMatchObject({
      state: "FAILED",
      error: { code: "DELEGATION_REFUSED" },
      answer: null,
    });
    expect(gateway.callers).toEqual([]);
  });

  test("is refused for a fund the caller may not see, and where the issuer has no token exchange", async () => {
    const limited = await issuer.headers({
      tenantId: newId(),
      funds: [newId()],
      scopes: ["analytics:run"],
    });
    expect((await start(limited, { fundId: FUND })).code).toBe("FUND_NOT_FOUND");
    issuer.exchangesTokens = false;
    expect((await start(await callerOf())).code).toBe("DELEGATION_UNSUPPORTED");
    issuer.exchangesTokens = true;
  });
});

const beginAnalysis = async (headers: Headers): Promise<string | undefined> => {
  const { data } = await service.execute(
    "mutation ($input: AnalyzeInput!) { startAnalysis(input: $input) { id } }",
    { input: { kind: "SENTIMENT", texts: ["Profit rose."] } },
    headers,
  );
  return (data?.["startAnalysis"] as { id: string } | undefined)?.id;
};

describe("an analysis as a job", () => {
  test("is done for its caller until the caller's sign-in has ended", async () => {
    const caller = await callerOf();
    expect(await finished(caller, await beginAnalysis(caller))).toMatchObject({
      state: "SUCCEEDED",
    });
    issuer.refusesDelegations = true;
    expect(await finished(caller, await beginAnalysis(caller))).toMatchObject({
      state: "FAILED",
      error: { code: "DELEGATION_REFUSED" },
    });
  });

  test("is done with the grants of its request where the issuer has no token exchange", async () => {
    const caller = await callerOf();
    issuer.exchangesTokens = false;
    expect(await finished(caller, await beginAnalysis(caller))).toMatchObject({
      state: "SUCCEEDED",
    });
    issuer.exchangesTokens = true;
  });
});

const calls = (name: string): object => ({ functionCall: { name, args: {} } });
const written = () => [
  parts(() => [calls("balances")]),
  parts(() => [calls("write_answer")]),
  streamed(
    { parts: [{ text: "Cash stands at {{f1}}.\n" }] },
    { parts: [{ text: "The net asset value is {{f2}}." }], finishReason: "STOP" },
  ),
];

describe("a question and the language model", () => {
  test("nothing leaves without the tenant's consent", async () => {
    const tenantId = newId();
    const caller = await callerOf(tenantId);
    gemini.replies = written();
    expect((await ask(caller)).data?.["ask"]).toMatchObject({ by: "TEMPLATES", sent: [] });
    expect(gemini.calls).toEqual([]);
    await consent(tenantId);
    expect((await ask(caller)).data?.["ask"]).toMatchObject({ by: "MODEL" });
  });

  test("no name of a person leaves", async () => {
    const tenantId = newId();
    await consent(tenantId);
    gemini.replies = written();
    await ask(await callerOf(tenantId));
    const sent = gemini.calls.map(({ body }) => body).join("");
    expect(sent).toContain("cash");
    expect(sent).not.toMatch(/Annelise|Wolkenbrecht/i);
  });

  test("templates answer once the day's tokens are used", async () => {
    const tenantId = newId();
    await consent(tenantId);
    const caller = await callerOf(tenantId);
    const spend = `INSERT INTO model_budget (tenant_id, day, reserved, spent)
      VALUES ($1, (now() AT TIME ZONE 'UTC')::date, 0, 199999)`;
    await asTenant(tenantId, spend, [tenantId]);
    gemini.replies = written();
    expect((await ask(caller)).data?.["ask"]).toMatchObject({
      by: "TEMPLATES",
      sentences: [{ text: TEMPLATE }],
    });
    expect(gemini.calls).toEqual([]);
  });

  test("each sentence is streamed once it was checked, and at last the answer", async () => {
    const tenantId = newId();
    await consent(tenantId);
    gemini.replies = written();
    const client = createClient({
      url: `${service.origin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: await callerOf(tenantId),
    });
    const shown: unknown[] = [];
    const query = `subscription ($input: AskInput!) {
      answerStreamed(input: $input) { sentence { text } answer { by sentences { text } } } }`;
    for await (const { data } of client.iterate({
      query,
      variables: { input: { question: QUESTION } },
    })) {
      shown.push(data?.["answerStreamed"]);
    }
    await client.dispose();
    const texts = [TEMPLATE, "The net asset value is 4,800,000.00 EUR."];
    expect(shown).toEqual([
      ...texts.map((text) => ({ sentence: { text }, answer: null })),
      { sentence: null, answer: { by: "MODEL", sentences: texts.map((text) => ({ text })) } },
    ]);
  });
});

const asTenant = (tenantId: string, sql: string, parameters: readonly unknown[]) =>
  withTransaction(service.pool, { tenantId }, (client) => client.query(sql, [...parameters]));

const consent = async (tenantId: string) =>
  service.execute(
    "mutation { setModelConsent(given: true) { state } }",
    {},
    await callerOf(tenantId, ["admin"]),
  );
