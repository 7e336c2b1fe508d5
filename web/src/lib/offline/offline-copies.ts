const WORKER = "/service-worker.js";

/** Lets this browser keep pages, or removes what it kept. Resolves when it is so. */
export async function keepCopies(isWanted: boolean): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  if (isWanted) {
    await navigator.serviceWorker.register(WORKER);
    return;
  }
  const registration = await navigator.serviceWorker.getRegistration();
  if (registration === undefined) return;
  await registration.unregister();
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

/** Has a page kept that was opened without a document of its own. */
export const keepPage = (path: string): void =>
  navigator.serviceWorker?.controller?.postMessage({ keep: path });

/** Whether pages can be opened without a connection. */
export const hasCopies = (): boolean => (navigator.serviceWorker?.controller ?? null) !== null;
