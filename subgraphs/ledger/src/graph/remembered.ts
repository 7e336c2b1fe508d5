/** Facts that never change, by tenant and id, for whoever asks next; when there are too many the oldest go. */
export class Remembered<Fact> {
  readonly #most: number;
  readonly #facts = new Map<string, Fact>();

  constructor(most: number) {
    this.#most = most;
  }

  get(tenantId: string, id: string): Fact | undefined {
    return this.#facts.get(`${tenantId}/${id}`);
  }

  put(tenantId: string, id: string, fact: Fact): void {
    const name = `${tenantId}/${id}`;
    if (!this.#facts.has(name) && this.#facts.size >= this.#most) {
      const [oldest = name] = this.#facts.keys();
      this.#facts.delete(oldest);
    }
    this.#facts.set(name, fact);
  }
}
