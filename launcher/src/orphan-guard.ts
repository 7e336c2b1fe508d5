import { spawn, type ChildProcess } from "node:child_process";

// Keeps the set of live process groups that it reads; when its input ends without a last line, the
// launcher is gone and every group left is terminated, then killed.
const SCRIPT = `
live=" "
while read -r change pid; do
  case "$change" in
    +) live="$live$pid " ;;
    -) live="\${live%%" $pid "*} \${live#*" $pid "}" ;;
    .) exit 0 ;;
  esac
done
for pid in $live; do kill -TERM "-$pid" 2>/dev/null; done
sleep 9
for pid in $live; do kill -KILL "-$pid" 2>/dev/null; done
`;

/** Makes sure that no service outlives a launcher that was killed without warning. */
export class OrphanGuard {
  readonly #shell: ChildProcess;

  constructor() {
    this.#shell = spawn("/bin/sh", ["-c", SCRIPT, "allfunds-orphan-guard"], {
      cwd: "/",
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#shell.on("error", () => undefined);
    this.#shell.stdin?.on("error", () => undefined);
    this.#shell.unref();
  }

  started(pid: number): void {
    this.#shell.stdin?.write(`+ ${pid}\n`);
  }

  ended(pid: number): void {
    this.#shell.stdin?.write(`- ${pid}\n`);
  }

  dismiss(): void {
    this.#shell.stdin?.end(". 0\n");
  }
}
