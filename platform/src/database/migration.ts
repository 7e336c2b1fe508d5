/** A step of a schema: SQL statements that run in one transaction. */
export abstract class Migration {
  readonly #statements: string[] = [];

  /** Adds the statements, each with `addSql`. */
  abstract up(): void;

  protected addSql(...statements: readonly string[]): void {
    this.#statements.push(...statements);
  }

  statements(): readonly string[] {
    this.up();
    return this.#statements;
  }
}

/** A named step of a schema. The database stores the name, so it never changes. */
export interface NamedMigration {
  readonly name: string;
  readonly class: new () => Migration;
}
