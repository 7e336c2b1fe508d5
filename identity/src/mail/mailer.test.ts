import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { outboxMailer, smtpMailer } from "./mailer.ts";

const letter = { to: "nora@test.example", subject: "Grüße", text: "Hello\n" };

test("the outbox holds each letter as a file that mail programs open", async () => {
  const folder = await mkdtemp(join(tmpdir(), "outbox-"));
  await outboxMailer(folder, "AllFunds <no-reply@localhost>")(letter);
  const [name = ""] = await readdir(folder);
  expect(name).toMatch(/\.eml$/);
  const content = await readFile(join(folder, name), "utf8");
  expect(content).toContain("To: nora@test.example");
  expect(content).toContain("From: AllFunds <no-reply@localhost>");
  await rm(folder, { recursive: true });
});

test("a mail server gets the letter when there is one", async () => {
  let received = "";
  let inLetter = false;
  const server = createServer((socket) => {
    socket.write("220 here\r\n");
    socket.on("data", (chunk) => {
      const text = chunk.toString();
      received += text;
      if (inLetter) {
        if (!received.endsWith("\r\n.\r\n")) return;
        inLetter = false;
        socket.write("250 taken\r\n");
      } else if (text.startsWith("DATA")) {
        inLetter = true;
        socket.write("354 go on\r\n");
      } else {
        socket.write(text.startsWith("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await smtpMailer(`smtp://127.0.0.1:${port}`, "no-reply@localhost")(letter);
  server.close();
  expect(received).toContain("RCPT TO:<nora@test.example>");
  expect(received).toContain("Hello");
});
