import { describe, expect, it } from "vitest";
import { figuresOf, mediansOf, nameOf, readProcess, renderStart } from "./start-figures.mjs";

const process = (pid, parent, figure) => ({ pid, parent, cpu: figure, rss: figure, pss: figure });

const start = (seconds, figure) => ({
  seconds,
  figures: new Map([["web", { cpu: figure, rss: figure * 100, pss: figure * 50 }]]),
});

describe("the figures of a start", () => {
  it("are read from /proc, with the time of ended children", () => {
    const stat = "7 (node (main)) S 3 7 7 0 -1 0 1 2 3 4 150 50 25 25 20 0 11 0";
    const rollup = "00400000-7fff r--p\nRss:   2048 kB\nPss:   1024 kB\n";
    expect(readProcess({ pid: 7, stat, rollup })).toEqual({
      pid: 7,
      parent: 3,
      cpu: 2.5,
      rss: 2,
      pss: 1,
    });
  });

  it.each([
    ["node\0--max-semi-space-size=4\0/x/subgraphs/ledger/dist/main.js\0", "ledger"],
    ["node\0/x/rest-bridge/dist/main.js\0", "rest-bridge"],
    ["node\0/x/web/server.js\0", "web"],
    ["/x/bin/postgres\0-D\0/data\0", "PostgreSQL"],
    ["/bin/sh\0-c\0read\0allfunds-orphan-guard\0", "other"],
  ])("are named after the program: %j", (commandLine, name) => {
    expect(nameOf(commandLine)).toBe(name);
  });

  it("add up what belongs to the launcher's children, and nothing else", () => {
    const processes = [
      process(1, 0, 100),
      process(10, 1, 1),
      process(11, 10, 2),
      process(12, 10, 4),
      process(13, 12, 8),
      process(20, 1, 100),
    ];
    const names = { 11: "ledger", 12: "PostgreSQL" };
    const figures = figuresOf(10, processes, (pid) => names[pid]);
    expect([...figures].map(([name, { cpu }]) => [name, cpu])).toEqual([
      ["launcher", 1],
      ["ledger", 2],
      ["PostgreSQL", 12],
    ]);
  });

  it("are shown as medians, with a sum where it makes sense", () => {
    expect(renderStart(mediansOf([start(9, 3), start(5, 1), start(6, 2)]))).toBe(
      [
        "                 CPU s    RSS MB    PSS MB",
        "web               2.00       200       100",
        "all               2.00                 100",
        "ready after 6.0 s",
      ].join("\n"),
    );
  });
});
