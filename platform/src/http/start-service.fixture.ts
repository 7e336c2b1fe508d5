import { once } from "node:events";
import { loadConfig, port, serverUrl } from "../config.ts";
import { openContext } from "../context.ts";
import { createHttpServer } from "./http-server.ts";
import { startService } from "./start-service.ts";

// A service in its own process, which a test configures, starts and stops.
await startService({
  name: "library",
  readConfig: () =>
    loadConfig("library", {
      LIBRARY_PORT: port(4_900),
      REDIS_URL: serverUrl("redis", "rediss").optional(),
    }),
  createService: (_config, logger) => {
    const server = createHttpServer({
      service: "library",
      logger,
      contextOf: ({ headers }) => openContext(headers),
    });
    server.app.get("/slow", async () => {
      process.send?.("running");
      await once(process, "message");
      return { done: true };
    });
    server.app.addHook("onListen", (done) => {
      process.send?.(server.app.listeningOrigin);
      done();
    });
    return { server };
  },
  port: "LIBRARY_PORT",
});
