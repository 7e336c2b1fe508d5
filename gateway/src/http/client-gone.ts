import type { FastifyReply } from "fastify";

/** Fires when the client's connection ends before its answer was sent, or has ended by now. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const look = (): void => {
    if (!reply.raw.writableFinished) gone.abort();
  };
  if (reply.raw.destroyed) look();
  else reply.raw.once("close", look);
  return gone.signal;
}
