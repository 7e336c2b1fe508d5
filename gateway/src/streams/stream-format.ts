import type { FormattedExecutionResult } from "graphql";

/** How the answers of one operation follow each other in one HTTP response. */
export interface StreamFormat {
  readonly contentType: string;
  readonly answer: (result: FormattedExecutionResult) => string;
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

const MULTIPART_TYPE = /^\s*multipart\/mixed\s*;/i;
const SUBSCRIPTION_PARTS = /;\s*subscriptionspec="?1\.0"?/i;

/** The format that an Accept header names; undefined for one answer. */
export function streamFormatOf(accept: string | undefined): StreamFormat | undefined {
  if (accept === undefined) return undefined;
  if (/text\/event-stream/i.test(accept)) return SERVER_SENT_EVENTS;
  // One expression for both would try each type with each parameter of a hostile header.
  return accept
    .split(",")
    .some((range) => MULTIPART_TYPE.test(range) && SUBSCRIPTION_PARTS.test(range))
    ? MULTIPART
    : undefined;
}
