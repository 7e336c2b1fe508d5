import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reachHosts } from "@allfunds/platform/testing";
import { eventually, pause } from "../e2e/running-system.ts";
import { issueCertificates } from "../src/certificates/issue.ts";
import { ContainerSystem, KINDS } from "./container-system.ts";
import { docker, listContainers, runScript, type Container } from "./engine.ts";

/** Of this machine, and used by nothing else: the proxy binds the port of HTTPS there. */
const EDGE_ADDRESS = "127.0.0.16";
const PUBLIC_HOSTS: Readonly<Record<number, string>> = {
  3000: "app.localhost",
  4000: "graph.localhost",
  4100: "id.localhost",
  8000: "api.localhost",
};
const FILES = ["docker-compose.yml", "docker-stack.yml", "docker/drill-stack.yml"];
const GONE_LIMIT_MS = 120_000;
const UPDATE_LIMIT_MS = 1_200_000;
const POLL_MS = 1_000;

/** How an update of all services went. */
interface Update {
  /** The fewest healthy replicas that a service had meanwhile. */
  readonly fewestHealthy: number;
  /** The image that each service has at the end. */
  readonly images: ReadonlySet<string>;
}

interface UpdateState {
  readonly name: string;
  readonly state: string;
  readonly image: string;
}

/** The product as a stack of a Swarm of one node, which clients reach through the proxy of `docker-edge.yml`. */
export class StackSystem extends ContainerSystem {
  readonly #name: string;
  #image: string;
  readonly #directory = mkdtempSync(join(tmpdir(), "allfunds-stack-"));
  #leave: (() => void) | undefined;

  constructor(name: string, image: string) {
    super();
    this.#name = name;
    this.#image = image;
  }

