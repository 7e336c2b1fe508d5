import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, RunningSystem } from "./running-system.ts";
import { deposit, openSmallBook, postTransaction, type SmallBook } from "./small-book.ts";

let system: RunningSystem;
let book: SmallBook;
beforeAll(async () => {
  system = await RunningSystem.start();
  book = await openSmallBook(system, "Idempotency");
});
afterAll(() => system?.remove());

interface Answer {
  readonly status: number;
  /** Whether the answer is marked as one that was given before. */
  readonly isReplayed: boolean;
  readonly id: string | undefined;
  readonly code: string | undefined;
}

async function post(key: string, amount: string, more: object = {}): Promise<Answer> {
  const response = await postTransaction(system, deposit(book, amount, more), key);
  const { id, code } = (await response.json()) as { readonly id?: string; readonly code?: string };
  const isReplayed = response.headers.get("idempotency-hit") === "true";
  return { status: response.status, isReplayed, id, code };
}

const position = async (): Promise<number> => {
  const query = "query ($id: ID!) { fund(id: $id) { position } }";
  const { fund } = await system.ask<{ fund: { position: number } }>(query, { id: book.fundId });
  return fund.position;
};

/** A service whose process is killed; the launcher starts it again. */
async function restart(service: string): Promise<void> {
  const [before] = await system.pids(service);
  await system.kill(service);
  await eventually(120_000, async () => {
    const [now] = await system.pids(service);
    if (now === before) throw new Error(`${service} was not started again`);
  });
}

const shown = ({ status, isReplayed, code }: Answer) => ({ status, isReplayed, code });
const FIRST = { status: 201, isReplayed: false, code: undefined };
const AGAIN = { status: 201, isReplayed: true, code: undefined };
const OTHER = { status: 409, isReplayed: false, code: "IDEMPOTENCY_CONFLICT" };

describe("an idempotency key over REST", () => {
  /** What is sent behind a first posting of 10.00 under the same key, and what it is answered. */
  const table: [string, (key: string) => Promise<Answer>, object][] = [
    ["the same body", (key) => post(key, "10.00"), AGAIN],
    ["another amount", (key) => post(key, "10.01"), OTHER],
    ["another description", (key) => post(key, "10.00", { description: "Other" }), OTHER],
    [
      "the same body when the ledger was killed in between",
      async (key) => {
        await restart("ledger");
        return eventually(120_000, async () => {
          const answer = await post(key, "10.00");
          if (answer.status >= 500) throw new Error(`${answer.status} ${answer.code}`);
          return answer;
        });
      },
      AGAIN,
    ],
    [
      "the same body when the REST bridge was killed in between",
      async (key) => {
        await restart("rest-bridge");
        return eventually(120_000, () => post(key, "10.00"));
      },
      AGAIN,
    ],
  ];
  it.each(table)("with %s stands for one posting", async (_what, repeat, expected) => {
    const key = randomUUID();
    const first = await post(key, "10.00");
    expect(shown(first)).toEqual(FIRST);
    const before = await position();
    const second = await repeat(key);
    expect(shown(second)).toEqual(expected);
    expect(second.id === first.id).toBe(second.isReplayed);
    expect(await position()).toBe(before);
  });

  it("posts once for twelve requests at the same time, and answers each", async () => {
    const key = randomUUID();
    const before = await position();
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(key, "10.00")));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ isReplayed }) => !isReplayed)).toHaveLength(1);
    expect(await position()).toBe(before + 1);
  });

  it("posts one of two bodies that arrive at the same time, and refuses the other", async () => {
    const key = randomUUID();
    const answers = await Promise.all([post(key, "10.00"), post(key, "20.00")]);
    expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([
      201, 409,
    ]);
  });

  it("is free again after a refusal, which is not stored", async () => {
    const key = randomUUID();
    const unknown = { fundId: randomUUID() };
    expect((await post(key, "10.00", unknown)).code).toBe("FUND_NOT_FOUND");
    expect(shown(await post(key, "10.00"))).toEqual(FIRST);
  });
});
