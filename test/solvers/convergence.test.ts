import { describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { cornerRemovedSquare, generateMesh } from '../../geometry/index.js';
import type { Mesh } from '../../geometry/mesh.js';
import { type BoundaryConditions, type PoissonProblem, solve } from '../../solvers/index.js';
import { structuredMesh } from './structured-mesh.js';

const exact = ([x, y]: readonly number[]) => Math.sin(2 * x + 0.3) * Math.cos(1.5 * y) + 0.5 * x;
const source = ([x, y]: readonly number[]) => (4 + 2.25) * Math.sin(2 * x + 0.3) * Math.cos(1.5 * y);
const slopeX = ([x, y]: readonly number[]) => 2 * Math.cos(2 * x + 0.3) * Math.cos(1.5 * y) + 0.5;
const slopeY = ([x, y]: readonly number[]) => -1.5 * Math.sin(2 * x + 0.3) * Math.sin(1.5 * y);

const dirichlet: BoundaryConditions = Object.fromEntries(
  ['left', 'right', 'bottom', 'top'].map((name) => [name, { type: 'dirichlet', value: exact }]),
);
const mixed: BoundaryConditions = {
  left: { type: 'dirichlet', value: exact },
  bottom: { type: 'dirichlet', value: exact },
  right: { type: 'neumann', flux: slopeX },
  top: { type: 'neumann', flux: slopeY },
};

function relativeError(mesh: Mesh, u: Float64Array): number {
  let [error, size] = [0, 0];
  for (let c = 0; c < mesh.cellCount; c++) {
    const value = exact([mesh.cellCentroids[2 * c], mesh.cellCentroids[2 * c + 1]]);
    error += mesh.cellVolumes[c] * (u[c] - value) ** 2;
    size += mesh.cellVolumes[c] * value ** 2;
  }
  return Math.sqrt(error / size);
}

function jitteredTriangles(n: number): Mesh {
  const random = createRandom(5);
  return structuredMesh({
    columns: n,
    rows: n,
    shape: 'triangles',
    jitter: 0.2,
    random: () => random.uniform(-1, 1),
  });
}

async function errors(meshes: Mesh[], boundaryConditions: BoundaryConditions, corrected: boolean) {
  const result: number[] = [];
  for (const mesh of meshes) {
    const problem: PoissonProblem = { mesh, source, boundaryConditions };
    const answer = await solve(problem, { relativeTolerance: 1e-10, nonOrthogonalCorrection: corrected });
    expect(answer.status).toBe('converged');
    result.push(relativeError(mesh, answer.solution));
  }
  return result;
}

/** Least-squares slope of −log error over log n, for n doubling. */
function rate(values: number[]): number {
  const last = values.length - 1;
  const mean = last / 2;
  let [top, bottom] = [0, 0];
  values.forEach((value, i) => {
    top -= (i - mean) * Math.log2(value);
    bottom += (i - mean) ** 2;
  });
  return top / bottom;
}

describe('order of accuracy on a manufactured solution', () => {
  const boundaries = [
    ['dirichlet', dirichlet],
    ['dirichlet and neumann', mixed],
  ] as const;

  it.each(boundaries)('is 2 on orthogonal quadrilaterals without correction, %s', async (_, boundary) => {
    const meshes = [8, 16, 32, 64].map((n) => structuredMesh({ columns: n, rows: n }));
    expect(Math.abs(rate(await errors(meshes, boundary, false)) - 2)).toBeLessThan(0.1);
  });

  it.each(boundaries)('is 2 on jittered triangles with the correction, %s', async (_, boundary) => {
    const meshes = [8, 16, 32, 64].map(jitteredTriangles);
    expect(Math.abs(rate(await errors(meshes, boundary, true)) - 2)).toBeLessThan(0.2);
  });

  it('is 2 on generated meshes of a square without two corners with the correction', async () => {
    const part = cornerRemovedSquare({ corners: 2, seed: 4, side: 1 });
    const meshes = [300, 1200, 4800].map((cellCount) => generateMesh(part, { cellCount }));
    const boundary: BoundaryConditions = Object.fromEntries(
      meshes[0].patches.map(({ name }) => [name, { type: 'dirichlet', value: exact }]),
    );
    expect(Math.abs(rate(await errors(meshes, boundary, true)) - 2)).toBeLessThan(0.2);
  });

  it('is lost on jittered triangles without the correction', async () => {
    const meshes = [16, 32, 64].map(jitteredTriangles);
    const uncorrected = await errors(meshes, dirichlet, false);
    const corrected = await errors(meshes, dirichlet, true);
    expect(rate(uncorrected)).toBeLessThan(1.5);
    corrected.forEach((error, i) => {
      expect(error).toBeLessThan(uncorrected[i] / 3);
    });
  });
});
