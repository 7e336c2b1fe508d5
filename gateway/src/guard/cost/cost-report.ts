import type { Cost } from "./cost.ts";
import type { OperationCost } from "./operation-cost.ts";

/** What a client is told of its operation's cost, in points. */
export interface CostExtension {
  readonly estimated: number;
  /** What it did cost; absent until it ran. */
  readonly actual?: number;
  /** Most an operation of this client may cost. */
  readonly limit: number;
  readonly subgraphs: Readonly<Record<string, { estimated: number; actual?: number }>>;
}

/** The cost of an operation on its way from estimate to count. */
export class CostReport {
  readonly estimated: Cost;
  readonly limit: number;
  readonly #operation: OperationCost;
  readonly #subgraphs: readonly string[];

  constructor(
    operation: OperationCost,
    estimated: Cost,
    limit: number,
    subgraphs: readonly string[],
  ) {
    this.#operation = operation;
    this.estimated = estimated;
    this.limit = limit;
    this.#subgraphs = subgraphs;
  }

  /** The cost of an answer. */
  actual(data: unknown): Cost {
    return this.#operation.actual(data);
  }

  /** `extensions.cost`, with what an answer did cost once there is one. */
  extension(actual?: Cost): CostExtension {
    const subgraphs = this.#subgraphs.flatMap((name, index) => {
      const estimated = this.estimated.pointsOf(index);
      if (estimated === 0) return [];
      return [
        [name, { estimated, ...(actual === undefined ? {} : { actual: actual.pointsOf(index) }) }],
      ];
    });
    return {
      estimated: this.estimated.points,
      ...(actual === undefined ? {} : { actual: actual.points }),
      limit: this.limit,
      subgraphs: Object.fromEntries(subgraphs) as CostExtension["subgraphs"],
    };
  }
}
