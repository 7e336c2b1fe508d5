import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a server answers from now on. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export const json =
  (text: string, status = 200, headers: Record<string, string> = {}): Behaviour =>
  (_request, response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);

/** Never answers. */
export const hang: Behaviour = () => undefined;

/** Ends the connection without an answer. */
export const reset: Behaviour = (request) => request.socket.destroy();

/** A server whose behaviour a test changes. */
export interface FlakyServer {
  readonly url: string;
  behaviour: Behaviour;
  /** The paths of the requests that came, without those of probes. */
  readonly paths: string[];
  readonly close: () => Promise<void>;
}

/** Serves on a free port, or on a Unix socket. */
export async function startFlakyServer(
  behaviour: Behaviour,
  listenOn: string | number = 0,
): Promise<FlakyServer> {
  const paths: string[] = [];
  const server: Server = createServer((request, response) => {
    if (request.url !== "/probe") paths.push(request.url ?? "");
    flaky.behaviour(request, response);
  });
  await new Promise<void>((resolve) => {
    if (typeof listenOn === "string") server.listen(listenOn, resolve);
    else server.listen(listenOn, "127.0.0.1", resolve);
  });
  const url =
    typeof listenOn === "string"
      ? `unix:${listenOn}`
      : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const flaky: FlakyServer = {
    url,
    behaviour,
    paths,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return flaky;
}
