import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { build } from 'esbuild';
import { run } from '../package/run.mjs';

/** Stands in for a CAD program: `bracket.stl` in millimetres, with a solid for each patch, by the installed package's own example. */
export async function makePart(checkout, folder) {
  const program = join(folder, 'make-part.mjs');
  await build({
    stdin: {
      contents: `
        import { writeStlFile } from 'fieldsmith/geometry/files';
        import { bracket } from './examples/bracket.ts';
        await writeStlFile('bracket.stl', bracket({ fins: 2, finThickness: 6 }), { encoding: 'ascii' });`,
      resolveDir: checkout,
    },
    outfile: program,
    bundle: true,
    packages: 'external',
    tsconfigRaw: {},
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  run(argv[0], [program], { cwd: folder });
  rmSync(program);
}
