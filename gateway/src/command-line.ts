import { parseArgs } from "node:util";

export interface CommandLine {
  /** `--supergraph FILE`: serve this composed supergraph, its URLs taken as they are. */
  readonly supergraph: string | undefined;
  /** `--port N`: listen here, whatever the environment says. */
  readonly port: number | undefined;
  /** `--open`: no auth, cost or rate rules, and limits only against what would harm the gateway itself. */
  readonly open: boolean;
}

/** Reads the gateway's flags. Throws with a plain sentence when they make no sense. */
export function readCommandLine(args: readonly string[], openByDefault = false): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      supergraph: { type: "string" },
      port: { type: "string" },
      open: { type: "boolean" },
    },
    strict: true,
  });
  return {
    supergraph: values.supergraph,
    port: portNumber(values.port),
    open: values.open ?? openByDefault,
  };
}

function portNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--port must be 1 to 65535, not "${text}".`);
  return port;
}
