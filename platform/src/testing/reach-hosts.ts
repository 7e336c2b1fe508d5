import type { LookupFunction } from "node:net";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";

/** Has `fetch` find every host at one address, and trust the authority of their certificates; returns how to end that. */
export function reachHosts(address: string, ca: string): () => void {
  const before = getGlobalDispatcher();
  const lookup: LookupFunction = (_host, _options, callback) =>
    callback(null, [{ address, family: 4 }]);
  setGlobalDispatcher(new Agent({ allowH2: false, connect: { ca, lookup } }));
  return () => setGlobalDispatcher(before);
}
