import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

export const MANIFEST_FILE = "manifest.json";

/** The format of the files; a change that older versions cannot read raises it. */
const FORMAT = 1;

// Nothing in a manifest may name a file outside of its backup.
const fileName = z.string().regex(/^[A-Za-z0-9_]+([.-]+[A-Za-z0-9_]+)*$/, "is not a file name");
const file = z.object({
  name: fileName,
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const table = z.object({
  schema: z.string().min(1),
  name: z.string().min(1),
  columns: z.array(z.string().min(1)),
  rows: z.number().int().min(0),
  file,
});
const sequence = z.object({
  schema: z.string(),
  name: z.string(),
  last: z.string().regex(/^\d+$/),
});
const database = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  migrations: z.array(z.string().min(1)),
  queueVersion: z.number().int().nullable(),
  feedPosition: z.number().int().nullable(),
  /** Of a follower of several ledger databases: how far it was in each, by the name of that database here. */
  feedPositions: z.record(z.string(), z.number().int()).default({}),
  snapshotAt: z.iso.datetime(),
  tables: z.array(table),
  sequences: z.array(sequence),
});
const manifest = z.object({
  format: z.literal(FORMAT),
  takenAt: z.iso.datetime(),
  databases: z.array(database),
  /** Files of the data directory that came along, by `--with-secrets`. */
  secrets: z.array(file),
});

/** What a backup holds: schema versions, row counts, hashes, and how far the feed was in each database. */
export type Manifest = z.output<typeof manifest>;
export type DatabaseManifest = z.output<typeof database>;
export type TableManifest = z.output<typeof table>;
export type FileManifest = z.output<typeof file>;

/** A manifest of the present format, as the text of its file with a hash over itself. */
export function manifestText(content: Omit<Manifest, "format">): string {
  const text = JSON.stringify({ format: FORMAT, ...content });
  return `${JSON.stringify({ sha256: sha256(text), manifest: text })}\n`;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const envelope = z.object({ sha256: z.string(), manifest: z.string() });

/** Reads the manifest of a backup; throws with a sentence when it is none, or was changed. */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST_FILE);
  const text = await readFile(path, "utf8").catch(() => {
    throw new Error(`${directory} is not a complete backup: it has no ${MANIFEST_FILE}.`);
  });
  const wrapped = envelope.safeParse(parseJson(text)).data;
  if (wrapped === undefined || sha256(wrapped.manifest) !== wrapped.sha256) {
    throw new Error(`${path} was changed after the backup, so nothing is restored.`);
  }
  const parsed = manifest.safeParse(parseJson(wrapped.manifest));
  if (parsed.success) return parsed.data;
  throw new Error(
    `${path} is of another version of AllFunds (this one reads format ${FORMAT}): ${z.prettifyError(parsed.error)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const filesOf = ({ databases, secrets }: Manifest): FileManifest[] => [
  ...databases.flatMap(({ tables }) => tables.map(({ file: own }) => own)),
  ...secrets,
];

/** Throws with the first file that is missing, truncated or changed. */
export async function checkFiles(directory: string, content: Manifest): Promise<void> {
  for (const { name, bytes, sha256: expected } of filesOf(content)) {
    const path = join(directory, name);
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === undefined) throw new Error(`${path} is missing, so nothing is restored.`);
    if (size !== bytes) {
      throw new Error(`${path} has ${size} bytes instead of ${bytes}, so nothing is restored.`);
    }
    if ((await hashOf(path)) !== expected) {
      throw new Error(`${path} was changed after the backup, so nothing is restored.`);
    }
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
