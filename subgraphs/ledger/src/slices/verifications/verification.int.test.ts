import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createLedgerDatabase,
  openSmallFund,
  PATIENTLY,
  payIn,
  quiet,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { Sequencer } from "../../feed/sequencer.ts";
import type { VerifiedBook } from "./verification.ts";

interface Verification {
  readonly id: string;
  readonly state: string;
  readonly requester: { readonly id: string };
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly fund: { readonly id: string } | null;
  readonly sinceCheckpoint: boolean;
  readonly progress: { readonly position: number; readonly end: number };
  readonly books: readonly (VerifiedBook & { readonly fund: { readonly id: string } | null })[];
  readonly feedSound: boolean | null;
  readonly feedFault: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly replayed: boolean;
}

const JOB = `{ id state requester { id } requestedAt startedAt finishedAt fund { id } sinceCheckpoint
  progress { position end done total } feedSound feedFault error { code message } replayed
  books { bookId fund { id } sound position hash fault { position kind code what } } }`;

let database: TestDatabase;
let graph: LedgerGraph;
let tenantId: string;
let funds: readonly [SmallFund, SmallFund];

const userWith = (subject: string, scopes: readonly string[], ...granted: string[]) =>
  signedIn(subject, {
    ...(granted.length === 0 ? {} : { funds: granted }),
    overrides: { tenantId, scopes },
  });
const auditor = (...granted: string[]): RequestContext =>
  userWith("auditor", ["ledger:read", "audit:read", "audit:verify"], ...granted);

beforeEach(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  tenantId = newId();
  const owner = signedIn("owner", { overrides: { tenantId } });
  funds = [await openSmallFund(graph.books, owner), await openSmallFund(graph.books, owner)];
  for (const fund of funds) {
    for (let n = 1; n <= 3; n += 1) await graph.books.execute(owner, payIn(fund, `${n}.00`));
  }
  await graph.run(
    owner,
    'mutation { setApprovalLimit(input: { currency: "EUR", amount: "100.00" }) { amount } }',
  );
});
afterEach(async () => {
  await graph.close();
  await database.drop();
});

const start = (by: RequestContext, input: object = {}) =>
  graph.run(
    by,
    `mutation ($input: StartVerificationInput!) { startVerification(input: $input) ${JOB} }`,
    { input },
  );

const started = async (by: RequestContext, input: object = {}): Promise<Verification> =>
  dataOf<Verification>(await start(by, input), "startVerification");

async function read(by: RequestContext, id: string): Promise<Verification | null> {
  const { data, errors } = await graph.run(
    by,
    `query ($id: ID!) { verification(id: $id) ${JOB} }`,
    { id },
  );
  if (errors !== undefined) throw errors[0] ?? new Error("no answer");
  return (data as { verification: Verification | null }).verification;
}

const cancel = (by: RequestContext, id: string) =>
  graph.run(by, `mutation ($id: ID!) { cancelVerification(id: $id) ${JOB} }`, { id });

const finished = (id: string): Promise<Verification> =>
  vi.waitFor(async () => {
    const found = await read(auditor(), id);
    if (found === null || found.finishedAt === null) throw new Error("it is not finished");
    return found;
  }, PATIENTLY);

/** Gives every event its place in the feed. */
async function fillFeed(): Promise<void> {
  const sequencer = new Sequencer(database.url, quiet);
  sequencer.start();
  const left = `SELECT FROM book b LEFT JOIN feed_book f ON f.tenant_id = b.tenant_id AND f.book_id = b.id
    WHERE b.tenant_id = $1 AND b.position IS DISTINCT FROM f.position`;
  await vi.waitFor(
    async () => expect((await graph.reads.query(left, [tenantId])).rowCount).toBe(0),
    PATIENTLY,
  );
  await sequencer.stop();
}

