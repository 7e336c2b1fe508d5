import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import { closeWithToken } from "./close-socket.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A socket and what it was closed with; its client completes each close. */
function openSocket() {
  const closes: [code: number, reason: string][] = [];
  const socket = Object.assign(new EventEmitter(), {
    close: (code: number, reason: string) => {
      closes.push([code, reason]);
      setTimeout(() => socket.emit("close"), 10);
    },
    terminate: () => undefined,
  });
  return { socket: socket as unknown as WebSocket, closes };
}

it("closes a silent socket soon after its token was revoked, once", () => {
  const { socket, closes } = openSocket();
  const token = { expiresAt: new Date(Date.now() + 60_000), isRevoked: false };
  closeWithToken(socket, token);
  vi.advanceTimersByTime(10_000);
  expect(closes).toEqual([]);
  token.isRevoked = true;
  vi.advanceTimersByTime(120_000);
  expect(closes).toEqual([[4401, "token revoked"]]);
});

it("closes a socket when its token expires, and leaves no timer behind", () => {
  const { socket, closes } = openSocket();
  closeWithToken(socket, { expiresAt: new Date(Date.now() + 60_000) });
  vi.advanceTimersByTime(60_000);
  expect(closes).toEqual([[4401, "token expired"]]);
  vi.advanceTimersByTime(10);
  expect(vi.getTimerCount()).toBe(0);
  closeWithToken(socket, { expiresAt: new Date(Date.now() + 60_000) });
  socket.emit("close");
  expect(vi.getTimerCount()).toBe(0);
});
