import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { newId } from "@allfunds/platform/ids";
import { beforeAll, describe, expect, it } from "vitest";
import { isReadOf } from "../endpoint/precondition.ts";
import { allEndpoints } from "../endpoints.ts";
import { posting, sendJson, type OpenBridge, type Reply } from "../service.fixture.ts";
import {
  AdministerSampleFundDocument,
  ImportSampleStatementDocument,
  OpenSampleClassDocument,
  OpenSampleFundDocument,
  RegisterSampleInvestorsDocument,
} from "./graph-types.generated.ts";
import type { RunningBridge, RunningGraph } from "./running-graph.fixture.ts";
import { openSampleBooks, type Ids } from "./sample-books.fixture.ts";

const API = "/api/v1";

type Headers = Readonly<Record<string, string>>;

let graph: RunningGraph;
let bridge: OpenBridge;
let ids: Ids;
let administered: {
  readonly fundId: string;
  readonly classId: string;
  readonly investorId: string;
};
let maker: Headers;
/** Two people who did not make what they decide. */
let deciders: readonly [Headers, Headers];

/** A fund of its own with one class and one investor, so that it can be ordered and valued. */
async function openAdministeredFund() {
  const fund = { name: "Administered", currency: "EUR" };
  const { openFund } = await graph.execute(OpenSampleFundDocument, { input: fund }, maker);
  const { id: fundId } = openFund;
  const terms = { effectiveFrom: "2026-01-01", cutOffTime: "15:00", timeZone: "Europe/Luxembourg" };
  await graph.execute(AdministerSampleFundDocument, { input: { fundId, ...terms } }, maker);
  const shares = { code: "A", name: "Class A", isin: "QSFUNDA00013", launchPrice: "100" };
  const input = { fundId, ...shares, launchDate: "2026-01-02" };
  const { openShareClass } = await graph.execute(OpenSampleClassDocument, { input }, maker);
  const investor = { reference: "A-1", taxCountry: "LU", person: { name: "Ada Sample" } };
  const { registerInvestors } = await graph.execute(
    RegisterSampleInvestorsDocument,
    { input: { investors: [{ ...investor, kind: "PERSON", kycState: "CLEARED" }] } },
    maker,
  );
  return { fundId, classId: openShareClass.id, investorId: registerInvestors.ids[0] ?? "" };
}

const send = (path: string, init: RequestInit = {}, headers: Headers = maker): Promise<Reply> =>
  bridge.send(path, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init.headers)), ...headers },
  });

/** Makes one of a collection; its address. */
async function made(collection: string, body: object): Promise<string> {
  const answer = await send(`${API}/${collection}`, sendJson("POST", body));
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.headers.get("location") ?? `${API}/${collection}/${String(answer.json()["id"])}`;
}

const transaction = (amount: string) =>
  posting({
    fundId: ids.fund,
    entries: [
      { accountId: ids.account, side: "DEBIT", amount },
      { accountId: ids.contra, side: "CREDIT", amount },
    ],
  });
const posted = () => made("transactions", transaction("90.00"));
const proposed = () => made("transactions", transaction("5000.00"));
const held = () =>
  made("holds", {
    accountId: ids.account,
    amount: "9.00",
    contraAccountId: ids.contra,
    description: "Reserve",
  });
const ordered = () => {
  const { classId, investorId } = administered;
  return made("orders", { kind: "SUBSCRIPTION", amount: "100.00", classId, investorId });
};
let days = 0;
const nextDay = (): string => `2026-10-${String((days += 1)).padStart(2, "0")}`;
const valued = () => made("valuations", { fundId: administered.fundId, navDate: nextDay() });
async function imported(): Promise<string> {
  const csv = { date: "Date", description: "Text", amount: "Amount" };
  const content = `Date,Text,Amount\n${nextDay()},Rent,-1${days}.00\n`;
  const input = { accountId: ids.account, format: "CSV", csv, content } as const;
  const { importStatement } = await graph.execute(ImportSampleStatementDocument, { input }, maker);
  return `${API}/statements/${importStatement.id}`;
}
/** It waits behind others that take a minute each; they are cancelled after it. */
let ahead: string[] = [];
async function waiting(): Promise<string> {
  const simulation = {
    assets: [{ expectedReturn: 0.06, volatility: 0.15 }],
    step: "DAY",
    horizon: 5_000,
    paths: 200_000,
    initialValue: "1.00",
    currency: "EUR",
  };
  const start = () => made("simulations", simulation);
  ahead = [await start(), await start()];
  return start();
}
async function cancelOthers(): Promise<void> {
  const cancelled = ahead.map((address) => send(`${address}/cancel`, sendJson("POST", {})));
  for (const { status } of await Promise.all(cancelled)) expect(status).toBe(200);
}

