import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { digestOf } from "../operation/operation-request.ts";
import type { GatewayAnswer, OpenService } from "../service.fixture.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is alive, without garbage. */
export function liveMb(): number {
  collectGarbage();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1024 ** 2;
}

/** A valid document of so many characters, unlike any other. */
export const documentOf = (characters: number, nth: number): string => {
  const query = `{ fund(id: "1") { n${nth}: name } }`;
  return `${query}#${"x".repeat(characters - query.length - 1)}`;
};

export const register = (gateway: OpenService, query: string): Promise<GatewayAnswer> =>
  gateway.post({
    query,
    extensions: { persistedQuery: { version: 1, sha256Hash: digestOf(query) } },
  });
