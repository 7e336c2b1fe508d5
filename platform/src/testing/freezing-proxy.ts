import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy before a server, which it can make fall silent: connections stay open, and nothing passes. */
export interface FreezingProxy {
  /** The URL of the server, by way of the proxy. */
  readonly url: string;
  freeze(): void;
  thaw(): void;
  close(): void;
}

/** Starts a proxy before the server at the address of a URL with a port. */
export async function startFreezingProxy(serverUrl: string): Promise<FreezingProxy> {
  const url = new URL(serverUrl);
  const { hostname, port } = url;
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isFrozen) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    freeze: () => {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw: () => {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
