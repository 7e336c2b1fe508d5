import { newId } from "@allfunds/platform/ids";
import type { TestTokenOptions } from "@allfunds/platform/testing";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { alternativesOf } from "../endpoint/access.ts";
import { allEndpoints } from "../endpoints.ts";
import type { OpenBridge, Reply } from "../service.fixture.ts";
import type { RunningBridge } from "./running-graph.fixture.ts";
import { openSampleBooks, type Ids } from "./sample-books.fixture.ts";
import { legs, transactionIn, WAYS } from "./ways.fixture.ts";
import { API, post, type Request } from "./webhook-ways.fixture.ts";

const SCOPES = [...new Set(allEndpoints.flatMap(({ access }) => alternativesOf(access).flat()))];

type Headers = Readonly<Record<string, string>>;

// The followers read what is posted.
const FOLLOWED = { timeout: 4 * 60_000, interval: 100 };

let issuer: RunningBridge["issuer"];
let bridge: OpenBridge;
/** What the owner's tenant has. A caller with a grant may read the fund of `granted`. */
let theirs: Ids;
let granted: Ids;
/** What the other tenant has. */
let own: Ids;
let owner: Headers;

const tenant = newId();
const otherTenant = newId();
const headersOf = (options: TestTokenOptions): Promise<Headers> =>
  issuer.headers({ scopes: SCOPES, ...options });

/** Until the followers have read the owner's books, every answer would be the same refusal. */
async function untilFollowed(): Promise<void> {
  const reads = [`predictions?fundId=${theirs.fund}`, `metrics?fundId=${theirs.fund}`];
  for (const read of reads) {
    await vi.waitFor(async () => {
      const { status, text } = await send([`${API}/${read}`], owner);
      expect([status, text]).toEqual([200, text]);
    }, FOLLOWED);
  }
}

/** Instruments belong to a tenant and to no fund. */
const OF_INSTRUMENT = ({ instrument }: Ids): Request => [
  `${API}/metrics?instrumentId=${instrument}`,
];
const INDICATORS_OF_INSTRUMENT = ({ instrument }: Ids): Request => [
  `${API}/indicators?instrumentId=${instrument}&indicators=RSI`,
];
const NEWS_OF_INSTRUMENT = ({ instrument }: Ids): Request => [
  `${API}/news?instrumentId=${instrument}`,
];
const RISK_OF_INSTRUMENT = ({ instrument: instrumentId }: Ids): Request => [
  `${API}/portfolio-risk`,
  post({ currency: "EUR", holdings: [{ instrumentId, weight: 1 }] }),
];
const SIMULATION_OF_INSTRUMENT = ({ instrument: instrumentId }: Ids): Request => [
  `${API}/simulations`,
  post({ assets: [{ instrumentId }], horizon: 1, initialValue: "1.00", currency: "EUR" }),
];

const KINDS = [
  "fund",
  "account",
  "contra",
  "transaction",
  "hold",
  "period",
  "proposal",
  "instrument",
  "job",
  "statement",
  "attachment",
  "webhook",
  "delivery",
] as const satisfies readonly (keyof Ids)[];

const absentIds = (): Ids =>
  Object.fromEntries(KINDS.map((kind) => [kind, newId()])) as unknown as Ids;

const send = ([path, init]: Request = [""], headers: Headers): Promise<Reply> =>
  bridge.send(path, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers },
  });

/** An answer without what differs between any two: the trace, and the ids of the request. */
function comparable(reply: Reply, ids: Ids): object {
  let text = reply.text.replaceAll(/"traceId":"\w+"/g, "");
  for (const kind of KINDS) text = text.replaceAll(ids[kind], `{${kind}}`);
  const header = (name: string) => reply.headers.get(name);
  return { status: reply.status, text, type: header("content-type"), allow: header("allow") };
}

async function expectAlike(
  way: (ids: Ids) => Request | undefined,
  headers: Headers,
): Promise<Reply> {
  const absent = absentIds();
  const [foreign, unknown] = await Promise.all([
    send(way(theirs), headers),
    send(way(absent), headers),
  ]);
  expect(comparable(foreign, theirs)).toEqual(comparable(unknown, absent));
  return foreign;
}

