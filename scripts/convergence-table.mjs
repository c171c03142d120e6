// Measures the orders of accuracy of the finite volumes and writes docs/results/convergence.md: a few minutes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = join(tmpdir(), `fieldsmith-convergence-${process.pid}`);
mkdirSync(folder);
const bundled = join(folder, 'study.mjs');
await build({
  stdin: {
    contents: "export * from './convergence-study.js'; export * from './mesh-families.js';",
    resolveDir: 'test/solvers',
    loader: 'ts',
  },
  bundle: true,
  outfile: bundled,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});
const { MESH_FAMILIES, STUDY_CASES, observedOrder, study } = await import(pathToFileURL(bundled).href);

const lines = [
  '# Orders of accuracy',
  '',
  'Relative L² error of u at the cell centroids against manufactured solutions on the unit square and cube, corrected for',
  'non-orthogonality, residual 1e-9; the order is the least-squares slope over four meshes, and in brackets that of the cell',
  'gradients. Two in the solution is expected. Boundary types are on three sides (two in 2D) with Dirichlet on the others,',
  '*periodic* in x, *all Neumann* on every side. Points of jittered meshes are moved by up to 20 % of the spacing along each',
  'axis (tetrahedra 15 %), errors the root mean square over four seeds; tetrahedra are six to a cube around its diagonal.',
  '',
  'Written by `node scripts/convergence-table.mjs`; `test/solvers/convergence.test.ts` asserts the same on coarser meshes.',
];
const worst = { order: 2, name: '' };
for (const family of MESH_FAMILIES) {
  lines.push('', `## ${family.name[0].toUpperCase()}${family.name.slice(1)}`, '');
  const rows = [];
  let cells = '';
  for (const studied of STUDY_CASES) {
    const points = await study(studied, family, family.sizes);
    cells = points.map((point) => point.cells.toLocaleString('en')).join(', ');
    const order = observedOrder(points.map(({ n, solution }) => ({ n, error: solution })));
    const gradient = observedOrder(points.map(({ n, gradient: error }) => ({ n, error })));
    if (Math.abs(order - 2) > Math.abs(worst.order - 2))
      Object.assign(worst, { order, name: `${family.name}, ${studied.name}` });
    const errors = points.map(({ solution }) => solution.toExponential(1)).join(', ');
    rows.push(
      `| ${studied.name} | ${errors} | **${order.toFixed(2)}** (${gradient.toFixed(2)}) | ${points.at(-1).corrections} |`,
    );
    console.error(`${family.name}, ${studied.name}: ${order.toFixed(2)} (${gradient.toFixed(2)})`);
  }
  lines.push(
    `Cells: ${cells}.`,
    '',
    '| case | errors | order | outer steps, finest |',
    '|---|---|---|---|',
    ...rows,
  );
}
lines.splice(lines.indexOf('', 3), 0, '', `Farthest from 2: ${worst.order.toFixed(2)} (${worst.name}).`);
mkdirSync('docs/results', { recursive: true });
writeFileSync('docs/results/convergence.md', `${lines.join('\n')}\n`);
