import { allEndpoints } from "./endpoints.ts";

/** Prints every operation that the bridge sends, as JSON, for a gateway that accepts only trusted documents. */
const documents = allEndpoints.flatMap(({ operations }) =>
  operations.map(({ document }) => document),
);
process.stdout.write(`${JSON.stringify([...new Set(documents)])}\n`);
