import type { PublicResult } from "../operation/public-error.ts";

/** How the answers of one operation follow each other in one HTTP response. */
export interface StreamFormat {
  readonly contentType: string;
  readonly answer: (result: PublicResult) => string;
  /** Keeps proxies from closing a connection without events. */
  readonly heartbeat: string;
  readonly end: string;
}

/** Server-sent events in the distinct connections mode of graphql-sse. */
const SERVER_SENT_EVENTS: StreamFormat = {
  contentType: "text/event-stream; charset=utf-8",
  answer: (result) => `event: next\ndata: ${JSON.stringify(result)}\n\n`,
  heartbeat: ":\n\n",
  end: "event: complete\ndata:\n\n",
};

const part = (content: object): string =>
  `\r\n--graphql\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(content)}`;

/** The multipart protocol for subscriptions of Apollo's clients. */
const MULTIPART: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  answer: (result) => part({ payload: result }),
  heartbeat: part({}),
  end: "\r\n--graphql--\r\n",
};

/** The multipart protocol for deferred fragments of Apollo's clients. */
const DEFERRED: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";deferSpec=20220824',
  answer: (result) => part({ ...result, hasNext: result.hasNext === true }),
  heartbeat: "",
  end: "\r\n--graphql--\r\n",
};

const MULTIPART_TYPE = /^\s*multipart\/mixed\s*;/i;
const SUBSCRIPTION_PARTS = /;\s*subscriptionspec="?1\.0"?/i;
const DEFERRED_PARTS = /;\s*deferspec="?20220824"?/i;

/** The format that an Accept header names; undefined for one answer. `mayDefer`: whether the operation may have deferred fragments. */
export function streamFormatOf(
  accept: string | undefined,
  mayDefer = false,
): StreamFormat | undefined {
  if (accept === undefined) return undefined;
  if (/text\/event-stream/i.test(accept)) return SERVER_SENT_EVENTS;
  const parts = accept.split(",").filter((range) => MULTIPART_TYPE.test(range));
  // One expression for both would try each type with each parameter of a hostile header.
  if (parts.some((range) => SUBSCRIPTION_PARTS.test(range))) return MULTIPART;
  return mayDefer && parts.some((range) => DEFERRED_PARTS.test(range)) ? DEFERRED : undefined;
}