/** Tests that no id of another tenant, and none outside of a grant, is answered otherwise than one that does not exist. */
export function testTenancy(started: () => RunningBridge): void {
  beforeAll(async () => {
    const { graph, ...running } = started();
    ({ issuer, bridge } = running);
    owner = await headersOf({ tenantId: tenant, subject: "owner" });
    const other = await headersOf({ tenantId: otherTenant, subject: "other" });
    [theirs, granted, own] = await Promise.all([
      openSampleBooks(graph, bridge.send, owner),
      openSampleBooks(graph, bridge.send, owner),
      openSampleBooks(graph, bridge.send, other),
    ]);
    await untilFollowed();
  });

  it("covers every endpoint", () => {
    const operationIds = allEndpoints.map(({ docs }) => docs.operationId);
    expect(new Set(Object.keys(WAYS))).toEqual(new Set(operationIds));
  });

  describe.each([
    [
      "another tenant's ids",
      { tenantId: otherTenant, subject: "other" },
      () => ({ mine: own, funds: "*" as const }),
    ],
    [
      "funds outside the grant",
      { tenantId: tenant, subject: "narrow" },
      () => ({ mine: granted, funds: [granted.fund] }),
    ],
  ] as const)("%s", (_what, who, around) => {
    it.each(Object.entries(WAYS))(
      "are answered by %s like ids that do not exist",
      async (_name, ways) => {
        const { mine, funds } = around();
        const headers = await headersOf({ ...who, funds });
        const answers = await Promise.all(
          ways(theirs, mine).map((_way, index) =>
            expectAlike((ids) => ways(ids, mine)[index], headers),
          ),
        );
        // Two failures of a server would be alike as well.
        for (const answer of answers) expect(answer.status).toBeLessThan(500);
      },
    );

    it("are in no list without a filter", async () => {
      const headers = await headersOf({ ...who, funds: around().funds });
      const lists = ["funds", "ledger", "proposals", "webhooks"];
      for (const path of lists.map((list) => `${list}?first=200`)) {
        const { status, text } = await send([`${API}/${path}`], headers);
        expect(status).toBe(200);
        expect(text).toContain(around().mine.fund);
        for (const kind of KINDS) expect(text).not.toContain(theirs[kind]);
      }
    });
  });

  it("shows no instrument of another tenant", async () => {
    const headers = await headersOf({ tenantId: otherTenant });
    const ways = [
      OF_INSTRUMENT,
      INDICATORS_OF_INSTRUMENT,
      NEWS_OF_INSTRUMENT,
      RISK_OF_INSTRUMENT,
      SIMULATION_OF_INSTRUMENT,
    ];
    for (const way of ways) {
      expect((await expectAlike(way, headers)).status).toBe(404);
    }
  });

  it("lets a tenant use an id that another tenant has used", async () => {
    const headers = await headersOf({ tenantId: otherTenant });
    const allowed = transactionIn(own.fund, legs(own.account, own.contra));
    const body = { ...allowed, id: theirs.transaction };
    const answer = await send([`${API}/transactions`, post(body)], headers);
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({ id: theirs.transaction, fundId: own.fund });
  });

  it("shows the owner everything, unchanged by the refused requests", async () => {
    const reads: readonly Request[] = [
      OF_INSTRUMENT(theirs),
      ...Object.entries(WAYS)
        .filter(([name]) => name.startsWith("get"))
        .flatMap(([, ways]) => ways(theirs, theirs))
        .filter(([path]) => !path.includes("forecasts")),
    ];
    for (const request of reads) {
      const { status, text } = await send(request, owner);
      expect([request[0], status, text]).toEqual([request[0], 200, text]);
    }
    const ledger = await send([`${API}/ledger?fundId=${theirs.fund}`], owner);
    expect(ledger.json()["items"]).toHaveLength(4);
    const hold = await send([`${API}/holds/${theirs.hold}`], owner);
    expect(hold.json()).toMatchObject({ status: "ACTIVE", captured: "0.00" });
    const proposal = await send([`${API}/proposals/${theirs.proposal}`], owner);
    expect(proposal.json()).toMatchObject({ status: "WAITING" });
  });
}
