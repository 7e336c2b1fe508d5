import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

// Logs name users and what they did.
const OWNER_ONLY = 0o600;
const ROTATE_BYTES = 20 * 1024 * 1024;

/**
 * A service's log on disk; one older generation is kept, so it can never fill the disk. What cannot be written, as
 * on a full disk, is left out and counted: the services go on.
 */
export class LogFile {
  readonly path: string;
  #bytes: number;
  #lost = 0;
  readonly #report: (line: string) => void;

  /** `report` receives the first line that could not be written, and how many were when it can again. */
  constructor(path: string, report: (line: string) => void) {
    this.path = path;
    this.#report = report;
    mkdirSync(dirname(path), { recursive: true });
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(line: string): void {
    try {
      this.#append(`${line}\n`);
      if (this.#lost > 0)
        this.#report(`${this.path} is written again; ${this.#lost} lines are missing`);
      this.#lost = 0;
    } catch (error) {
      if (this.#lost === 0)
        this.#report(`${this.path} cannot be written: ${(error as Error).message}`);
      this.#lost += 1;
    }
  }

  #append(text: string): void {
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > ROTATE_BYTES) this.#rotate(text);
    appendFileSync(this.path, text, { mode: OWNER_ONLY });
  }

  #rotate(text: string): void {
    rmSync(`${this.path}.1`, { force: true });
    renameSync(this.path, `${this.path}.1`);
    this.#bytes = Buffer.byteLength(text);
  }
}
