import { AppError, isErrorCode, type Violation } from "@allfunds/contract/errors";

/** The task of every thread that does nothing. */
export const LOADED_TASK = "loaded";

/** What a thread is given at its start. */
export interface ThreadData {
  /** One shared number: the call that is aborted. */
  readonly aborted: Int32Array;
}

/** One call of a task. */
export interface ThreadCall {
  readonly id: number;
  readonly task: string;
  readonly args: unknown;
}

/** What a thread reports about a call. */
export type ThreadReport =
  | {
      readonly id: number;
      readonly kind: "progress";
      readonly done: number;
      readonly total: number;
    }
  | { readonly id: number; readonly kind: "done"; readonly value: unknown; readonly bytes: number }
  | { readonly id: number; readonly kind: "failed"; readonly failure: ThreadFailure };

/** An error as it crosses from one thread to another: classes are lost on the way. */
export interface ThreadFailure {
  readonly message: string;
  readonly stack: string;
  /** The code of an AppError; null for any other error. */
  readonly code: string | null;
  readonly violations: readonly Violation[];
}

export function toFailure(error: unknown): ThreadFailure {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return error instanceof AppError
    ? { message, stack, code: error.code, violations: error.violations ?? [] }
    : { message, stack, code: null, violations: [] };
}

/** The same error with its class and code again. */
export function toError({ message, stack, code, violations }: ThreadFailure): Error {
  if (code === null || !isErrorCode(code)) return Object.assign(new Error(message), { stack });
  return new AppError(code, message, violations.length === 0 ? {} : { violations });
}
