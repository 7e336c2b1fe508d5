import { readFile, writeFile } from "node:fs/promises";
import { LOCAL_TOKEN_URL } from "../config.ts";
import { allEndpoints } from "../endpoints.ts";
import { openApiDocument } from "../openapi/document.ts";
import { clientSource } from "./client-source.ts";

/** Writes the generated part of the TypeScript client. With --check it only compares. */
const file = new URL("../../../rest-client/src/operations.generated.ts", import.meta.url);
const document = openApiDocument(allEndpoints, LOCAL_TOKEN_URL);
const fresh = clientSource(document as unknown as Parameters<typeof clientSource>[0]);

if (process.argv.includes("--check")) {
  const committed = await readFile(file, "utf8").catch(() => "");
  if (committed !== fresh) {
    process.stderr.write("The TypeScript client is out of date; run: npm run fix\n");
    process.exitCode = 1;
  }
} else {
  await writeFile(file, fresh);
}
