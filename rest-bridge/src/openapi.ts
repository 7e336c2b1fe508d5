import { readFile, writeFile } from "node:fs/promises";
import { LOCAL_TOKEN_URL } from "./config.ts";
import { allEndpoints } from "./endpoints.ts";
import { openApiDocument } from "./openapi/document.ts";

/** Writes docs/openapi.json. With --check it only compares, and fails when the file is out of date. */
const file = new URL("../../docs/openapi.json", import.meta.url);
const fresh = `${JSON.stringify(openApiDocument(allEndpoints, LOCAL_TOKEN_URL), null, 2)}\n`;

if (process.argv.includes("--check")) {
  const committed = await readFile(file, "utf8").catch(() => "");
  if (committed !== fresh) {
    process.stderr.write("docs/openapi.json is out of date; run: npm run openapi -w rest-bridge\n");
    process.exitCode = 1;
  }
} else {
  await writeFile(file, fresh);
}
