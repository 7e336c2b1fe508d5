// Exits with 0 when the service on the given port says that it is ready.
import { get } from "node:http";

const [, , port] = process.argv;

get({ host: "127.0.0.1", port, path: "/health/ready", timeout: 3_000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
})
  .on("timeout", () => process.exit(1))
  .on("error", () => process.exit(1));
