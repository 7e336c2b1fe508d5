import { describe, expect, it } from "vitest";
import { listeningInodes } from "./port-holder.ts";

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000
   1: 0100007F:0FA0 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000
   2: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000
`;

describe("listeningInodes", () => {
  it("returns the listening socket of a port when other sockets are connected through it", () => {
    expect(listeningInodes(TABLE, 4000)).toEqual(["4711"]);
    expect(listeningInodes(TABLE, 8000)).toEqual(["4713"]);
    expect(listeningInodes(TABLE, 3000)).toEqual([]);
  });
});
