import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { entryPoints } from './entry-points.mjs';
import { run } from './run.mjs';

/** Module settings of TypeScript that are supported; CommonJS is not. */
export const RESOLUTIONS = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};

/** A program that would not compile if a type of the package had become any, or a signature had changed. */
const PROGRAM = `
import { cornerRemovedSquare, generateMesh, type Mesh } from 'fieldsmith/geometry';
import { openSurrogate, type Surrogate } from 'fieldsmith/inference';
import { type PoissonProblem, solve } from 'fieldsmith/solvers';

const mesh: Mesh = generateMesh(cornerRemovedSquare({ corners: 1, seed: 1 }), { cellCount: 100 });
const problem: PoissonProblem = { mesh, source: ([x]) => x, boundaryConditions: {} };
// @ts-expect-error a number is no mesh
const wrong: PoissonProblem = { ...problem, mesh: 1 };
export const answer: Promise<Float64Array> = solve(problem).then(({ solution }) => solution);
export const opened: (typeof openSurrogate) extends (...args: never[]) => Promise<Surrogate> ? true : never = true;
export { wrong };
`;

/** Compiles a program that imports every entry point; the package's own declarations are checked with it. */
export function checkTypes(project, manifest, checkout) {
  const imports = entryPoints(manifest).map((name, i) => `export * as entry${i} from '${name}';`);
  writeFileSync(join(project, 'program.ts'), `${imports.join('\n')}\n${PROGRAM}`);
  for (const [name, settings] of Object.entries(RESOLUTIONS)) {
    const config = join(project, `tsconfig.${name}.json`);
    const options = { strict: true, noEmit: true, target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'] };
    const compilerOptions = { ...options, ...settings, types: ['node'], skipLibCheck: false };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    const compiler = join(checkout, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = run(argv[0], [compiler, '--project', config, '--pretty', 'false'], {
      cwd: project,
      expected: undefined,
    });
    const complaints = stdout.split('\n').filter((line) => /error TS\d+/.test(line));
    if (status !== 0 && complaints.length === 0) throw new Error(stdout);
    // those of declarations of other packages are theirs
    const ours = complaints.filter((line) => /^(program\.ts|node_modules\/fieldsmith\/)/.test(line));
    if (ours.length > 0) throw new Error(`types with moduleResolution ${name}:\n${ours.join('\n')}`);
  }
}
