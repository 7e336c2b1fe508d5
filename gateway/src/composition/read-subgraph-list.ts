import { parse } from "yaml";
import { z } from "zod";
import { addressVariable } from "../supergraph/routing.ts";

/** One entry of supergraph.yaml. */
export interface ListedSubgraph {
  readonly name: string;
  /** Its address when no variable moves it. */
  readonly url: string;
  /** The command that prints its schema, program first. */
  readonly schemaCommand: readonly [program: string, ...args: string[]];
}

const listSchema = z.strictObject({
  subgraphs: z.record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, "a subgraph's name is lower case letters, digits and dashes"),
    z.strictObject({ url: z.string(), schema: z.string().min(1) }),
  ),
});

/** Reads the text of supergraph.yaml. Throws with what is wrong and where. */
export function readSubgraphList(text: string): ListedSubgraph[] {
  const parsed = listSchema.safeParse(parse(text));
  if (!parsed.success) throw new Error(`supergraph.yaml: ${z.prettifyError(parsed.error)}`);
  return Object.entries(parsed.data.subgraphs).map(([name, { url, schema }]) => {
    const [program = "", ...args] = schema.split(/\s+/);
    return { name, url: defaultUrl(name, url), schemaCommand: [program, ...args] };
  });
}

const VARIABLE = /^\$\{(\w+):-([^}]+)\}(.*)$/;

/** `${LEDGER_URL:-http://127.0.0.1:4001}/graphql` without its variable, which has to be the one the gateway reads. */
function defaultUrl(name: string, written: string): string {
  const [, variable, base = "", path = ""] = VARIABLE.exec(written) ?? [];
  if (variable !== undefined && variable !== addressVariable(name)) {
    throw new Error(
      `supergraph.yaml: the gateway moves "${name}" by ${addressVariable(name)}, not ${variable}.`,
    );
  }
  const url = variable === undefined ? written : base + path;
  if (!URL.canParse(url))
    throw new Error(`supergraph.yaml: "${written}" of "${name}" is not a URL.`);
  return url;
}
