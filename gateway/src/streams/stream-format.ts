/** How the answers of one operation follow each other in one HTTP response. */
export interface StreamFormat {
  readonly contentType: string;
  /** Frames an answer in JSON. */
  readonly answer: (json: string) => string;
  /** Whether every answer states if more follow. */
  readonly statesNext?: true;
  /** Keeps proxies from closing a connection without events. */
  readonly heartbeat: string;
  readonly end: string;
}

/** Server-sent events in the distinct connections mode of graphql-sse. */
const SERVER_SENT_EVENTS: StreamFormat = {
  contentType: "text/event-stream; charset=utf-8",
  answer: (json) => `event: next\ndata: ${json}\n\n`,
  heartbeat: ":\n\n",
  end: "event: complete\ndata:\n\n",
};

const part = (json: string): string =>
  `\r\n--graphql\r\ncontent-type: application/json\r\n\r\n${json}`;

/** The multipart protocol for subscriptions of Apollo's clients. */
const MULTIPART: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  answer: (json) => part(`{"payload":${json}}`),
  heartbeat: part("{}"),
  end: "\r\n--graphql--\r\n",
};

/** The multipart protocol for deferred fragments of Apollo's clients. */
const DEFERRED: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";deferSpec=20220824',
  answer: part,
  statesNext: true,
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
