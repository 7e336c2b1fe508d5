/** Nobody is signed in any more; another try would not help. */
export class SignedOut extends Error {}

/** Fetches a ticket for one connection. The session's cookie says who asks. */
export async function fetchLiveTicket(): Promise<string> {
  const response = await fetch("/live-ticket", { method: "POST" });
  if (response.status === 401) throw new SignedOut("The session has ended.");
  if (!response.ok) throw new Error(`No ticket: status ${response.status}.`);
  const { ticket } = (await response.json()) as { ticket: string };
  return ticket;
}
