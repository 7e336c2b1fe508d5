import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signInAll, type SignedIn } from "./demo-people.ts";
import type { GraphqlAnswer } from "./reachable-system.ts";
import { RunningSystem } from "./running-system.ts";

/** A request of the example, or the balances it leads to; texts that begin with `$` are values that were kept. */
interface Step {
  readonly step: string;
  readonly as: "maker" | "approver";
  readonly document?: string;
  readonly variables?: object;
  readonly keep?: Readonly<Record<string, string>>;
  readonly expect?: object;
  readonly refusal?: string;
  readonly asOf?: string;
  readonly balances?: Readonly<Record<string, string>>;
}

const EXAMPLE = new URL("../../demo/fund-month.json", import.meta.url);
const ROLES = { maker: "admin", approver: "approver" } as const;

let system: RunningSystem;
let people: readonly SignedIn[];

beforeAll(async () => {
  system = await RunningSystem.start();
  people = await signInAll(system);
});
afterAll(() => system.remove());

async function ask(
  as: Step["as"],
  query: string,
  variables: object,
): Promise<GraphqlAnswer<Readonly<Record<string, unknown>>>> {
  const person = people.find(({ role, acr }) => role === ROLES[as] && acr === "mfa");
  const response = await fetch(system.url(4000, "/graphql"), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${person?.accessToken ?? ""}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer<Readonly<Record<string, unknown>>>;
}

function filled<Value extends object>(value: Value, kept: ReadonlyMap<string, string>): Value {
  const text = JSON.stringify(value).replace(
    /\$([A-Za-z]\w*)/g,
    (name, key: string) => kept.get(key) ?? name,
  );
  return JSON.parse(text) as Value;
}

const TRIAL_BALANCE = `query ($id: ID!, $asOf: Date) { fund(id: $id) { trialBalance(asOf: $asOf) {
  lines(first: 200) { nodes { account { code } debit { amount } credit { amount } } } } } }`;

interface Balances {
  readonly trialBalance: {
    readonly lines: {
      readonly nodes: readonly {
        readonly account: { readonly code: string };
        readonly debit: { readonly amount: string };
        readonly credit: { readonly amount: string };
      }[];
    };
  };
}

const isZero = (amount: string): boolean => /^[0.]+$/.test(amount);

/** Debits less credits of every account with a balance, by code. */
async function balancesOn(fundId: string, asOf: string): Promise<Record<string, string>> {
  const { data } = await ask("maker", TRIAL_BALANCE, { id: fundId, asOf });
  const { nodes } = (data as { readonly fund: Balances }).fund.trialBalance.lines;
  const signed = nodes.map(({ account, debit, credit }): [string, string] => [
    account.code,
    isZero(credit.amount) ? debit.amount : `-${credit.amount}`,
  ]);
  return Object.fromEntries(signed.filter(([, amount]) => !isZero(amount)));
}

function keepFrom(data: unknown, { keep = {} }: Step, kept: Map<string, string>): void {
  for (const [name, path] of Object.entries(keep)) {
    const found = path
      .split(".")
      .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], data);
    kept.set(name, String(found));
  }
}

/** What a step found and what it should have; of balances every code. */
async function play(one: Step, kept: Map<string, string>): Promise<readonly [object, object]> {
  const { step, as, document, variables = {}, balances = {}, asOf = "" } = one;
  if (document === undefined) {
    const found = await balancesOn(kept.get("fund") ?? "", asOf);
    const expected = filled(balances, kept);
    return [
      { step, balances: found, codes: Object.keys(found).length },
      { step, balances: expected, codes: Object.keys(expected).length },
    ];
  }
  const { data, errors } = await ask(as, document, filled(variables, kept));
  keepFrom(data, one, kept);
  const { code = "ok" } = errors?.[0]?.extensions ?? {};
  return [
    { step, code, data },
    { step, code: one.refusal ?? "ok", ...(one.expect === undefined ? {} : { data: one.expect }) },
  ];
}

it("a month of an administered fund is right to the cent through the gateway", async () => {
  const { steps } = JSON.parse(await readFile(EXAMPLE, "utf8")) as { steps: readonly Step[] };
  const kept = new Map<string, string>();
  for (const one of steps) {
    const [found, expected] = await play(one, kept);
    expect(found).toMatchObject(expected);
  }
});
