import type { Table } from "@allfunds/platform/bench";
import { answerTimes, OF_REQUESTS, TIME_COLUMNS } from "./answer-times.ts";

/** An address of a running system's REST bridge, and a token for it. */
export interface RestAddress {
  readonly url: string;
  readonly token: string;
}

/** What an answer takes through the whole system, quiet and busy. */
export async function measureRest({ url, token }: RestAddress): Promise<Table[]> {
  const request = async (): Promise<number> => {
    const started = performance.now();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const body = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${body}`);
    return performance.now() - started;
  };
  await request();
  return [
    {
      title: `GET ${new URL(url).pathname}, ${OF_REQUESTS}`,
      columns: TIME_COLUMNS,
      rows: await answerTimes(request),
    },
  ];
}
