import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

const ROTATE_BYTES = 20 * 1024 * 1024;

/** A service's log on disk; one older generation is kept, so it can never fill the disk. */
export class LogFile {
  readonly path: string;
  #bytes: number;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(line: string): void {
    const text = `${line}\n`;
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > ROTATE_BYTES) this.#rotate(text);
    appendFileSync(this.path, text);
  }

  #rotate(text: string): void {
    rmSync(`${this.path}.1`, { force: true });
    renameSync(this.path, `${this.path}.1`);
    this.#bytes = Buffer.byteLength(text);
  }
}
