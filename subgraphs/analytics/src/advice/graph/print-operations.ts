import * as generated from "./graph-types.generated.ts";

/** Prints every operation that answers are made from, as JSON, for the gateway's list of trusted documents. */
const documents = Object.values(generated).map(({ document }) => document);
process.stdout.write(`${JSON.stringify(documents)}\n`);
