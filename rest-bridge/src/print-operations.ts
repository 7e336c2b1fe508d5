import { ASSISTANT_OPERATIONS } from "./assistants/tools.ts";
import { allEndpoints } from "./endpoints.ts";

/** Prints every operation that the bridge sends, as JSON, for a gateway that accepts only trusted documents. */
const operations = [
  ...allEndpoints.flatMap((endpoint) => endpoint.operations),
  ...ASSISTANT_OPERATIONS,
];
const documents = operations.map(({ document }) => document);
process.stdout.write(`${JSON.stringify([...new Set(documents)])}\n`);
