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

/** An index to build while its table is read and written. */
export interface ConcurrentIndex {
  readonly name: string;
  /** What it covers: `entry (tenant_id, account_id)`, with a method or a condition where it has one. */
  readonly on: string;
  readonly isUnique?: boolean;
}

/**
 * A step that only builds indexes. On a database with data each is built outside a transaction, without a lock that
 * writers wait for; on a new one they are part of its transaction.
 */
export abstract class IndexMigration extends Migration {
  abstract indexes(): readonly ConcurrentIndex[];

  override up(): void {
    for (const { name, on, isUnique } of this.indexes())
      this.addSql(`CREATE ${isUnique === true ? "UNIQUE " : ""}INDEX ${name} ON ${on}`);
  }
}

/**
 * What the name of a migration contains when the version before works on the new schema, too: it only adds what that
 * version need not write. A version starts on a database whose unknown migrations are all of this kind.
 */
const EXPANDS = /\bexpand\b/;
export const isExpansion = (name: string): boolean => EXPANDS.test(name);

/** A named step of a schema. The database stores the name, so it never changes. */
export interface NamedMigration {
  readonly name: string;
  readonly class: new () => Migration;
}