  override async up(replicas: number): Promise<void> {
    if (this.#leave === undefined) await this.#prepare();
    await this.#deploy();
    if (replicas !== STACK_REPLICAS) await this.#scale(replicas);
    await this.#edge("up", "--detach");
    await this.allHealthy(replicas);
  }

  /** A Swarm of its own, with all secrets; clients trust the proxy's certificate. */
  async #prepare(): Promise<void> {
    await docker(["swarm", "init", "--advertise-addr", "127.0.0.1"]);
    this.#leave = () => undefined;
    const node = await docker(["node", "ls", "--quiet"]);
    await docker(["node", "update", "--label-add", "allfunds.data=true", node]);
    const [stack, entry] = [`${this.#directory}:/stack`, "docker/make-stack-secrets.sh"];
    await docker([
      "run",
      "--rm",
      "--user",
      "root",
      "--volume",
      stack,
      "--entrypoint",
      entry,
      this.#image,
    ]);
    await runScript("docker/create-stack-secrets.sh", { ALLFUNDS_STACK: this.#directory });
    // Not every resolver finds names below `localhost` at this machine.
    this.#leave = reachHosts(EDGE_ADDRESS, issuePublicCertificate(this.#directory));
  }

  async #deploy(): Promise<void> {
    const files = FILES.flatMap((file) => ["--compose-file", file]);
    const args = ["stack", "deploy", "--resolve-image", "never", ...files, this.#name];
    await docker(args, { ALLFUNDS_IMAGE: this.#image });
  }

  async #edge(...args: readonly string[]): Promise<void> {
    const project = ["--file", "docker-edge.yml", "--project-name", `${this.#name}-edge`];
    await docker(["compose", ...project, ...args], {
      EDGE_ADDRESS,
      EDGE_TLS: join(this.#directory, "tls"),
      EDGE_CERTIFICATES: join(this.#directory, "certificates/proxy"),
    });
  }

  /** Has all services run so many replicas, and resolves when all are healthy and no other is left. */
  async scale(replicas: number): Promise<void> {
    await this.#scale(replicas);
    await this.allHealthy(replicas);
    await eventually(GONE_LIMIT_MS, async () => {
      const running = (await this.containers()).filter((container) => container.running);
      for (const { name } of KINDS) {
        const count = running.filter(({ service }) => service === name).length;
        if (count !== replicas) throw new Error(`${name} has ${count} replicas, not ${replicas}`);
      }
    });
  }

  async #scale(replicas: number): Promise<void> {
    const services = KINDS.map(({ name }) => `${this.#name}_${name}=${replicas}`);
    await docker(["service", "scale", "--detach", ...services]);
  }

  /** Deploys another image, and resolves when the update of every service has ended in a state. */
  async update(image: string, ending: "completed" | "rollback_completed"): Promise<Update> {
    const before = this.#image;
    this.#image = image;
    await this.#deploy();
    if (ending === "rollback_completed") this.#image = before;
    let fewestHealthy = Infinity;
    const end = Date.now() + UPDATE_LIMIT_MS;
    for (;;) {
      const states = await this.#updateStates();
      const healthy = (await this.containers()).filter((container) => container.healthy);
      for (const { name } of KINDS) {
        const count = healthy.filter(({ service }) => service === name).length;
        fewestHealthy = Math.min(fewestHealthy, count);
      }
      const late = states.filter(({ state }) => state !== ending);
      if (late.length === 0)
        return { fewestHealthy, images: new Set(states.map((one) => one.image)) };
      const ended = late.filter(({ state }) => !/^$|updating|rollback_started/.test(state));
      if (ended.length > 0 || Date.now() > end) {
        const found = late.map(({ name, state }) => `${name} ${state || "not begun"}`);
        throw new Error(`the update did not end as ${ending}: ${found.join(", ")}`);
      }
      await pause(POLL_MS);
    }
  }

  async #updateStates(): Promise<UpdateState[]> {
    const services = KINDS.map(({ name }) => `${this.#name}_${name}`);
    const format =
      "{{.Spec.Name}}\t{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}\t{{.Spec.TaskTemplate.ContainerSpec.Image}}";
    const printed = await docker(["service", "inspect", "--format", format, ...services]);
    return printed.split("\n").map((line) => {
      const [name = "", state = "", image = ""] = line.split("\t");
      return { name, state, image };
    });
  }

  /** The ports that the engine publishes for the stack, on any address. */
  async publishedPorts(): Promise<string[]> {
    const filter = ["--filter", `label=com.docker.stack.namespace=${this.#name}`];
    const services = await docker(["service", "ls", ...filter, "--format", "{{.Ports}}"]);
    const format =
      "{{range $port, $at := .NetworkSettings.Ports}}{{range $at}}{{$port}} {{end}}{{end}}";
    const ids = (await this.containers()).map(({ id }) => id);
    const containers = await docker(["inspect", "--format", format, ...ids]);
    return `${services}\n${containers}`.split("\n").filter((line) => line.trim() !== "");
  }

  override async down(): Promise<void> {
    await this.#edge("down");
    const filter = ["--filter", `label=com.docker.stack.namespace=${this.#name}`];
    await eventually(GONE_LIMIT_MS, async () => {
      // It leaves networks that tasks still use as they end.
      await docker(["stack", "rm", this.#name]);
      const networks = await docker(["network", "ls", "--quiet", ...filter]);
      if (networks !== "" || (await this.containers()).length > 0)
        throw new Error("the stack is not gone");
    });
  }

  override async remove(): Promise<void> {
    if (this.#leave !== undefined) {
      await this.down();
      const ofStack = ["--filter", `label=com.docker.stack.namespace=${this.#name}`];
      const volumes = (await docker(["volume", "ls", "--quiet", ...ofStack])).split("\n");
      for (const volume of volumes.filter(Boolean)) await docker(["volume", "rm", volume]);
      // Secrets and configurations go with it.
      await docker(["swarm", "leave", "--force"]);
      this.#leave();
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  override async containers(): Promise<Container[]> {
    const label = `com.docker.stack.namespace=${this.#name}`;
    const all = await listContainers(label, "com.docker.swarm.service.name");
    const prefix = `${this.#name}_`;
    return all.map((one) => ({ ...one, service: one.service.replace(prefix, "") }));
  }

  /** A Swarm starts another one by itself. */
  override revive(): Promise<void> {
    return Promise.resolve();
  }

  override lookUp(): Promise<void> {
    return Promise.resolve();
  }

  override url(standardPort: number, path: string): string {
    return `https://${PUBLIC_HOSTS[standardPort]}${path}`;
  }
}

/** What `docker-stack.yml` has of each service. */
const STACK_REPLICAS = 2;

/** Makes the certificate that clients see, and returns its authority. */
function issuePublicCertificate(directory: string): string {
  const own = join(directory, "public");
  const hosts = Object.values(PUBLIC_HOSTS);
  const policy = JSON.stringify({ services: { edge: { callers: [], hosts } } });
  issueCertificates({ to: own, policy, days: 1 });
  cpSync(join(own, "edge/cert.pem"), join(directory, "tls/fullchain.pem"));
  cpSync(join(own, "edge/key.pem"), join(directory, "tls/privkey.pem"));
  return readFileSync(join(own, "edge/ca.pem"), "utf8");
}

/** Throws an Error when the engine belongs to a Swarm: the drill makes one of its own, and ends it. */
export async function requireNoSwarm(): Promise<void> {
  const state = await docker(["info", "--format", "{{.Swarm.LocalNodeState}}"]);
  if (state !== "inactive")
    throw new Error("the engine belongs to a Swarm, and this drill makes one of its own");
}
