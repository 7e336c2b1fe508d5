/** What opens the line to the gateway once. */
export interface LiveTicket {
  readonly ticket: string;
  /** The line ends then, with the token behind it; milliseconds from now. */
  readonly endsInMs: number;
}

/** Nobody is signed in any more; another try would not help. */
export class SignedOut extends Error {}

/** Fetches a ticket for one connection. The session's cookie says who asks. */
export async function fetchLiveTicket(): Promise<LiveTicket> {
  const response = await fetch("/live-ticket", { method: "POST" });
  if (response.status === 401) throw new SignedOut("The session has ended.");
  if (!response.ok) throw new Error(`No ticket: status ${response.status}.`);
  return (await response.json()) as LiveTicket;
}
