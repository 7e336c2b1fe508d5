/// <reference lib="webworker" />
// Keeps the pages that a reader has seen, for reading without a connection. Registered only for those who chose it;
// the copies end with the session.
import {
  endsCopies,
  isFresh,
  isKept,
  KEPT_AT,
  markKept,
  MOST_PAGES,
  NOT_KEPT,
} from "./lib/offline/kept-pages.ts";

declare const self: ServiceWorkerGlobalScope;

const PAGES = "allfunds-pages";
const FILES = "allfunds-files";
const BUILT = /^\/_app\/immutable\/|^\/favicon\.svg$|^\/manifest\.webmanifest$/;
/** A page that was kept so shortly ago is not read again for a copy. */
const RECENT_MS = 60_000;

self.addEventListener("install", () => void self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (endsCopies(url)) {
    event.waitUntil(caches.delete(PAGES));
    return;
  }
  if (request.method !== "GET") return;
  if (BUILT.test(url.pathname)) event.respondWith(readBuilt(request));
  else if (request.mode === "navigate") event.respondWith(readPage(event, url));
});

self.addEventListener("message", (event) => {
  const { keep } = event.data as { keep?: unknown };
  if (typeof keep === "string") event.waitUntil(copyPage(new URL(keep, self.location.origin)));
});

/** Files of the build never change under their name. */
async function readBuilt(request: Request): Promise<Response> {
  const files = await caches.open(FILES);
  const kept = await files.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await files.put(request, answer.clone());
  return answer;
}

async function readPage({ request }: FetchEvent, url: URL): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (endsCopies(new URL(answer.url || url))) await caches.delete(PAGES);
    else if (isKept(url, answer)) void keep(url, answer.clone());
    return answer;
  } catch {
    return (await copyOf(url)) ?? notKept();
  }
}

const notKept = (): Response =>
  new Response(NOT_KEPT, {
    status: 503,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'",
    },
  });

async function copyOf(url: URL): Promise<Response | undefined> {
  const pages = await caches.open(PAGES);
  const kept = await pages.match(url.href);
  if (!kept) return undefined;
  if (!isFresh(kept, Date.now())) {
    await pages.delete(url.href);
    return undefined;
  }
  const html = markKept(await kept.text(), kept.headers.get(KEPT_AT) ?? "");
  return new Response(html, { status: 200, headers: kept.headers });
}

/** A page opened by the app's own scripts has no document; one is read for the copy. */
async function copyPage(url: URL): Promise<void> {
  const kept = await (await caches.open(PAGES)).match(url.href);
  if (kept && Date.now() - Number(kept.headers.get(KEPT_AT)) < RECENT_MS) return;
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  if (isKept(url, answer)) await keep(url, answer);
}

async function keep(url: URL, answer: Response): Promise<void> {
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  // The copy is text: what was sent compressed is not any more.
  headers.delete("content-encoding");
  headers.delete("content-length");
  const html = await answer.text();
  const pages = await caches.open(PAGES);
  await pages.delete(url.href);
  await pages.put(url.href, new Response(html, { headers }));
  const all = await pages.keys();
  await Promise.all(
    all.slice(0, Math.max(0, all.length - MOST_PAGES)).map((old) => pages.delete(old)),
  );
}
