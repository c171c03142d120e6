// Compiles solvers/kernels/assembly/*.ts (AssemblyScript) to WebAssembly and writes each module as base64 text into
// solvers/kernels/compiled/. Run after a change of the sources; test/solvers/kernels.test.ts fails until then.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Names of the modules: files of solvers/kernels/assembly/ without their ending. */
export const kernelModules = () =>
  readdirSync(`${root}solvers/kernels/assembly`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3))
    .sort();

/** The text of the generated file of one module. */
export async function compileKernels(name) {
  const outputs = {};
  const { error, stderr } = await asc.main(
    [
      `solvers/kernels/assembly/${name}.ts`,
      ...['--outFile', 'module.wasm', '--baseDir', root, '-O3', '--enable', 'simd'],
      // the memory comes from outside and nothing is allocated inside
      ...['--runtime', 'stub', '--noAssert', '--importMemory', '--use', 'abort='],
    ],
    { writeFile: (file, contents) => (outputs[file] = contents) },
  );
  if (error) throw new Error(`compile-kernels: ${name}: ${error.message}\n${stderr}`);
  const bytes = outputs['module.wasm'];
  return (
    `// ${bytes.length} bytes of WebAssembly, compiled from solvers/kernels/assembly/${name}.ts by scripts/compile-kernels.mjs\n` +
    `export default '${Buffer.from(bytes).toString('base64')}';\n`
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(`${root}solvers/kernels/compiled`, { recursive: true });
  for (const name of kernelModules()) {
    const text = await compileKernels(name);
    writeFileSync(`${root}solvers/kernels/compiled/${name}.ts`, text);
    console.log(`solvers/kernels/compiled/${name}.ts: ${text.match(/\d+ bytes/)[0]}`);
  }
}
