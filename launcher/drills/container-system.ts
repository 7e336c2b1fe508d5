import { ReachableSystem, type DemoDirectory } from "../e2e/reachable-system.ts";
import { pause } from "../e2e/running-system.ts";
import { docker, type Container } from "./engine.ts";

/** The services of the product, with their ports; `published` ones are reached from outside the engine's networks. */
export const KINDS = [
  { name: "ledger", port: 4001, published: false },
  { name: "analytics", port: 4002, published: false },
  { name: "metrics", port: 4003, published: false },
  { name: "identity", port: 4100, published: true },
  { name: "gateway", port: 4000, published: true },
  { name: "rest-bridge", port: 8000, published: true },
  { name: "web", port: 3000, published: true },
] as const;
export type Kind = (typeof KINDS)[number];

/** What has a health check beside the services. */
const STORES = ["ledger-db", "followers-db", "identity-db", "redis"] as const;
/** Images start on a machine that may be busy. */
const HEALTHY_LIMIT_MS = 1_200_000;
const POLL_MS = 2_000;

/** The product in containers, in a project or a stack of its own. */
export abstract class ContainerSystem extends ReachableSystem {
  #demo: DemoDirectory | undefined;

  /** Starts what does not run, with so many replicas of each service, and resolves when all are healthy. */
  abstract up(replicas: number): Promise<void>;
  /** Takes every container away, and keeps what is stored. */
  abstract down(): Promise<void>;
  /** Removes everything that the drill has made. */
  abstract remove(): Promise<void>;
  /** All its containers, running or not. */
  abstract containers(): Promise<Container[]>;
  /** Brings a container back that was killed, where the engine does not do so by itself. */
  abstract revive(id: string): Promise<void>;
  /** Reads again where the replicas that run are reached. */
  abstract lookUp(): Promise<void>;

  /** Resolves with the output of a program in a container of a service. */
  async exec(name: string, ...program: readonly string[]): Promise<string> {
    const [container] = await this.runningOf(name);
    if (container === undefined) throw new Error(`no container of ${name} is running`);
    return docker(["exec", container.id, ...program]);
  }

  /** The replicas of a service that run. */
  async runningOf(name: string): Promise<Container[]> {
    const all = await this.containers();
    return all.filter(({ service, running }) => running && service === name);
  }

  async allHealthy(replicas: number): Promise<void> {
    const wanted = [
      ...KINDS.map(({ name }) => ({ name, count: replicas })),
      ...STORES.map((name) => ({ name, count: 1 })),
    ];
    const end = Date.now() + HEALTHY_LIMIT_MS;
    for (;;) {
      const healthy = (await this.containers()).filter((container) => container.healthy);
      const countOf = (name: string) => healthy.filter(({ service }) => service === name).length;
      const late = wanted.filter(({ name, count }) => countOf(name) < count);
      if (late.length === 0) break;
      if (Date.now() > end) {
        throw new Error(`not healthy in time: ${late.map(({ name }) => name).join(", ")}`);
      }
      await pause(POLL_MS);
    }
    await this.lookUp();
  }

  override async demo(): Promise<DemoDirectory> {
    this.#demo ??= await this.#makeDemo();
    const { pathname } = new URL(this.#demo.tokenEndpoint);
    return { ...this.#demo, tokenEndpoint: this.url(4100, pathname) };
  }

  /** Makes a tenant with clients and users, as `npm start` does for its demo. */
  async #makeDemo(): Promise<DemoDirectory> {
    await this.exec("identity", "node", "identity/dist/make-demo-tenant.js", "--demo");
    return JSON.parse(await this.exec("identity", "cat", "/data/demo.json")) as DemoDirectory;
  }
}
