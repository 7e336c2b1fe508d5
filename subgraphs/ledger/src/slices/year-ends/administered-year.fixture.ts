import type { RequestContext } from "@allfunds/platform/context";
import { codeOf, dataOf, type LedgerGraph } from "../../ledger-graph.fixture.ts";

/** A fund whose years are closed through the graph alone: one person proposes, another approves. */
export class FundYears {
  readonly #graph: LedgerGraph;
  readonly #fundId: string;
  readonly #maker: RequestContext;
  readonly #approver: RequestContext;

  constructor(
    graph: LedgerGraph,
    fundId: string,
    people: Readonly<Record<"maker" | "approver", RequestContext>>,
  ) {
    this.#graph = graph;
    this.#fundId = fundId;
    this.#maker = people.maker;
    this.#approver = people.approver;
  }

  /** Closes all days up to the last one of the year, then the year; returns the entries of its closing. */
  async close(to: string): Promise<readonly string[]> {
    await this.#ask("closePeriod", "ClosePeriodInput", { to }, "id");
    const { id } = await this.#ask<{ id: string }>("proposeYearEnd", "ProposeYearEndInput", { to });
    const text = `mutation ($id: ID!) { approveProposal(id: $id) { transaction {
      entries { side account { code } amount { amount } } } } }`;
    const approved = await this.#graph.run(this.#approver, text, { id });
    const { transaction } = dataOf<{ transaction: { entries: readonly Entry[] } }>(
      approved,
      "approveProposal",
    );
    return transaction.entries.map(
      ({ account, side, amount }) => `${account.code} ${side} ${amount.amount}`,
    );
  }

  /** `ok`, or the code of the refusal of a proposal to close. */
  async tryClose(to: string): Promise<string> {
    const text = "mutation ($input: ProposeYearEndInput!) { proposeYearEnd(input: $input) { id } }";
    return codeOf(
      await this.#graph.run(this.#maker, text, { input: { fundId: this.#fundId, to } }),
    );
  }

  /** Takes back the closing of the last year, and opens its days. */
  async reopen(): Promise<void> {
    const reason = "Something was left out";
    await this.#ask("reopenYear", "ReopenYearInput", { reason });
    const read = `{ fund(id: "${this.#fundId}") { periods(first: 1) { nodes { id } } } }`;
    const { periods } = dataOf<{ periods: { nodes: { id: string }[] } }>(
      await this.#graph.run(this.#maker, read),
      "fund",
    );
    const periodId = periods.nodes[0]?.id;
    await this.#ask("reopenPeriod", "ReopenPeriodInput", { periodId, reason });
  }

  async #ask<Data>(field: string, type: string, input: object, select = "id"): Promise<Data> {
    const text = `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`;
    const variables = { input: { fundId: this.#fundId, ...input } };
    return dataOf<Data>(await this.#graph.run(this.#maker, text, variables), field);
  }
}

interface Entry {
  readonly side: string;
  readonly account: { readonly code: string };
  readonly amount: { readonly amount: string };
}
