import { pino, type Logger as PinoLogger } from "pino";
import { currentContext } from "./context.ts";

export type Logger = PinoLogger;

/** Writes JSON lines to standard output; each carries the trace id of its request. */
export const createLogger = (service: string, level: string = "info"): Logger =>
  pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const context = currentContext();
      return context === undefined ? {} : { traceId: context.traceId };
    },
  });
