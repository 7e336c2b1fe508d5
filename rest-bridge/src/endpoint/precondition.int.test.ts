import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { allEndpoints } from "../endpoints.ts";
import { METRICS_JOB } from "../fake-graph/jobs.fixture.ts";
import { INVESTOR, SHARE_CLASS } from "../fake-graph/orders.fixture.ts";
import { VALUATION } from "../fake-graph/portfolio.fixture.ts";
import { CASH, FEES, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { STATEMENT } from "../fake-graph/statements.fixture.ts";
import { ABOVE_THE_LIMIT } from "../fake-graph/transactions.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";
import { alternativesOf } from "./access.ts";
import { isReadOf } from "./precondition.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

/** Makes one of a collection; its address. */
async function made(collection: string, body: object): Promise<string> {
  const answer = await service.send(`/api/v1/${collection}`, sendJson("POST", body));
  return answer.headers.get("location") ?? "";
}
const held = () =>
  made("holds", { accountId: CASH, amount: "5.00", contraAccountId: FEES, description: "Reserve" });
const proposed = () => made("transactions", posting({ description: ABOVE_THE_LIMIT }));
const posted = () => made("transactions", posting());
const ordered = () =>
  made("orders", {
    kind: "SUBSCRIPTION",
    classId: SHARE_CLASS,
    investorId: INVESTOR,
    amount: "1.00",
  });
const closed = () => made("periods", { fundId: FUND, to: "2020-06-30" });
const hooked = () => made("webhooks", { url: "https://hooks.example.com/in" });
const delivered = async () => {
  const sent = await service.send(`${await hooked()}/test`, sendJson("POST", {}));
  return sent.headers.get("location") ?? "";
};
const at = (path: string) => () => Promise.resolve(`/api/v1/${path}`);
const why = { reason: "Wrong fund" };

/** What is changed, and the action below its address. */
const ACTIONS: readonly [
  operationId: string,
  resource: () => Promise<string>,
  action: string,
  body: object,
  method?: string,
][] = [
  ["reverseTransaction", posted, "reversal", {}],
  ["captureHold", held, "capture", {}],
  ["voidHold", held, "void", {}],
  ["approveProposal", proposed, "approve", {}],
  ["rejectProposal", proposed, "reject", why],
  ["withdrawProposal", proposed, "withdraw", {}],
  ["cancelOrder", ordered, "cancel", why],
  ["publishNav", at(`valuations/${VALUATION}`), "publish", {}],
  ["undoStatement", at(`statements/${STATEMENT}`), "undo", why],
  ["startStatementUndo", at(`statements/${STATEMENT}`), "undo-jobs", why],
  ["moveStatementLine", at(`statements/${STATEMENT}`), "lines/1/move", { accountId: UNKNOWN }],
  [
    "splitStatementLine",
    at(`statements/${STATEMENT}`),
    "lines/1/split",
    { parts: [{ accountId: UNKNOWN, amount: "1.00" }] },
  ],
  ["reopenPeriod", closed, "reopen", { fundId: FUND, ...why }],
  ["cancelJob", at(`jobs/${METRICS_JOB}`), "cancel", {}],
  ["updateWebhook", hooked, "", { description: "Books" }, "PATCH"],
  ["deleteWebhook", hooked, "", {}, "DELETE"],
  ["pauseWebhook", hooked, "pause", {}],
  ["resumeWebhook", hooked, "resume", {}],
  ["redeliverWebhook", delivered, "redeliver", {}],
  ["giveUpWebhookDelivery", delivered, "give-up", {}],
];

const conditional = allEndpoints.flatMap((endpoint) =>
  allEndpoints.flatMap((read) => (isReadOf(read, endpoint) ? [{ endpoint, read }] : [])),
);

it("is taken by every change of one resource that can be read", () => {
  const known = conditional.map(({ endpoint }) => endpoint.docs.operationId);
  expect(ACTIONS.map(([operationId]) => operationId).sort()).toEqual(known.sort());
  for (const { endpoint } of conditional) {
    expect(endpoint.docs.requestHeaders?.map(({ name }) => name)).toContain("If-Match");
    expect(endpoint.docs.refusals).toContain("VERSION_CONFLICT");
  }
});

it("is compared with what the caller of the change may read", () => {
  for (const { endpoint, read } of conditional) {
    for (const scopes of alternativesOf(endpoint.access)) {
      const readable = alternativesOf(read.access).some((needed) =>
        needed.every((scope) => scopes.includes(scope)),
      );
      expect([endpoint.docs.operationId, readable]).toEqual([endpoint.docs.operationId, true]);
    }
  }
});

/** The address of an action; without one, the resource's own. */
const below = (address: string, action: string): string =>
  action === "" ? address : `${address}/${action}`;

/** The changes that reached the graph. */
const changes = (): string[] => {
  const known = service.graph.resolvers.Mutation ?? {};
  return service.graph.fields
    .map(({ field }) => field)
    .filter((field) => Object.hasOwn(known, field));
};

describe("If-Match of", () => {
  it.each(ACTIONS)(
    "%s refuses another tag before anything is sent",
    async (_id, resource, action, body, method = "POST") => {
      const address = await resource();
      const tag = (await service.send(address)).headers.get("etag") ?? "";
      service.graph.fields.length = 0;
      const change = (ifMatch: string) =>
        service.send(below(address, action), sendJson(method, body, { "if-match": ifMatch }));
      for (const other of ['"another"', `W/${tag}`, '"7", "8-gzip"']) {
        const refused = await change(other);
        expect([refused.status, refused.json()["code"]]).toEqual([412, "VERSION_CONFLICT"]);
      }
      expect((await change("7")).json()).toMatchObject({ code: "INVALID_INPUT" });
      expect(changes()).toEqual([]);
      const accepted = await change(`"7", ${tag.replace(/"$/, '-gzip"')}`);
      expect(accepted.status).toBeLessThan(300);
      expect(changes()).toHaveLength(1);
    },
  );

  it.each(ACTIONS)(
    "%s accepts * where there is one",
    async (_id, resource, action, body, method = "POST") => {
      const path = below(await resource(), action);
      const answer = await service.send(path, sendJson(method, body, { "if-match": "*" }));
      expect(answer.status).toBeLessThan(300);
      const nowhere = path.replace(/[0-9a-f-]{36}/, UNKNOWN);
      const missing = await service.send(nowhere, sendJson(method, body, { "if-match": "*" }));
      expect(missing.status).toBe(404);
    },
  );

  it("a part of a hold refuses the second capture by the same tag", async () => {
    const address = await held();
    const tag = (await service.send(address)).headers.get("etag") ?? "";
    const capture = () =>
      service.send(`${address}/capture`, sendJson("POST", { amount: "1.00" }, { "if-match": tag }));
    expect((await capture()).status).toBe(201);
    const again = await capture();
    expect([again.status, again.json()["code"]]).toEqual([412, "VERSION_CONFLICT"]);
  });

  it("an action is not compared while the rest of the request is not valid", async () => {
    const path = `${await proposed()}/reject`;
    const answer = await service.send(path, sendJson("POST", {}, { "if-match": '"another"' }));
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
  });
});
