import type { ServerResponse } from "node:http";
import { AppError } from "@allfunds/contract/errors";

/** Why work for an answer ends that nothing waits for; no client receives it. */
export const answerNotWanted = (): AppError =>
  new AppError("REQUEST_TIMEOUT", "The client has ended the request.");

/**
 * A signal that is aborted when the client's connection ends before its answer was sent, at once if it has
 * ended already. A caller whose deadline has passed ends its connection, too.
 */
export function signalWhenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const check = (): void => {
    if (!response.writableFinished) gone.abort(answerNotWanted());
  };
  if (response.destroyed) check();
  else response.once("close", check);
  return gone.signal;
}
