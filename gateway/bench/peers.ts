import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GatewayCommand } from "./gateway-process.ts";

/** The peers' packages. They are installed into a directory of their own and are no dependencies of AllFunds. */
const PACKAGES = {
  "@apollo/gateway": "2.14.4",
  "@apollo/server": "5.5.1",
  "@graphql-hive/gateway": "2.15.1",
  "@graphql-hive/router-runtime": "1.4.23",
  graphql: "16.15.0",
};

/** @apollo/gateway as its documentation sets it up, with the caller's credentials sent on. */
const APOLLO = `
import { readFileSync } from "node:fs";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
const [file, port] = process.argv.slice(2);
class SendOn extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set("authorization", context.authorization);
  }
}
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(file, "utf8"),
  buildService: ({ url }) => new SendOn({ url }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port: Number(port), host: "127.0.0.1" },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
`;

/** Whole answers are not shared between requests, as in the other gateways. */
const HIVE = (runtime: string): string => `
import { defineConfig } from "@graphql-hive/gateway";
${runtime}
export const gatewayConfig = defineConfig({
  ${runtime === "" ? "" : "unifiedGraphHandler,"}
  logging: false,
  inboundInflightRequestDeduplication: false,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => {
      const authorization = request.headers.get("authorization");
      return authorization === null ? {} : { authorization };
    },
  },
});
`;

const HIVE_RUST = HIVE('import { unifiedGraphHandler } from "@graphql-hive/router-runtime";');

/** Installs the peers once, and returns how each is started for a supergraph. */
export async function installPeers(
  directory: string,
  supergraphFile: string,
): Promise<readonly GatewayCommand[]> {
  await mkdir(directory, { recursive: true });
  const write = async (name: string, text: string): Promise<void> =>
    writeFile(join(directory, name), text);
  await write("package.json", JSON.stringify({ type: "module", dependencies: PACKAGES }));
  await write("apollo.mjs", APOLLO);
  await write("hive-js.config.mjs", HIVE(""));
  await write("hive-rust.config.mjs", HIVE_RUST);
  await promisify(execFile)("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], {
    cwd: directory,
  });
  const hive = (name: string, config: string): GatewayCommand => ({
    name,
    cwd: directory,
    argsOn: (port) => [
      "node_modules/@graphql-hive/gateway/dist/bin.js",
      "supergraph",
      supergraphFile,
      "--config-path",
      config,
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
    ],
  });
  return [
    {
      name: "@apollo/gateway",
      cwd: directory,
      argsOn: (port) => ["apollo.mjs", supergraphFile, String(port)],
    },
    hive("Hive Gateway, JS", "hive-js.config.mjs"),
    hive("Hive Gateway, Rust planner", "hive-rust.config.mjs"),
  ];
}
