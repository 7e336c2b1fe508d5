import { ReachableSystem, type DemoDirectory } from "../e2e/reachable-system.ts";
import { eventually } from "../e2e/running-system.ts";
import { docker, stateOf } from "./engine.ts";

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

/** The product in containers, in a project or a stack of its own. */
export abstract class ContainerSystem extends ReachableSystem {
  #demo: DemoDirectory | undefined;

  /** Starts what does not run, with so many replicas of each service, and resolves when all are healthy. */
  abstract up(replicas: number): Promise<void>;
  /** Takes every container away, and keeps what is stored. */
  abstract down(): Promise<void>;
  /** Removes everything that the drill has made. */
  abstract remove(): Promise<void>;
  /** The containers of a service. */
  abstract containersOf(name: string): Promise<string[]>;
  /** Brings a container back that was killed, where the engine does not do so by itself. */
  abstract revive(id: string): Promise<void>;
  /** Reads again where the replicas that run are reached. */
  abstract lookUp(): Promise<void>;

  /** Resolves with the output of a program in a container of a service. */
  async exec(name: string, ...program: readonly string[]): Promise<string> {
    const [id] = await this.containersOf(name);
    if (id === undefined) throw new Error(`there is no container of ${name}`);
    return docker(["exec", id, ...program]);
  }

  async allHealthy(replicas: number): Promise<void> {
    const wanted = [
      ...KINDS.map(({ name }) => ({ name, count: replicas })),
      ...STORES.map((name) => ({ name, count: 1 })),
    ];
    await eventually(HEALTHY_LIMIT_MS, async () => {
      for (const { name, count } of wanted) await this.#expectHealthy(name, count);
    });
    await this.lookUp();
  }

  async #expectHealthy(name: string, count: number): Promise<void> {
    const states = await Promise.all((await this.containersOf(name)).map(stateOf));
    const healthy = states.filter((state) => state.healthy).length;
    if (healthy < count) {
      throw new Error(`${healthy} of ${count} containers of ${name} are healthy`);
    }
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
