import { formatDocument } from "@urql/core";
import { Kind, print, type DocumentNode } from "graphql";
import * as generated from "./graph-types.generated.ts";

/** Prints every operation of the pages as JSON, as they are sent, for the gateway's list of trusted documents. */
const documents = Object.values(generated).filter(isOperation).map(formatDocument).map(print);
process.stdout.write(`${JSON.stringify(documents)}\n`);

function isOperation({ definitions }: DocumentNode): boolean {
  return definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION);
}
