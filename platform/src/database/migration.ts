/** A step of a schema: the statements that take it there, in one transaction. */
export abstract class Migration {
  readonly #statements: string[] = [];

  /** Names the statements, each with `addSql`. */
  abstract up(): void;

  protected addSql(statement: string): void {
    this.#statements.push(statement);
  }

  statements(): readonly string[] {
    this.up();
    return this.#statements;
  }
}

/** A named step of a schema; the name is what the database remembers, so it never changes. */
export interface NamedMigration {
  readonly name: string;
  readonly class: new () => Migration;
}
