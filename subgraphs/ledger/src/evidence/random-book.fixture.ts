import type { RequestContext } from "@allfunds/platform/context";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { newId } from "@allfunds/platform/ids";
import type { Random } from "./random.fixture.ts";
import { codeOf, signedIn, waitingIn, type LedgerGraph } from "../ledger-graph.fixture.ts";

interface Account {
  readonly id: string;
  readonly currency: string;
}

type Input = Record<string, unknown>;

const CURRENCIES = ["EUR", "USD", "BTC/8"];
const DAYS = ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-15", "2026-06-30"];
const MINUTE_MS = 60_000;
const WITHOUT_ADMIN = ALL_SCOPES.filter((scope) => scope !== "admin");
/** What waits as a change when another person has to approve it. */
const SENSITIVE = new Set([
  "setApprovalLimit",
  "setMinimumBalance",
  "unfreezeAccount",
  "reopenPeriod",
]);

/**
 * Plays random commands of every kind on one fund through the graph, by people and by an API client, with
 * clocks that run on and lag behind. What is refused is left at that.
 */
export class RandomBook {
  readonly tenantId = newId();
  readonly fundId = newId();
  /** How many commands had each outcome, by mutation and code. */
  readonly outcomes = new Map<string, number>();
  readonly #graph: LedgerGraph;
  readonly #random: Random;
  readonly #accounts: Account[] = [];
  readonly #transactions: string[] = [];
  readonly #holds: string[] = [];
  readonly #frozen: string[] = [];
  readonly #proposals: { readonly id: string; readonly of: "Proposal" | "Change" }[] = [];
  readonly #periods: string[] = [];
  readonly #statements: string[] = [];
  #now = Date.parse("2026-06-30T12:00:00.000Z");
  /** Whether the tenant has a second administrator, where tokens have it. */
  #second: boolean | undefined;

  constructor(graph: LedgerGraph, random: Random) {
    this.#graph = graph;
    this.#random = random;
  }

