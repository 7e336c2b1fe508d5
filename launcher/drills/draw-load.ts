import { writeFile } from "node:fs/promises";
import type { Sample } from "./load-record.ts";
import { isRefusal, isSuccess, timeOf, type Answered } from "./open-loop.ts";

const SIZE = { width: 860, panel: 170, left: 64, right: 150, top: 34, gap: 44 };
const SECOND_MS = 1_000;

interface Line {
  readonly name: string;
  readonly color: string;
  /** Seconds and values. */
  readonly points: readonly (readonly [number, number])[];
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Draws a run, of several parts one after the other, second by second as an SVG picture. */
export async function drawLoad(
  file: string,
  parts: readonly (readonly Answered[])[],
  series: readonly Sample[],
): Promise<void> {
  await writeFile(file, pictureOf(panelsOf(parts, series)));
}

/** The parts one after the other, each as long as its last request is late. */
function inOneTime(parts: readonly (readonly Answered[])[]): Answered[] {
  let startMs = 0;
  return parts.flatMap((part) => {
    const from = startMs;
    const lastMs = part.reduce((last, { atMs }) => Math.max(last, atMs), 0);
    startMs += Math.ceil(lastMs / SECOND_MS) * SECOND_MS;
    return part.map((one) => ({ ...one, atMs: one.atMs + from }));
  });
}

function panelsOf(parts: readonly (readonly Answered[])[], series: readonly Sample[]): Panel[] {
  const seconds = new Map<number, Answered[]>();
  for (const one of inOneTime(parts)) {
    const second = Math.floor(one.atMs / SECOND_MS);
    const before = seconds.get(second);
    if (before === undefined) seconds.set(second, [one]);
    else before.push(one);
  }
  const each = [...seconds].sort(([a], [b]) => a - b);
  const line = (name: string, color: string, value: (of: readonly Answered[]) => number): Line => ({
    name,
    color,
    points: each.map(([second, of]) => [second, value(of)]),
  });
  const limit = (service: Sample["service"], color: string): Line => ({
    name: service,
    color,
    points: series
      .filter((sample) => sample.service === service)
      .map((sample) => [sample.atMs / SECOND_MS, sample.limit]),
  });
  return [
    {
      title: "Requests a second",
      lines: [
        line("sent", "#8a8f98", (of) => of.length),
        line("answered", "#1b7f4b", (of) => of.filter(isSuccess).length),
        line("refused", "#c2410c", (of) => of.filter(isRefusal).length),
      ],
    },
    {
      title: "Milliseconds until the answer, 95th percentile of each second",
      lines: [
        line("answered", "#1b7f4b", (of) => timeOf(of.filter(isSuccess), 0.95)),
        line("refused", "#c2410c", (of) => timeOf(of.filter(isRefusal), 0.95)),
      ],
    },
    {
      title: "Most requests at the same time, as each service has measured (http_requests_limit)",
      lines: [limit("rest-bridge", "#1d4ed8"), limit("gateway", "#7c3aed")],
    },
  ];
}

/** An SVG picture of panels with one time axis. */
export function pictureOf(panels: readonly Panel[]): string {
  const { width, panel, top, gap } = SIZE;
  const last = Math.max(1, ...panels.flatMap(({ lines }) => lines.flatMap(secondsOf)));
  const height = panels.length * (panel + gap) + top;
  const drawn = panels.map((one, nth) => drawPanel(one, top + nth * (panel + gap), last));
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>${drawn.join("")}</svg>\n`
  );
}

const secondsOf = ({ points }: Line): number[] => points.map(([second]) => second);

function drawPanel({ title, lines }: Panel, top: number, last: number): string {
  const { width, panel, left, right } = SIZE;
  const highest = roundUp(Math.max(1, ...lines.flatMap(({ points }) => points.map(([, y]) => y))));
  const x = (second: number): number => left + (second / last) * (width - left - right);
  const y = (value: number): number => top + panel - (value / highest) * panel;
  const marks = [0, 0.5, 1].map((share) => {
    const at = y(highest * share).toFixed(1);
    return (
      `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="#e5e7eb"/>` +
      `<text x="${left - 8}" y="${at}" dy="4" text-anchor="end" fill="#374151">${highest * share}</text>`
    );
  });
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${x(last * share).toFixed(1)}" y="${top + panel + 16}" text-anchor="middle" fill="#374151">${Math.round(last * share)} s</text>`,
  );
  const curves = lines.map(({ name, color, points }, nth) => {
    const path = points.map(([second, value]) => `${x(second).toFixed(1)},${y(value).toFixed(1)}`);
    return (
      `<polyline points="${path.join(" ")}" fill="none" stroke="${color}" stroke-width="1.6"/>` +
      `<text x="${width - right + 12}" y="${top + 14 + nth * 18}" fill="${color}">${name}</text>`
    );
  });
  const heading = `<text x="${left}" y="${top - 10}" fill="#111827" font-weight="bold">${title}</text>`;
  return [heading, ...marks, ...times, ...curves].join("");
}

/** The next number of one, two or five times a power of ten. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
