import { z } from "zod";

/** The levels that are shown, as numbers and as words; services use either. */
const ALARMING = new Map<number | string, string>([
  [40, "warning"],
  [50, "error"],
  [60, "fatal"],
  ["warn", "warning"],
  ["error", "error"],
  ["fatal", "fatal"],
]);

/** A line for the terminal; a warning may be left out where it is expected. */
export interface TerminalLine {
  text: string;
  warning: boolean;
  /** It is no structured log line. */
  plain: boolean;
}

const StructuredLine = z.object({
  level: z.union([z.number(), z.string()]),
  msg: z.string().optional(),
  err: z.object({ message: z.string().optional() }).optional(),
});

/**
 * What of a service's log line belongs on the terminal: warnings and worse in one short line, and
 * anything that is no structured log (a crash report). Undefined for the rest.
 */
export function forTerminal(line: string): TerminalLine | undefined {
  const parsed = parse(line);
  if (parsed === undefined) {
    return line.trim() === "" ? undefined : { text: line, warning: false, plain: true };
  }
  const level = ALARMING.get(parsed.level);
  if (level === undefined) return undefined;
  const reason = parsed.err?.message;
  const message = parsed.msg ?? reason ?? "";
  const because = reason !== undefined && reason !== message ? `: ${reason}` : "";
  return { text: `${level}: ${message}${because}`, warning: level === "warning", plain: false };
}

function parse(line: string): z.infer<typeof StructuredLine> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return StructuredLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
