import { expect, test } from "vitest";
import type { Requester } from "../../engine/book.ts";
import { whyNotApprove } from "./approve-proposal.ts";

type Waiting = Parameters<typeof whyNotApprove>[0];
type Now = NonNullable<Parameters<typeof whyNotApprove>[2]>;
interface Case {
  readonly waiting?: Partial<Waiting>;
  readonly by?: Partial<Requester>;
  readonly now?: Partial<Now>;
  readonly why: ReturnType<typeof whyNotApprove>;
}

const WAITING: Waiting = {
  maker: "ann",
  makerOwner: null,
  approvers: 1,
  approvedBy: [],
  administrator: null,
};
const two = { approvers: 2 };
const guarded = { administrator: "NEEDED" } as const;

const CASES: Readonly<Record<string, Case>> = {
  "another person": { why: undefined },
  "its maker": { by: { actor: "ann" }, why: "IS_MAKER" },
  "a client of its maker": { by: { actor: "robot", owner: "ann" }, why: "IS_MAKER" },
  "who owns the client that made it": {
    waiting: { maker: "robot", makerOwner: "bob" },
    why: "IS_MAKER",
  },
  "two clients of one person": {
    waiting: { maker: "robot", makerOwner: "ann" },
    by: { actor: "other", owner: "ann" },
    why: "IS_MAKER",
  },
  "a client of another person": { by: { actor: "robot", owner: "bob" }, why: undefined },
  "the first of two": { waiting: two, why: undefined },
  "who approved before": { waiting: { ...two, approvedBy: ["bob"] }, why: "APPROVED_BEFORE" },
  "a client of who approved before": {
    waiting: { ...two, approvedBy: ["bob"] },
    by: { actor: "robot", owner: "bob" },
    why: "APPROVED_BEFORE",
  },
  "after another one": { waiting: { ...two, approvedBy: ["eve"] }, why: undefined },
  "what it would change was changed": { now: { isChanged: true }, why: "CHANGED_SINCE" },
  "limits that demand more": { now: { approvers: 2 }, why: "LIMIT_CHANGED" },
  "limits that demand as many": { waiting: two, now: { approvers: 2 }, why: undefined },
  "limits that demand fewer": { waiting: two, now: { approvers: 1 }, why: undefined },
  "no administrator where one is needed": { waiting: guarded, why: "NO_ADMINISTRATOR" },
  "an administrator where one is needed": {
    waiting: guarded,
    by: { isAdministrator: true },
    why: undefined,
  },
  "no administrator, with an approval to come": {
    waiting: { ...guarded, ...two },
    why: undefined,
  },
  "no administrator, the last of two": {
    waiting: { ...guarded, ...two, approvedBy: ["eve"] },
    why: "NO_ADMINISTRATOR",
  },
  "no administrator, after one": {
    waiting: { ...two, administrator: "GIVEN", approvedBy: ["eve"] },
    why: undefined,
  },
  "its maker before all else": {
    waiting: { ...guarded, approvedBy: ["ann"] },
    by: { actor: "ann" },
    now: { isChanged: true, approvers: 3 },
    why: "IS_MAKER",
  },
  "a change before limits": { now: { isChanged: true, approvers: 3 }, why: "CHANGED_SINCE" },
  "limits before administrators": {
    waiting: guarded,
    now: { approvers: 2 },
    why: "LIMIT_CHANGED",
  },
};

test.each(Object.entries(CASES))("%s", (_name, { waiting, by, now, why }) => {
  const present = { isChanged: false, approvers: 1, ...now };
  expect(whyNotApprove({ ...WAITING, ...waiting }, { actor: "bob", ...by }, present)).toBe(why);
});

const OF_PERSONS: ReadonlySet<unknown> = new Set(["IS_MAKER", "APPROVED_BEFORE"]);

test("before the decision only the reasons that lie in the person are known", () => {
  for (const { waiting, by, why } of Object.values(CASES)) {
    const known = whyNotApprove({ ...WAITING, ...waiting }, { actor: "bob", ...by });
    expect(known).toBe(OF_PERSONS.has(why) ? why : undefined);
  }
});
