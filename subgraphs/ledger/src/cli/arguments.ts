import { parseArgs } from "node:util";
import type { ChainPlace } from "../engine/stored-events.ts";

export const USAGE = `Usage: npm run ledger -- <command>

  verify [fundId] [--noted POSITION:HASH] [--since-checkpoint]
                                            prove one book by replay, or every book of the tenant and the feed;
                                            with --since-checkpoint only what came since the last proof
  export <fundId> <file>                    write a book as NDJSON, to be checked with verify-book.mjs
  import <file>                             bring an exported book into a database without it
  rebuild [fundId]                          make the read models anew, while writing goes on

  --tenant ID   another tenant than the demo's
`;

export type CliCommand =
  | {
      readonly name: "verify";
      readonly tenantId: string;
      readonly fundId: string | undefined;
      readonly noted: ChainPlace | undefined;
      readonly fromCheckpoint: boolean;
    }
  | {
      readonly name: "export";
      readonly tenantId: string;
      readonly fundId: string;
      readonly file: string;
    }
  | { readonly name: "rebuild"; readonly tenantId: string; readonly fundId: string | undefined }
  | { readonly name: "import"; readonly file: string };

/** The command that the arguments name; undefined when they make no sense. */
export function parseCliArgs(args: string[], demoTenantId: string): CliCommand | undefined {
  const parsed = readArgs(args);
  if (parsed === undefined) return undefined;
  const { values, positionals } = parsed;
  const tenantId = values.tenant ?? demoTenantId;
  const [name, first, second, ...more] = positionals;
  if (more.length > 0) return undefined;
  if (name === "verify" && second === undefined) {
    const noted = values.noted === undefined ? undefined : readPlace(values.noted);
    if (values.noted !== undefined && (noted === undefined || first === undefined)) {
      return undefined;
    }
    const fromCheckpoint = values["since-checkpoint"] ?? false;
    return { name, tenantId, fundId: first, noted, fromCheckpoint };
  }
  if (name === "rebuild" && second === undefined) return { name, tenantId, fundId: first };
  if (name === "export" && first !== undefined && second !== undefined) {
    return { name, tenantId, fundId: first, file: second };
  }
  if (name === "import" && first !== undefined && second === undefined) {
    return { name, file: first };
  }
  return undefined;
}

function readArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        tenant: { type: "string" },
        noted: { type: "string" },
        "since-checkpoint": { type: "boolean" },
      },
      allowPositionals: true,
    });
  } catch {
    return undefined;
  }
}

function readPlace(text: string): ChainPlace | undefined {
  const [, position, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text) ?? [];
  return hash === undefined ? undefined : { position: Number(position), hash };
}
