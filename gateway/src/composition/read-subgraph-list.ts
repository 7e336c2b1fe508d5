import { parse } from "yaml";
import { z } from "zod";
import { addressVariable } from "../supergraph/routing.ts";

import type { VariantFilter } from "./variant-schema.ts";

/** One entry of supergraph.yaml. */
export interface ListedSubgraph {
  readonly name: string;
  /** Its URL when no variable replaces it. */
  readonly url: string;
  /** The command that prints its schema, program first. */
  readonly schemaCommand: readonly [program: string, ...args: string[]];
}

const listSchema = z.strictObject({
  subgraphs: z.record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, "a subgraph's name has only the characters a-z, 0-9 and -"),
    z.strictObject({ url: z.string(), schema: z.string().min(1) }),
  ),
  variants: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9-]*$/, "a variant's name has only the characters a-z, 0-9 and -"),
      z.strictObject({ exclude: z.array(z.string().min(1)).min(1) }),
    )
    .default({}),
});

/** The variants of supergraph.yaml by name: the tags of what each leaves out. */
export function readVariants(text: string): Readonly<Record<string, VariantFilter>> {
  return listSchema.parse(parse(text)).variants;
}

/** Reads the text of supergraph.yaml. Throws with each problem and its path. */
export function readSubgraphList(text: string): ListedSubgraph[] {
  const parsed = listSchema.safeParse(parse(text));
  if (!parsed.success) throw new Error(`supergraph.yaml: ${z.prettifyError(parsed.error)}`);
  return Object.entries(parsed.data.subgraphs).map(([name, { url, schema }]) => {
    const [program = "", ...args] = schema.split(/\s+/);
    return { name, url: defaultUrl(name, url), schemaCommand: [program, ...args] };
  });
}

const VARIABLE = /^\$\{(\w+):-([^}]+)\}(.*)$/;

/** The default URL in `${LEDGER_URL:-http://127.0.0.1:4001}/graphql`. Throws when the gateway reads another variable. */
function defaultUrl(name: string, written: string): string {
  const [, variable, base = "", path = ""] = VARIABLE.exec(written) ?? [];
  if (variable !== undefined && variable !== addressVariable(name)) {
    throw new Error(
      `supergraph.yaml: the gateway reads the URL of "${name}" from ${addressVariable(name)}, not ${variable}.`,
    );
  }
  const url = variable === undefined ? written : base + path;
  if (!URL.canParse(url))
    throw new Error(`supergraph.yaml: "${written}" of "${name}" is not a URL.`);
  return url;
}
