import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importEntries } from './check-imports.mjs';

/** Solved by the installed command. */
const PROBLEM = 'node_modules/fieldsmith/examples/solve/heated-plate.yaml';

/** A problem as a program, with its type: Node runs it from 22.18 on. */
const TYPED = `
import { defineProblem, type Problem } from 'fieldsmith/cli';

const power: number = 20;
const problem: Problem = {
  lengthUnit: 'mm',
  thickness: 3,
  conductivity: 200,
  mesh: { rectangle: { from: [0, 0], to: [120, 80] }, cellSize: 5 },
  heat: [{ power }],
  boundary: { left: { type: 'temperature', value: 20 }, default: { type: 'insulated' } },
};
export default defineProblem(problem);
`;

/** A program of the kind that the README shows: a model of the package as the guess of a certified solve. */
const PROGRAM = `
import { cornerRemovedSquare, generateMesh } from 'fieldsmith/geometry';
import { solve } from 'fieldsmith/solvers';
import { loadPretrained, openSurrogate } from 'fieldsmith/training';

const mesh = generateMesh(cornerRemovedSquare({ corners: 4, seed: 7 }), { cellCount: 1000 });
const boundaryConditions = Object.fromEntries(mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value: 0 }]));
const surrogate = await openSurrogate(loadPretrained('random-bc'));
const answer = await solve(
  { mesh, source: ([x, y]) => Math.sin(x) * Math.cos(2 * y), boundaryConditions },
  { guess: surrogate.predict, relativeTolerance: 1e-8 },
);
await surrogate.dispose();
console.log(JSON.stringify({ residual: answer.relativeResidual, guess: answer.guess?.relativeResidual }));
`;

/**
 * Installs the tarball into an empty project with one Node and one npm, imports every entry point, and runs the command and a
 * program there.
 *
 * @param cache folder of npm's cache
 * @returns versions, seconds of the installation, packages that say that they are not for this Node, and the residuals
 */
export function checkInstallation({ tarball, manifest, tools, folder, cache }) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const { seconds, stderr } = tools.npm(
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--cache', cache, tarball],
    { cwd: folder },
  );
  const warned = [...stderr.matchAll(/package: '([^']+)'/g)].map(([, name]) => name);
  importEntries(folder, manifest, tools.nodePath);
  const command = join(folder, 'node_modules/fieldsmith/dist/cli/main.js');
  const solved = JSON.parse(tools.node([command, 'solve', PROBLEM, '--json'], { cwd: folder }).stdout);
  writeFileSync(join(folder, 'problem.mts'), TYPED);
  const [major] = tools.versions.node.split('.').map(Number);
  tools.node([command, 'solve', 'problem.mts'], { cwd: folder, expected: major < 22 ? 1 : 0 });
  writeFileSync(join(folder, 'program.js'), PROGRAM);
  const { residual, guess } = JSON.parse(tools.node(['program.js'], { cwd: folder }).stdout);
  for (const each of [solved.certificate.relativeResidual, residual]) {
    if (!(each <= 1e-8)) throw new Error(`a solve ended with the relative residual ${each}`);
  }
  if (!(guess < 1)) throw new Error(`the guess of the model has the relative residual ${guess}`);
  return { ...tools.versions, seconds, warned: [...new Set(warned)], residual, guess };
}
