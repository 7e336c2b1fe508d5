/** Writes a line to the log. Messages must not contain tokens or personal data. */
export function log(level: "info" | "warn" | "error", msg: string): void {
  const line = JSON.stringify({ level, time: new Date().toISOString(), service: "web", msg });
  (level === "error" ? process.stderr : process.stdout).write(`${line}\n`);
}
