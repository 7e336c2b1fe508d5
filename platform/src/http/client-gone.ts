import type { ServerResponse } from "node:http";
import { constants, type ServerHttp2Stream } from "node:http2";
import { AppError } from "@allfunds/contract/errors";

/** Why work for an answer ends that nothing waits for; no client receives it. */
export const answerNotWanted = (): AppError =>
  new AppError("REQUEST_TIMEOUT", "The client has ended the request.");

const NO_ERROR = constants.NGHTTP2_NO_ERROR;

// The longest delay of setTimeout.
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * A signal that is aborted when the client's connection ends before its answer was sent, at once if it has
 * ended already, or after the time that the client waits at most, in milliseconds.
 */
export function signalWhenGone(response: ServerResponse, timeoutMs?: number): AbortSignal {
  const gone = new AbortController();
  if (timeoutMs !== undefined && timeoutMs <= LONGEST_DELAY_MS) {
    const timer = setTimeout(() => gone.abort(answerNotWanted()), timeoutMs).unref();
    response.once("close", () => clearTimeout(timer));
  }
  const check = (): void => {
    if (!isSent(response)) gone.abort(answerNotWanted());
  };
  if (isClosed(response)) check();
  else response.once("close", check);
  return gone.signal;
}

/** A response as Node has it: over HTTP/2 it is finished however its stream ended. */
type AnyResponse = ServerResponse & { readonly stream?: ServerHttp2Stream };

const isClosed = ({ destroyed, stream }: AnyResponse): boolean => stream?.destroyed ?? destroyed;

const isSent = ({ writableFinished, writableEnded, stream }: AnyResponse): boolean =>
  stream === undefined ? writableFinished : writableEnded && stream.rstCode === NO_ERROR;
