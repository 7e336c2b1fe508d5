import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

// Compiles the kernels of simulations to WebAssembly and writes the module into a source file, so that
// building and running need neither the compiler nor a further file. `--check` compares it instead.

const SOURCE = fileURLToPath(new URL("simulation.ts", import.meta.url));
const TARGET = new URL("../src/simulation/kernel/simulation-wasm.generated.ts", import.meta.url);
const OUTPUT = "simulation.wasm";

// No operation may be merged or reordered: the results have to equal those of the plain kernel bit for bit.
const OPTIONS = ["-O3", "--runtime", "stub", "--enable", "simd", "--noAssert", "--noColors"];

async function compile() {
  let module;
  const writeOutput = (name, contents) => {
    if (name === OUTPUT) module = contents;
  };
  let messages = "";
  const stderr = { write: (text) => void (messages += text) };
  const { error } = await asc.main([SOURCE, "--outFile", OUTPUT, ...OPTIONS], {
    writeFile: writeOutput,
    stderr,
  });
  if (error !== null || module === undefined) throw new Error(messages);
  const text = Buffer.from(module).toString("base64");
  return `// Compiled from assembly/simulation.ts by assembly/compile.mjs.\nexport const SIMULATION_WASM =\n  "${text}";\n`;
}

const compiled = await compile();
if (!process.argv.includes("--check")) {
  await writeFile(TARGET, compiled);
} else if ((await readFile(TARGET, "utf8").catch(() => "")) !== compiled) {
  process.stderr.write(
    "simulation-wasm.generated.ts is not what assembly/ compiles to: run npm run fix.\n",
  );
  process.exitCode = 1;
}