describe("a verification through the graph", { timeout: 300_000 }, () => {
  test("finds every book sound, the tenant's own among them, and the feed", async () => {
    await fillFeed();
    graph.jobs.start();
    const asked = await started(auditor(), {});
    expect(asked).toMatchObject({ state: "WAITING", requester: { id: "auditor" }, books: [] });
    const found = await finished(asked.id);
    expect(found).toMatchObject({
      state: "SUCCEEDED",
      fund: null,
      sinceCheckpoint: false,
      feedSound: true,
      feedFault: null,
      error: null,
      progress: { position: 13, end: 13, done: 13, total: 13 },
    });
    expect(found.books.map(({ sound }) => sound)).toEqual([true, true, true]);
    expect(found.books.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash ?? ""))).toBe(true);
    const ofFunds = found.books.map(({ fund }) => fund?.id).filter((id) => id !== undefined);
    expect(ofFunds).toEqual(funds.map(({ fundId }) => fundId).sort());
    expect(graph.alarms).toEqual([]);
  });

  test("names the fault of a book that was tampered with, and raises the alarm", async () => {
    const [{ fundId, bank }] = funds;
    await database.asSuperuser(
      `UPDATE account SET balance = balance + 1 WHERE tenant_id = '${tenantId}' AND id = '${bank}'`,
    );
    graph.jobs.start();
    const found = await finished((await started(auditor(), { fundId })).id);
    expect(found).toMatchObject({ state: "SUCCEEDED", fund: { id: fundId }, feedSound: null });
    expect(found.books).toMatchObject([
      {
        bookId: fundId,
        sound: false,
        position: null,
        hash: null,
        fault: { kind: "ROW", code: "ROW" },
      },
    ]);
    expect(graph.alarms).toHaveLength(1);
    expect(graph.alarms[0]).toContain(found.books[0]?.fault?.what);
  });

  test("names a book that is gone, and a feed that does not follow from the books", async () => {
    await fillFeed();
    const [{ fundId }] = funds;
    const gone = `WHERE tenant_id = '${tenantId}' AND book_id = '${fundId}'`;
    await database.asSuperuser(
      `DELETE FROM entry ${gone}`,
      `DELETE FROM event ${gone}`,
      `DELETE FROM book WHERE tenant_id = '${tenantId}' AND id = '${fundId}'`,
    );
    graph.jobs.start();
    const found = await finished((await started(auditor())).id);
    const book = found.books.find(({ bookId }) => bookId === fundId);
    expect(book?.fault).toMatchObject({ position: 1, kind: "MISSING" });
    expect(found.feedSound).toBe(false);
    expect(found.feedFault).toContain("feed");
    expect(graph.alarms).toHaveLength(2);
  });

  test("trusts a checkpoint only when requested", async () => {
    const [{ fundId }] = funds;
    graph.jobs.start();
    expect((await finished((await started(auditor(), { fundId })).id)).books[0]?.sound).toBe(true);
    await database.asSuperuser(
      `UPDATE event SET actor = 'mallory' WHERE tenant_id = '${tenantId}' AND book_id = '${fundId}' AND position = 2`,
    );
    const since = await started(auditor(), { fundId, sinceCheckpoint: true });
    expect(since.sinceCheckpoint).toBe(true);
    expect((await finished(since.id)).books[0]?.sound).toBe(true);
    const whole = await finished((await started(auditor(), { fundId })).id);
    expect(whole.books[0]?.fault).toMatchObject({ kind: "CHANGED", position: 2 });
  });

  test("can be cancelled while it waits, and a finished one stays as it is", async () => {
    const { id } = await started(auditor());
    expect(dataOf(await cancel(auditor(), id), "cancelVerification")).toMatchObject({
      state: "CANCELLED",
    });
    graph.jobs.start();
    const other = await finished((await started(auditor())).id);
    expect(dataOf(await cancel(auditor(), other.id), "cancelVerification")).toEqual(other);
    expect((await read(auditor(), id))?.state).toBe("CANCELLED");
  });

  test("requested twice under one key is one job", async () => {
    const input = { fundId: funds[0].fundId, idempotencyKey: "month-end" };
    const first = await started(auditor(), input);
    expect(first.replayed).toBe(false);
    expect(await started(auditor(), input)).toEqual({ ...first, replayed: true });
    expect(codeOf(await start(auditor(), { ...input, sinceCheckpoint: true }))).toBe(
      "IDEMPOTENCY_CONFLICT",
    );
  });

  test("is refused while ten of the tenant wait", async () => {
    const { fundId } = funds[0];
    for (let n = 0; n < 10; n += 1) await started(auditor(), { fundId });
    expect(codeOf(await start(auditor(), { fundId }))).toBe("RATE_LIMITED");
  });
});

const ids = (answer: Awaited<ReturnType<LedgerGraph["run"]>>): string[] =>
  dataOf<{ nodes: { id: string }[] }>(answer, "verifications").nodes.map(({ id }) => id);

describe("who may see and start it", () => {
  const LIST = "{ verifications(first: 10) { nodes { id } } }";

  test("another tenant sees none", async () => {
    const { id } = await started(auditor());
    const foreign = signedIn("auditor", { overrides: { tenantId: newId() } });
    expect(await read(foreign, id)).toBeNull();
    expect(ids(await graph.run(foreign, LIST))).toEqual([]);
    expect(codeOf(await cancel(foreign, id))).toBe("NOT_FOUND");
    expect((await read(auditor(), id))?.state).toBe("WAITING");
  });

  test("who was granted one fund verifies that one, and sees no other and not the whole", async () => {
    const [one, two] = funds;
    const limited = auditor(one.fundId);
    const own = await started(limited, { fundId: one.fundId });
    const other = await started(auditor(), { fundId: two.fundId });
    const whole = await started(auditor());
    expect(codeOf(await start(limited, { fundId: two.fundId }))).toBe("FUND_NOT_FOUND");
    expect(codeOf(await start(limited))).toBe("FORBIDDEN");
    expect(ids(await graph.run(limited, LIST))).toEqual([own.id]);
    expect(ids(await graph.run(auditor(), LIST))).toEqual([whole.id, other.id, own.id]);
    for (const { id } of [other, whole]) {
      expect(await read(limited, id)).toBeNull();
      expect(codeOf(await cancel(limited, id))).toBe("NOT_FOUND");
    }
    expect(dataOf(await cancel(limited, own.id), "cancelVerification")).toMatchObject({
      state: "CANCELLED",
    });
  });
});
