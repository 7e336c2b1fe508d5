import { allEndpoints } from "./endpoints/endpoints.ts";

/** Prints every operation the bridge sends, as JSON: what a gateway that trusts only known documents has to know. */
const documents = allEndpoints.flatMap(({ operations }) =>
  operations.map(({ document }) => document),
);
process.stdout.write(`${JSON.stringify([...new Set(documents)])}\n`);
