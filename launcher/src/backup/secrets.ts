import { access, chmod, copyFile, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { isGiven, SECRET_FILES } from "../start-secrets.ts";
import { readManifest } from "./manifest.ts";

/** The files of a data directory that open what the databases keep sealed, and the demo's ways in. */
const FILES: readonly string[] = [...SECRET_FILES, "demo.json"];

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The paths of those that the data directory has. */
export async function secretFiles(dataDir: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of FILES) {
    if (await isThere(join(dataDir, name))) found.push(join(dataDir, name));
  }
  return found;
}

/** Refuses a restore after which identity could not read its own data. */
export async function refuseMissingSecrets(
  from: string,
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (isGiven(env, "IDENTITY_ENCRYPTION_SECRET")) return;
  const [identityFile] = SECRET_FILES;
  if (await isThere(join(dataDir, identityFile))) return;
  const { secrets } = await readManifest(from);
  if (secrets.some(({ name }) => name === identityFile)) return;
  throw new Error(
    `The data of identity is encrypted, and neither the backup nor ${dataDir} has ${identityFile}. ` +
      "Put it there, or set IDENTITY_ENCRYPTION_SECRET; nothing was changed.",
  );
}

/** Copies those that the backup has and the data directory lacks; a file that is there stays. */
export async function putSecretsBack(from: string, dataDir: string): Promise<string[]> {
  const { secrets } = await readManifest(from);
  const put: string[] = [];
  await mkdir(dataDir, { recursive: true });
  for (const { name } of secrets) {
    const target = join(dataDir, name);
    if (!FILES.includes(name) || (await isThere(target))) continue;
    await copyFile(join(from, name), `${target}.new`);
    await chmod(`${target}.new`, 0o600);
    await rename(`${target}.new`, target);
    put.push(name);
  }
  return put;
}
