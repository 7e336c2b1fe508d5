import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a link does with what passes it. */
export type LinkMode =
  | { readonly kind: "open" }
  /** Holds each piece for so long. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Ends every connection and accepts none. */
  | { readonly kind: "cut" }
  /** Passes nothing on, and ends nothing. */
  | { readonly kind: "silent" }
  /** Replaces one piece in so many by random bytes. */
  | { readonly kind: "garbled"; readonly oneIn: number };

const SILENCE_POLL_MS = 50;

/** A TCP proxy in front of a port: the network between its callers and that service. */
export class Link {
  readonly port: number;
  /** Pieces and connections that the mode has affected since it was set. */
  affected = 0;
  readonly #server: Server;
  readonly #target: number;
  readonly #chance: (below: number) => number;
  readonly #sockets = new Set<Socket>();
  #mode: LinkMode = { kind: "open" };

  private constructor(server: Server, target: number, chance: (below: number) => number) {
    this.#server = server;
    this.#target = target;
    this.#chance = chance;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket: Socket) => this.#accept(socket));
  }

  static async open(target: number, chance: (below: number) => number): Promise<Link> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Link(server, target, chance);
  }

  set mode(mode: LinkMode) {
    this.#mode = mode;
    this.affected = 0;
    if (mode.kind === "cut") this.#destroyAll();
  }

  /** Connections that are open, counted on one side. */
  get connections(): number {
    return Math.floor(this.#sockets.size / 2);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#destroyAll();
  }

  #destroyAll(): void {
    this.affected += this.#sockets.size;
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(caller: Socket): void {
    caller.on("error", () => undefined);
    if (this.#mode.kind === "cut") {
      this.affected += 1;
      caller.destroy();
      return;
    }
    const callee = connect({ port: this.#target, host: "127.0.0.1", noDelay: true });
    this.#join(caller, callee);
    this.#join(callee, caller);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on("error", () => undefined);
    from.once("close", () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    void this.#pass(from, to).catch(() => to.destroy());
  }

  async #pass(from: Socket, to: Socket): Promise<void> {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      const passed = await this.#affect(chunk);
      if (!to.writable) return;
      if (!to.write(passed)) await once(to, "drain");
    }
    to.end();
  }

  async #affect(chunk: Buffer): Promise<Buffer> {
    const mode = this.#mode;
    if (mode.kind === "slow") {
      this.affected += 1;
      await sleep(mode.ms);
    }
    if (mode.kind === "silent") {
      this.affected += 1;
      while (this.#mode.kind === "silent") await sleep(SILENCE_POLL_MS);
    }
    if (mode.kind === "garbled" && this.#chance(mode.oneIn) === 0) {
      this.affected += 1;
      // All of it: without TLS a single changed digit of an amount could not be found by a caller.
      return Buffer.from(chunk.map(() => this.#chance(256)));
    }
    return chunk;
  }
}
