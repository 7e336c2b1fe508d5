import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs the client of the container engine in the repository and resolves with its output. */
export async function docker(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = { cwd: ROOT, maxBuffer: MOST_OUTPUT, env: { ...process.env, ...env } };
  const { stdout } = await run("docker", args, options);
  return stdout.trim();
}

/** Runs a script of the repository that calls the engine. */
export async function runScript(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await run(join(ROOT, script), [], { cwd: ROOT, env: { ...process.env, ...env } });
}

/** Throws an Error that names what the drill needs and does not find. */
export async function requireEngine(): Promise<void> {
  try {
    await docker(["version"]);
    await docker(["compose", "version"]);
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    const reason = (stderr || message).trim().split("\n").at(-1);
    throw new Error(`this drill needs a Docker engine with Compose, and none answers: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Builds the image of the services and resolves with its name, or with that of ALLFUNDS_IMAGE, which is there already.
 * DOCKER_BUILD_OPTIONS are more options of `docker build`, NODE_IMAGE another base.
 */
export async function buildImage(tag: string): Promise<string> {
  const given = process.env["ALLFUNDS_IMAGE"];
  if (given !== undefined && given !== "") return given;
  const options = (process.env["DOCKER_BUILD_OPTIONS"] ?? "").split(" ").filter(Boolean);
  const base = process.env["NODE_IMAGE"];
  const args = base === undefined ? [] : ["--build-arg", `NODE_IMAGE=${base}`];
  // Part of engines before version 23, where it had to be chosen.
  await docker(["build", "--quiet", ...options, ...args, "--tag", tag, "."], {
    DOCKER_BUILDKIT: "1",
  });
  return tag;
}

/** What the engine lists of a container. */
export interface Container {
  readonly id: string;
  /** The service that it is a replica of. */
  readonly service: string;
  readonly running: boolean;
  readonly healthy: boolean;
}

/** The containers with a label, in one call: a poll must not be a load. `serviceLabel` names the service of each. */
export async function listContainers(label: string, serviceLabel: string): Promise<Container[]> {
  const format = `{{.ID}}\t{{.Label "${serviceLabel}"}}\t{{.State}}\t{{.Status}}`;
  const listed = await docker(["ps", "--all", "--filter", `label=${label}`, "--format", format]);
  return listed.split("\n").flatMap((line) => {
    const [id = "", service = "", state = "", status = ""] = line.split("\t");
    const container = { id, service, running: state === "running" };
    return id === "" ? [] : [{ ...container, healthy: status.endsWith("(healthy)") }];
  });
}

/** Makes an image of another by one instruction of a Dockerfile, without a build. */
export async function changeImage(
  image: string,
  instruction: string,
  tag: string,
): Promise<string> {
  const container = await docker(["create", image]);
  try {
    await docker(["commit", "--change", instruction, container, tag]);
  } finally {
    await docker(["rm", container]);
  }
  return tag;
}