  async play(commands: number): Promise<void> {
    if (this.#random.chance(5)) await this.#setTenantLimit();
    await this.#send("openFund", { id: this.fundId, name: "Random", currency: "EUR" });
    for (let count = 0; count < 6; count += 1) await this.#openAccount();
    for (let count = 0; count < commands; count += 1) await this.#playOne();
  }

  async #playOne(): Promise<void> {
    this.#now += this.#random.below(12) * MINUTE_MS;
    if (this.#random.below(40) === 0) this.#second = this.#random.oneOf([true, false, undefined]);
    const commands: readonly (readonly [weight: number, play: () => Promise<unknown>])[] = [
      [20, () => this.#post()],
      [4, () => this.#postBulk()],
      [3, () => this.#exchange()],
      [5, () => this.#adjust()],
      [4, () => this.#importStatement()],
      [2, () => this.#undoStatement()],
      [3, () => this.#decideLines()],
      [8, () => this.#reverse()],
      [10, () => this.#placeHold()],
      [10, () => this.#captureHold()],
      [3, () => this.#voidHold()],
      [3, () => this.#setMinimum()],
      [5, () => this.#changeStatus()],
      [2, () => this.#closePeriod()],
      [2, () => this.#reopenPeriod()],
      [3, () => this.#setFundLimit()],
      [2, () => this.#setTenantLimit()],
      [12, () => this.#decide()],
      [2, () => this.#openAccount()],
    ];
    let left = this.#random.below(commands.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, play] of commands) {
      left -= weight;
      if (left < 0) {
        await play();
        return;
      }
    }
  }

  /** The caller, and the time by the clock of the instance that answers. */
  #context(): RequestContext {
    const lagMs = this.#random.chance(2) ? this.#random.below(30) * MINUTE_MS : 0;
    const overrides = { tenantId: this.tenantId, now: new Date(this.#now - lagMs) };
    const name = this.#random.oneOf(["ann", "bob", "bob", "cem", "bot"]) ?? "ann";
    const scopes = name === "cem" ? { scopes: WITHOUT_ADMIN } : {};
    const who = {
      overrides: { ...overrides, ...scopes },
      ...(this.#second === undefined ? {} : { secondAdministrator: this.#second }),
    };
    return name === "bot"
      ? signedIn("bot", { ...who, kind: "client", clientId: "bot", owner: "ann" })
      : signedIn(name, who);
  }

  async #run(mutation: string, text: string, variables: object): Promise<Input> {
    const answer = await this.#graph.run(this.#context(), text, variables);
    const code = codeOf(answer);
    const outcome = `${mutation} ${code}`;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    const waiting = waitingIn(answer);
    const of = SENSITIVE.has(mutation) ? "Change" : "Proposal";
    if (waiting !== "none") this.#proposals.push({ id: waiting, of });
    return (answer.data?.[mutation] ?? {}) as Input;
  }

  /** Carries out a mutation with one input, now and then under a key that came before. */
  #send(
    mutation: string,
    input: Input,
    type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`,
  ) {
    const keyed = this.#random.chance(5)
      ? { ...input, idempotencyKey: `key ${this.#random.chance(1) ? 1 : newId()}` }
      : input;
    const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`;
    return this.#run(mutation, text, { input: keyed });
  }

  #account(currency?: string): Account {
    const fitting = this.#accounts.filter(
      (each) => currency === undefined || each.currency === currency,
    );
    return this.#random.oneOf(fitting) ?? { id: newId(), currency: "EUR" };
  }

  #amount(currency: string): string {
    const whole = this.#random.below(40);
    return currency === "BTC/8" ? `${whole}.5` : `${whole}.${10 + this.#random.below(90)}`;
  }

  async #openAccount(): Promise<void> {
    const count = this.#accounts.length;
    const currency = CURRENCIES[count % 6 < 3 ? 0 : this.#random.below(3)] ?? "EUR";
    const id = newId();
    const type = this.#random.oneOf(["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"]);
    const minimum = this.#random.chance(3) ? { minimumBalance: `-${this.#random.below(100)}` } : {};
    const code = `A${this.#random.chance(1) ? 1 : count}`;
    await this.#send("openAccount", {
      id,
      fundId: this.fundId,
      code,
      name: "One",
      type,
      currency,
      ...minimum,
    });
    this.#accounts.push({ id, currency });
  }

  #posting(): Input {
    const from = this.#account();
    const to = this.#account(from.currency);
    const amount = this.#amount(from.currency);
    const taken = this.#random.chance(1) ? this.#random.oneOf(this.#transactions) : undefined;
    const id = taken ?? newId();
    this.#transactions.push(id);
    return {
      id,
      fundId: this.fundId,
      effectiveDate: this.#random.chance(7) ? "2026-06-30" : this.#random.oneOf(DAYS),
      description: "Moved",
      ...(this.#random.chance(2) ? { reference: `ref ${this.#random.below(40)}` } : {}),
      ...(this.#random.chance(3)
        ? { metadata: { "ä/ß": [1e21, -0.5, null, { b: "\\", a: true }] } }
        : {}),
      entries: [
        { accountId: from.id, side: "DEBIT", amount },
        { accountId: to.id, side: "CREDIT", amount },
      ],
    };
  }

  #post(): Promise<Input> {
    return this.#send("postTransaction", this.#posting());
  }

  #postBulk(): Promise<Input> {
    const mode = this.#random.oneOf(["ATOMIC", "INDEPENDENT"]);
    const transactions = [this.#posting(), this.#posting(), this.#posting()];
    const text = `mutation ($input: PostTransactionsInput!) { postTransactions(input: $input) { posted } }`;
    return this.#run("postTransactions", text, { input: { mode, transactions } });
  }

  #exchange(): Promise<Input> {
    const legs = ["EUR", "EUR", "USD", "USD"].map((currency) => this.#account(currency).id);
    const cents = 100 + this.#random.below(2_000);
    const dollars = ((cents * 1.25) / 100 + (this.#random.chance(1) ? 1 : 0)).toFixed(2);
    const amounts = [(cents / 100).toFixed(2), (cents / 100).toFixed(2), dollars, dollars];
    const entries = legs.map((accountId, index) => ({
      accountId,
      side: index % 2 === 0 ? "DEBIT" : "CREDIT",
      amount: amounts[index],
    }));
    const fx = [{ base: "EUR", quote: "USD", rate: "1.250" }];
    return this.#send("postTransaction", { ...this.#posting(), entries, fx });
  }

  #adjust(): Promise<Input> {
    const { id: accountId, currency } = this.#account();
    const contra = this.#random.chance(4) ? { contraAccountId: this.#account(currency).id } : {};
    const balance = `${this.#random.chance(3) ? "-" : ""}${this.#amount(currency)}`;
    return this.#send("adjustBalance", {
      accountId,
      balance,
      reason: "Counted",
      effectiveDate: "2026-06-30",
      ...contra,
    });
  }

  async #importStatement(): Promise<void> {
    const lines = Array.from({ length: 4 }, () => {
      const sign = this.#random.chance(5) ? "-" : "";
      return `2026-06-${10 + this.#random.below(9)},Line ${this.#random.below(5)},${sign}${1 + this.#random.below(30)}.00`;
    });
    const content = ["Date,Text,Amount", ...lines].join("\n");
    const csv = { date: "Date", description: "Text", amount: "Amount" };
    const input = { accountId: this.#account("EUR").id, format: "CSV", content, csv };
    const text = `mutation ($input: ImportStatementInput!) { importStatement(input: $input) { id } }`;
    const { id } = await this.#run("importStatement", text, { input });
    if (typeof id === "string") this.#statements.push(id);
  }

  #statement(): string {
    return this.#random.oneOf(this.#statements.slice(-3)) ?? newId();
  }

  #undoStatement(): Promise<Input> {
    return this.#send("undoStatement", { statementId: this.#statement(), reason: "Wrong file" });
  }

  /** Of any lines: those that are no possible duplicates are refused. */
  #decideLines(): Promise<Input> {
    const input = { statementId: this.#statement(), lines: [1 + this.#random.below(4)] };
    return this.#random.chance(3)
      ? this.#send("rejectStatementLines", { ...input, reason: "The same" })
      : this.#send("confirmStatementLines", input, "StatementLinesInput");
  }

  #reverse(): Promise<Input> {
    const id = newId();
    const transactionId = this.#random.oneOf(this.#transactions) ?? newId();
    this.#transactions.push(id);
    const part = this.#random.chance(6) ? { amount: `${1 + this.#random.below(9)}` } : {};
    return this.#send("reverseTransaction", {
      transactionId,
      id,
      effectiveDate: "2026-06-30",
      ...part,
    });
  }

  async #placeHold(): Promise<void> {
    const { id: accountId, currency } = this.#account();
    const id = newId();
    const minutes = 1 + this.#random.below(90);
    const end = this.#random.chance(6)
      ? { expiresAt: new Date(this.#now + minutes * MINUTE_MS).toISOString() }
      : {};
    const contra = this.#random.chance(7) ? { contraAccountId: this.#account(currency).id } : {};
    const amount = this.#amount(currency);
    const asked = { id, accountId, amount, description: "Held", ...end, ...contra };
    if ("__typename" in (await this.#send("placeHold", asked))) this.#holds.push(id);
  }

  #captureHold(): Promise<Input> {
    const transactionId = newId();
    this.#transactions.push(transactionId);
    const part = this.#random.chance(5) ? { amount: `${1 + this.#random.below(20)}` } : {};
    const contra = this.#random.chance(3) ? { contraAccountId: this.#account().id } : {};
    const holdId = this.#random.oneOf(this.#holds.slice(-3)) ?? newId();
    const releaseRest = this.#random.chance(4);
    return this.#send("captureHold", {
      holdId,
      transactionId,
      releaseRest,
      effectiveDate: "2026-06-30",
      ...part,
      ...contra,
    });
  }

  #voidHold(): Promise<Input> {
    const holdId = this.#random.oneOf(this.#holds.slice(-3));
    if (holdId === undefined) return this.#post();
    return this.#send("voidHold", {
      holdId,
      ...(this.#random.chance(5) ? { reason: "Not needed" } : {}),
    });
  }

  #setMinimum(): Promise<Input> {
    const { id: accountId, currency } = this.#account();
    const minimum = this.#random.chance(2) ? null : `-${this.#amount(currency)}`;
    return this.#send("setMinimumBalance", { accountId, minimumBalance: minimum });
  }

  #changeStatus(): Promise<Input> {
    const frozen = this.#random.chance(6) ? this.#frozen.pop() : undefined;
    if (frozen !== undefined) return this.#setStatus("unfreezeAccount", frozen);
    const { id } = this.#account();
    if (this.#random.chance(3)) return this.#setStatus("closeAccount", id);
    this.#frozen.push(id);
    return this.#setStatus("freezeAccount", id);
  }

  #setStatus(mutation: string, accountId: string): Promise<Input> {
    return this.#send(mutation, { accountId, reason: "Decided" }, "AccountStatusInput");
  }

  async #closePeriod(): Promise<void> {
    const from = this.#random.chance(5) ? { from: this.#random.oneOf(DAYS) } : {};
    const input = { fundId: this.fundId, to: this.#random.oneOf(DAYS.slice(0, 4)), ...from };
    const text = `mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }`;
    const { id } = await this.#run("closePeriod", text, { input });
    if (typeof id === "string") this.#periods.push(id);
  }

  #reopenPeriod(): Promise<Input> {
    const periodId = this.#random.oneOf(this.#periods) ?? newId();
    return this.#send("reopenPeriod", { fundId: this.fundId, periodId, reason: "Left out" });
  }

  #limit(): Input {
    const currency = this.#random.oneOf(CURRENCIES) ?? "EUR";
    const per = this.#random.chance(2)
      ? { per: this.#random.oneOf(["CHANGE", "DAY", "FUND_DAY", "IMPORT_DAY"]) }
      : {};
    const amount = this.#random.chance(3) ? null : `${this.#random.below(30)}`;
    return { currency, amount, ...per };
  }

  #setFundLimit(): Promise<Input> {
    return this.#send("setApprovalLimit", { ...this.#limit(), fundId: this.fundId });
  }

  #setTenantLimit(): Promise<Input> {
    return this.#send("setApprovalLimit", this.#limit());
  }

  #decide(): Promise<Input> {
    const waiting = this.#random.oneOf(this.#proposals.slice(-2));
    if (waiting === undefined) return this.#post();
    const { id, of } = waiting;
    const kind = this.#random.oneOf(["approve", "approve", "approve", "reject", "withdraw"]);
    const reason = kind === "reject" ? ', reason: "No"' : "";
    const text = `mutation ($id: ID!) { ${kind}${of}(id: $id${reason}) { id } }`;
    return this.#run(`${kind}${of}`, text, { id });
  }
}
