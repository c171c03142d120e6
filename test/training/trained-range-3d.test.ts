import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../common/random.js';
import { type BRACKET_DEFAULTS, bracket } from '../../examples/bracket.js';
import { boxMesh, cubeWithCylindricalHole, generateTetrahedra, type Mesh } from '../../geometry/index.js';
import { assembleOperator } from '../../solvers/index.js';
import { problemDescriptors } from '../../training/problem-descriptors.js';
import { judgeRange, type RangeStatistics, rangeStatistics } from '../../training/trained-range.js';
import { areaUnderCurve, insulatedBut, scaledMesh } from './range-checks.js';

const filled = (parameters: Partial<typeof BRACKET_DEFAULTS>) =>
  generateTetrahedra({ surface: bracket({ fins: 0, ...parameters }), cellSize: 7 }).mesh;

/** Brackets of examples/own-part-meshes.ts */
function family(seed: number, count: number): Mesh[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () =>
    filled({
      length: random.uniform(65, 95),
      height: random.uniform(54, 72),
      depth: random.uniform(55, 64),
      thickness: random.uniform(9.2, 12),
      boltRadius: random.uniform(5, 6),
      holeRadius: random.uniform(7, 9),
    }),
  );
}

const figuresOf = (mesh: Mesh) =>
  problemDescriptors(assembleOperator(mesh, 1, insulatedBut(mesh, ['base', 'zMin'])));

describe('the score of brackets', () => {
  let statistics: RangeStatistics;
  let heldOut: Mesh[];
  let familiar: number[];
  const scores = (meshes: readonly Mesh[]) =>
    meshes.map((mesh) => judgeRange(statistics, figuresOf(mesh)).score!);

  beforeAll(() => {
    statistics = rangeStatistics(3, family(1, 16).map(figuresOf));
    heldOut = family(2, 8);
    familiar = scores(heldOut);
  }, 300_000);

  it('is below 1 on brackets held out', () => {
    expect(familiar.filter((score) => score > 1).length).toBeLessThanOrEqual(1);
  });

  it.each([
    ['twice as long', () => [150, 160].map((length) => filled({ length, thickness: 10 }))],
    ['deep', () => [90, 100].map((depth) => filled({ depth, thickness: 10 }))],
    ['thick', () => [17, 19].map((thickness) => filled({ thickness, length: 90, height: 70 }))],
    ['with fins', () => [1, 2].map((fins) => filled({ fins, finThickness: 9.5, length: 90, thickness: 10 }))],
    ['cubes with a hole', () => [1, 2].map((seed) => cubeWithCylindricalHole({ seed, cellCount: 2500 }))],
    ['boxes', () => [50, 60].map((depth) => boxMesh({ size: [80, 60, depth], cells: [13, 10, 9] }))],
  ] as const)(
    'tells parts that are %s from them: AUC ≥ 0.9',
    (_, parts) => {
      expect(areaUnderCurve(familiar, scores(parts()))).toBeGreaterThanOrEqual(0.9);
    },
    60_000,
  );

  it('names what is different', () => {
    const cube = figuresOf(cubeWithCylindricalHole({ seed: 3, cellCount: 2500 }));
    expect(judgeRange(statistics, cube).reasons.join('\n')).toMatch(/through holes is 1, training saw 3/);
  });

  it('does not depend on the unit', () => {
    const inMetres = scores(heldOut.slice(0, 2).map((mesh) => scaledMesh(mesh, 1e-3)));
    inMetres.forEach((score, i) => {
      expect(score).toBeCloseTo(familiar[i], 5);
    });
  });
});
