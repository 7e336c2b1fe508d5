import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { LogFile } from "./log-file.ts";
import { forTerminal } from "./log-line.ts";

const BURST_LINES = 8;
const BURST_MS = 10_000;
const KEPT_LINES = 15;

/** Where the output of a service goes: all to its file, warnings and errors to the terminal, in bounds. */
export class ServiceLog {
  /** The latest lines worth reading when the service ends unexpectedly. */
  readonly lastLines: string[] = [];
  /** Keeps warnings off the terminal. */
  hideWarnings = true;
  readonly #name: string;
  readonly #file: LogFile;
  readonly #print: (line: string) => void;
  #burstSince = 0;
  #shown = 0;
  #hidden = 0;

  constructor(name: string, file: LogFile, print: (line: string) => void) {
    this.#name = name;
    this.#file = file;
    this.#print = print;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Plain text matters on the error stream; on the other it is a development server's chatter. */
  follow(stream: Readable, plainTextMatters: boolean): void {
    createInterface({ input: stream }).on("line", (line) => this.#take(line, plainTextMatters));
  }

  #take(line: string, plainTextMatters: boolean): void {
    this.#file.write(line);
    const alarming = forTerminal(line);
    if (alarming === undefined || (alarming.plain && !plainTextMatters)) return;
    this.lastLines.push(alarming.text);
    if (this.lastLines.length > KEPT_LINES) this.lastLines.shift();
    if (!(alarming.warning && this.hideWarnings)) this.#show(alarming.text);
  }

  #show(line: string): void {
    const now = performance.now();
    if (now - this.#burstSince > BURST_MS) {
      if (this.#hidden > 0)
        this.#print(`${this.#name}: ${this.#hidden} more lines in ${this.path}`);
      this.#burstSince = now;
      this.#shown = 0;
      this.#hidden = 0;
    }
    this.#shown += 1;
    if (this.#shown > BURST_LINES) this.#hidden += 1;
    else this.#print(`${this.#name}: ${line}`);
  }
}
