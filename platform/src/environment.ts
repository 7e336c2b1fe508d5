import { readFileSync } from "node:fs";

export interface ReadEnvironment {
  /** The variables with a value; an empty one counts as absent. */
  readonly values: Record<string, string>;
  /** The fault of a `<NAME>_FILE`, by the name of its variable. */
  readonly problems: ReadonlyMap<string, string>;
}

/**
 * Reads the named variables. A blank value is a fault: it would count as zero. `<NAME>_FILE` may replace `<NAME>`: it names a file with the value, as
 * containers receive their secrets.
 */
export function readEnvironment(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ReadEnvironment {
  const values: Record<string, string> = {};
  const problems = new Map<string, string>();
  for (const name of names) {
    const value = env[name] ?? "";
    // It may be a variable of its own.
    const file = names.includes(`${name}_FILE`) ? "" : (env[`${name}_FILE`] ?? "");
    if (value !== "") values[name] = value;
    if (value !== "" && value.trim() === "") problems.set(name, `${name}: must not be blank`);
    if (file === "") continue;
    if (value !== "") {
      problems.set(name, `${name} and ${name}_FILE are both set; set only one of them`);
      continue;
    }
    try {
      const content = readFileSync(file, "utf8").trim();
      if (content === "") problems.set(name, `${name}_FILE: ${file} is empty`);
      else values[name] = content;
    } catch {
      problems.set(name, `${name}_FILE: ${file} cannot be read`);
    }
  }
  return { values, problems };
}
