import { Query, type Connection } from "pg";
import type { DatabaseClient } from "./pool.ts";

/** A constant statement of this program, with its parameters as the server reads them. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

// The texts are constants of this program, so this holds a few dozen names at most.
const names = new Map<string, string>();

function nameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `together_${names.size}`));
  return name;
}

/** What the driver calls on a connection; its published types are those of an older version. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Record<string, string | undefined>;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(values: { readonly statement: string; readonly values: readonly (string | null)[] }): void;
  execute(): void;
  sync(): void;
}

/** Statements in front of one Sync: the server takes them for one transaction and answers once. */
class StatementsTogether extends Query {
  readonly done: Promise<void>;
  readonly #statements: readonly Statement[];
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(statements: readonly Statement[]) {
    super("");
    this.#statements = statements;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override submit = (connection: Connection): void => {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    try {
      for (const { text, values } of this.#statements) {
        const name = nameOf(text);
        if (wire.parsedStatements[name] === undefined) {
          wire.parse({ name, text });
          wire.parsedStatements[name] = text;
        }
        wire.bind({ statement: name, values });
        wire.execute();
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  };

  handleRowDescription(): void {
    // Nobody reads what the statements return.
  }

  handleDataRow(): void {
    // As above.
  }

  handleCommandComplete(): void {
    // It is done when all of them are.
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleError(error: unknown): void {
    this.#reject(error);
  }
}

/**
 * Carries out statements as one transaction of one round trip, each parsed and planned once per
 * connection. They leave together, so none can depend on what another returns: what has to hold for
 * them to count, they check themselves. After a failure the connection is not to be used again.
 */
export async function sendTogether(
  client: DatabaseClient,
  statements: readonly Statement[],
): Promise<void> {
  await client.query(new StatementsTogether(statements)).done;
}
