import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

// Compiles kernels to WebAssembly and writes each module into a source file, so that building and running need
// neither the compiler nor a further file. `--check` compares it instead.

const MODULES = [
  {
    name: "simulation",
    constant: "SIMULATION_WASM",
    target: "../src/simulation/kernel/simulation-wasm.generated.ts",
  },
  {
    name: "indicators",
    constant: "INDICATORS_WASM",
    target: "../src/indicators/kernels/indicators-wasm.generated.ts",
  },
];
const OUTPUT = "module.wasm";

// No operation may be merged or reordered: the results have to equal those of the plain kernel bit for bit.
const OPTIONS = ["-O3", "--runtime", "stub", "--enable", "simd", "--noAssert", "--noColors"];

async function compile({ name, constant }) {
  const source = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  let module;
  const writeOutput = (file, contents) => {
    if (file === OUTPUT) module = contents;
  };
  let messages = "";
  const stderr = { write: (text) => void (messages += text) };
  const { error } = await asc.main([source, "--outFile", OUTPUT, ...OPTIONS], {
    writeFile: writeOutput,
    stderr,
  });
  if (error !== null || module === undefined) throw new Error(messages);
  const text = Buffer.from(module).toString("base64");
  return `// Compiled from assembly/${name}.ts by assembly/compile.mjs.\nexport const ${constant} =\n  "${text}";\n`;
}

for (const kernels of MODULES) {
  const compiled = await compile(kernels);
  const target = new URL(kernels.target, import.meta.url);
  if (!process.argv.includes("--check")) {
    await writeFile(target, compiled);
  } else if ((await readFile(target, "utf8").catch(() => "")) !== compiled) {
    process.stderr.write(`${kernels.target} is not what assembly/ compiles to: run npm run fix.\n`);
    process.exitCode = 1;
  }
}
