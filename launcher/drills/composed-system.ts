import { ContainerSystem, KINDS } from "./container-system.ts";
import { docker, listContainers, type Container } from "./engine.ts";

/** The product by `docker compose`, in a project of its own. */
export class ComposedSystem extends ContainerSystem {
  readonly #project: string;
  readonly #image: string;
  /** Where each replica is published, by standard port. */
  readonly #addresses = new Map<number, string[]>();
  #turn = 0;

  constructor(project: string, image: string) {
    super();
    this.#project = project;
    this.#image = image;
  }

  #compose(...args: readonly string[]): Promise<string> {
    const files = ["--file", "docker-compose.yml", "--file", "docker/drill.yml"];
    return docker(["compose", ...files, "--project-name", this.#project, ...args], {
      ALLFUNDS_IMAGE: this.#image,
    });
  }

  override async up(replicas: number): Promise<void> {
    const scale = KINDS.flatMap(({ name }) => ["--scale", `${name}=${replicas}`]);
    await this.#compose("up", "--detach", "--no-build", "--no-recreate", ...scale);
    await this.allHealthy(replicas);
  }

  override async down(): Promise<void> {
    await this.#compose("down", "--remove-orphans");
  }

  override async remove(): Promise<void> {
    await this.#compose("down", "--remove-orphans", "--volumes");
  }

  override containers(): Promise<Container[]> {
    const label = `com.docker.compose.project=${this.#project}`;
    return listContainers(label, "com.docker.compose.service");
  }

  override async revive(id: string): Promise<void> {
    await docker(["start", id]);
  }

  /** A container that starts again gets another port. */
  override async lookUp(): Promise<void> {
    for (const { name, port, published } of KINDS) {
      if (!published) continue;
      const found: string[] = [];
      for (const { id } of await this.runningOf(name)) {
        found.push((await docker(["port", id, String(port)])).split("\n")[0] ?? "");
      }
      this.#addresses.set(port, found);
    }
    this.clearCredentials();
  }

  /** Of each replica in turn. */
  override url(standardPort: number, path: string): string {
    const addresses = this.#addresses.get(standardPort) ?? [];
    this.#turn += 1;
    const address = addresses[this.#turn % addresses.length];
    if (address === undefined) throw new Error(`port ${standardPort} is not published`);
    return `http://${address}${path}`;
  }
}
