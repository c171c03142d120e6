import { describe, expect, it } from 'vitest';
import { cornerRemovedSquare, generateMesh } from '../../geometry/index.js';
import { solve } from '../../solvers/index.js';
import { observedOrder, STUDY_CASES, study } from './convergence-study.js';
import { CONSTANT, manufacturedProblem, relativeErrors, sourceOf } from './manufactured.js';
import { MESH_FAMILIES, meshFamily } from './mesh-families.js';

/** Coarser than what docs/results/convergence.md is measured on, and so farther from the limit. */
const SIZES = { 2: [16, 32, 64], 3: [6, 8, 12] } as const;
const caseNamed = (name: string) => STUDY_CASES.find((studied) => studied.name === name)!;

describe('order of accuracy on manufactured solutions', () => {
  const cases = [
    ...MESH_FAMILIES.map(({ name }) => [name, 'variable κ, reaction'] as const),
    ...STUDY_CASES.map(({ name }) => ['jittered triangles', name] as const),
    ...['Neumann', 'periodic', 'anisotropic κ 10 : 1', 'κ 1 | 5 with contact resistance'].map(
      (name) => ['jittered tetrahedra', name] as const,
    ),
  ];

  it.each(cases)('is 2 in the solution and 1 in the gradient: %s, %s', async (familyName, caseName) => {
    const family = meshFamily(familyName);
    const points = await study(caseNamed(caseName), family, SIZES[family.dimension]);
    const order = observedOrder(points.map(({ n, solution }) => ({ n, error: solution })));
    expect(Math.abs(order - 2)).toBeLessThan(0.25);
    expect(observedOrder(points.map(({ n, gradient }) => ({ n, error: gradient })))).toBeGreaterThan(0.85);
  });

  it('is 2 on generated meshes of a square without two corners', async () => {
    const part = cornerRemovedSquare({ corners: 2, seed: 4, side: 1 });
    const points: { n: number; error: number }[] = [];
    for (const cellCount of [300, 1200, 4800]) {
      const mesh = generateMesh(part, { cellCount });
      const boundaryConditions = Object.fromEntries(
        mesh.patches.map(({ name }) => [name, { type: 'dirichlet', value: CONSTANT.value }] as const),
      );
      const { solution } = await solve({ mesh, source: sourceOf(CONSTANT), boundaryConditions });
      const slopes = new Float64Array(2 * mesh.cellCount);
      const { solution: error } = relativeErrors(mesh, CONSTANT, solution, slopes, false);
      points.push({ n: Math.sqrt(mesh.cellCount), error });
    }
    expect(Math.abs(observedOrder(points) - 2)).toBeLessThan(0.2);
  });

  it('is lost on jittered triangles without the correction', async () => {
    const family = meshFamily('jittered triangles');
    const points: { n: number; error: number }[] = [];
    for (const n of [16, 32, 64]) {
      const mesh = family.mesh(n, 5);
      const problem = manufacturedProblem(mesh, CONSTANT, 'dirichlet');
      const slopes = new Float64Array(2 * mesh.cellCount);
      const errorOf = async (nonOrthogonalCorrection: boolean) => {
        const { solution } = await solve(problem, { nonOrthogonalCorrection });
        return relativeErrors(mesh, CONSTANT, solution, slopes, false).solution;
      };
      const [plain, corrected] = [await errorOf(false), await errorOf(true)];
      expect(corrected).toBeLessThan(plain / 3);
      points.push({ n, error: plain });
    }
    expect(observedOrder(points)).toBeLessThan(1.5);
  });
});
