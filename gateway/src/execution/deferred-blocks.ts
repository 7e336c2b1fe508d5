import type { DeferNode, DeferredNode } from "@apollo/query-planner";

/** Fetches the deferred fragments of one run, and holds what became of them. */
export class DeferredBlocks {
  readonly #fetched = new Map<string, PromiseWithResolvers<void>>();
  readonly #blocks = new Map<string, Promise<readonly Error[]>>();

  /**
   * Fetches each fragment once the fetches that it depends on have ended; with `afterAll`, once all before the
   * fragments has been fetched. `primary` ends then; conditions may have left out some of it.
   */
  start(
    { deferred }: DeferNode,
    primary: Promise<unknown>,
    afterAll: boolean,
    fetchBlock: (block: DeferredNode, errors: Error[]) => Promise<void>,
  ): void {
    for (const block of deferred) {
      const ready = Promise.all(block.depends.map(({ id }) => this.#fetch(id).promise));
      const fetched = (afterAll ? primary : Promise.race([ready, primary])).then(async () => {
        const errors: Error[] = [];
        await fetchBlock(block, errors);
        return errors;
      });
      // A failure is thrown to those who wait for the block.
      fetched.catch(() => undefined);
      this.#blocks.set(block.label ?? "", fetched);
    }
  }

  /** A fetch of the plan has ended. */
  fetched(id: string): void {
    this.#fetch(id).resolve();
  }

  /** The errors of a fragment's fetches once they have ended; none when the plan fetches nothing for it. */
  async ended(label: string): Promise<readonly Error[]> {
    return (await this.#blocks.get(label)) ?? [];
  }

  #fetch(id: string): PromiseWithResolvers<void> {
    const known = this.#fetched.get(id) ?? Promise.withResolvers<void>();
    this.#fetched.set(id, known);
    return known;
  }
}