const closed = () => made("periods", { fundId: ids.fund, to: "2021-12-31" });
const hooked = () => made("webhooks", { url: "https://hooks.invalid/in" });
const paused = async (): Promise<string> => {
  const address = await hooked();
  await send(`${address}/pause`, sendJson("POST", {}));
  return address;
};
/** Nothing is sent to a paused webhook, so its messages stay as they are. */
async function waitingMessage(): Promise<string> {
  const sent = await send(`${await paused()}/test`, sendJson("POST", {}));
  return sent.headers.get("location") ?? "";
}
async function givenUp(): Promise<string> {
  const message = await waitingMessage();
  await send(`${message}/give-up`, sendJson("POST", {}));
  return message;
}

const both = (body: object): readonly [object, object] => [body, body];
const WHY = both({ reason: "Wrong fund" });

interface Race {
  readonly resource: () => Promise<string>;
  readonly action: string;
  /** What each of the two sends. */
  readonly bodies: readonly [object, object];
  readonly by?: "maker" | "deciders";
  readonly method?: "PATCH" | "DELETE";
  /** What the second one is answered with, unless it is VERSION_CONFLICT. */
  readonly second?: string;
  /** Ends what the resource made beside itself. */
  readonly after?: () => Promise<void>;
}

/** Two of each at the same moment, which without a tag would both take effect or be refused by their own rules. */
const RACES: Readonly<Record<string, Race>> = {
  reverseTransaction: { resource: posted, action: "reversal", bodies: both({ amount: "1.00" }) },
  captureHold: { resource: held, action: "capture", bodies: both({ amount: "1.00" }) },
  voidHold: { resource: held, action: "void", bodies: both({}) },
  approveProposal: { resource: proposed, action: "approve", bodies: both({}), by: "deciders" },
  rejectProposal: { resource: proposed, action: "reject", bodies: WHY, by: "deciders" },
  withdrawProposal: { resource: proposed, action: "withdraw", bodies: both({}) },
  cancelOrder: { resource: ordered, action: "cancel", bodies: WHY },
  publishNav: { resource: valued, action: "publish", bodies: both({}), by: "deciders" },
  undoStatement: { resource: imported, action: "undo", bodies: WHY },
  startStatementUndo: { resource: imported, action: "undo-jobs", bodies: WHY },
  moveStatementLine: {
    resource: imported,
    action: "lines/1/move",
    get bodies() {
      return both({ accountId: ids.contra });
    },
  },
  splitStatementLine: {
    resource: imported,
    action: "lines/1/split",
    // They are read before the line is made, whose amount is of its day.
    get bodies() {
      return both({ parts: [{ accountId: ids.contra, amount: `1${days + 1}.00` }] });
    },
  },
  reopenPeriod: {
    resource: closed,
    action: "reopen",
    get bodies() {
      return both({ fundId: ids.fund, reason: "Wrong fund" });
    },
  },
  cancelJob: { resource: waiting, action: "cancel", bodies: both({}), after: cancelOthers },
  updateWebhook: {
    resource: hooked,
    action: "",
    bodies: [{ description: "one" }, { description: "other" }],
    method: "PATCH",
  },
  // What was removed has no tag any more.
  deleteWebhook: {
    resource: hooked,
    action: "",
    bodies: both({}),
    method: "DELETE",
    second: "404 NOT_FOUND",
  },
  pauseWebhook: { resource: hooked, action: "pause", bodies: both({}) },
  resumeWebhook: { resource: paused, action: "resume", bodies: both({}) },
  giveUpWebhookDelivery: { resource: waitingMessage, action: "give-up", bodies: both({}) },
  redeliverWebhook: { resource: givenUp, action: "redeliver", bodies: both({}) },
};

const outcomeOf = ({ status, text }: Reply): string => {
  const { code } = JSON.parse(text) as { readonly code?: string };
  return status < 300 ? "done" : `${status} ${code}`;
};

const capture = (address: string, headers: Headers = {}): Promise<Reply> =>
  send(`${address}/capture`, sendJson("POST", { amount: "1.00" }, headers));

/** Tests that of two changes with one tag one takes effect, and that a tag and a key hold beside others. */
export function testParallelChanges(started: () => RunningBridge): void {
  beforeAll(async () => {
    const { issuer, ...running } = started();
    ({ graph, bridge } = running);
    const tenantId = newId();
    const as = (subject: string) => issuer.headers({ scopes: ALL_SCOPES, tenantId, subject });
    maker = await as("maker");
    deciders = [await as("bob"), await as("carol")];
    ids = await openSampleBooks(graph, bridge.send, maker);
    administered = await openAdministeredFund();
  });

  it("covers every change that takes If-Match", () => {
    const conditional = allEndpoints.filter((endpoint) =>
      allEndpoints.some((read) => isReadOf(read, endpoint)),
    );
    const known = conditional.map(({ docs }) => docs.operationId);
    expect(Object.keys(RACES).sort()).toEqual(known.sort());
  });

  describe("two changes with one tag at the same moment", () => {
    it.each(Object.entries(RACES))(
      "let one %s take effect and refuse the other",
      async (_id, { resource, action, bodies, by, method = "POST", second, after }) => {
        const address = await resource();
        const tag = (await send(address)).headers.get("etag") ?? "";
        const callers = by === "deciders" ? deciders : ([maker, maker] as const);
        const answers = await Promise.all(
          bodies.map((body, index) =>
            send(
              action === "" ? address : `${address}/${action}`,
              sendJson(method, body, { "if-match": tag, "idempotency-key": newId() }),
              callers[index],
            ),
          ),
        );
        const outcomes = answers.map(outcomeOf).sort();
        expect(outcomes).toEqual([second ?? "412 VERSION_CONFLICT", "done"]);
        await after?.();
      },
      120_000,
    );

    it("let each take effect without one", async () => {
      const address = await held();
      expect((await Promise.all([capture(address), capture(address)])).map(outcomeOf)).toEqual([
        "done",
        "done",
      ]);
      expect((await send(address)).json()).toMatchObject({ captured: "2.00" });
    });
  });

  describe("a repeat under its key", () => {
    it("is answered as the first was, though that has changed the tag", async () => {
      const address = await held();
      const tag = (await send(address)).headers.get("etag") ?? "";
      const headers = { "if-match": tag, "idempotency-key": newId() };
      const [first, again] = [await capture(address, headers), await capture(address, headers)];
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.headers.get("idempotency-hit")).toBe("true");
      expect((await send(address)).json()).toMatchObject({ captured: "1.00" });
      const other = await capture(address, { ...headers, "idempotency-key": newId() });
      expect(outcomeOf(other)).toBe("412 VERSION_CONFLICT");
    });

    it("of a refused one is refused by the tag again, and takes effect with the new one", async () => {
      const address = await held();
      const key = newId();
      const wrong = { "if-match": '"another"', "idempotency-key": key };
      expect(outcomeOf(await capture(address, wrong))).toBe("412 VERSION_CONFLICT");
      expect(outcomeOf(await capture(address, wrong))).toBe("412 VERSION_CONFLICT");
      const tag = (await send(address)).headers.get("etag") ?? "";
      const right = { "if-match": tag, "idempotency-key": key };
      expect(outcomeOf(await capture(address, right))).toBe("done");
    });
  });

  it("a tag holds while others change other things of the book", async () => {
    const address = await held();
    const tag = (await send(address)).headers.get("etag") ?? "";
    // In one request: many at once could be refused as too much work.
    const transactions = Array.from({ length: 50 }, () => transaction("1.00"));
    const [voided, bulk] = await Promise.all([
      send(`${address}/void`, sendJson("POST", {}, { "if-match": tag })),
      send(`${API}/transactions`, sendJson("POST", { transactions })),
    ]);
    expect([outcomeOf(voided), outcomeOf(bulk)]).toEqual(["done", "done"]);
  });

  it("nothing above a limit passes: one posting, bulks, a balance, nor an approval of one's own", async () => {
    const large = transaction("1000.01");
    const bulk = (mode: string) =>
      send(
        `${API}/transactions`,
        sendJson("POST", { transactions: [transaction("1.00"), large], mode }),
      );
    const waiting = async (): Promise<number> => {
      const list = await send(`${API}/proposals?fundId=${ids.fund}&status=WAITING&first=100`);
      return (list.json()["items"] as unknown[]).length;
    };
    const before = await waiting();
    const waits = { status: "WAITING_FOR_APPROVAL", proposalId: expect.any(String) as string };
    const one = await send(`${API}/transactions`, sendJson("POST", large));
    expect([one.status, one.json()]).toEqual([202, waits]);
    const alone = await bulk("INDEPENDENT");
    expect([alone.status, alone.json()]).toMatchObject([207, { posted: 1, refused: 1 }]);
    const together = await bulk("ATOMIC");
    expect([together.status, together.json()["code"]]).toEqual([422, "BULK_REFUSED"]);
    const count = { accountId: ids.account, balance: "99999.00", reason: "Count" };
    const balance = await send(`${API}/balance`, sendJson("PATCH", count));
    expect([balance.status, balance.json()]).toEqual([202, waits]);
    const approve = (by: Headers) =>
      send(`${API}/proposals/${String(one.json()["proposalId"])}/approve`, { method: "POST" }, by);
    const own = await approve(maker);
    expect([own.status, own.json()["code"]]).toEqual([403, "FORBIDDEN"]);
    expect(await waiting()).toBe(before + 3);
    expect((await approve(deciders[0])).status).toBe(200);
    expect(await waiting()).toBe(before + 2);
  });
}
