import { expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { generateMesh, plateWithHoles } from '../../geometry/index.js';
import { correctionTranspose } from '../../solvers/correction-transpose.js';
import { assembleOperator } from '../../solvers/index.js';
import { correctionOf } from '../../solvers/non-orthogonal-correction.js';
import { dot } from '../../solvers/vectors.js';

const mesh = generateMesh(plateWithHoles({ holes: 1, seed: 3, sides: 8 }), { cellCount: 150 });
const boundaries = {
  bottom: { type: 'robin', coefficient: 2 },
  right: 'dirichlet',
  top: 'neumann',
  left: 'neumann',
  'hole-0': { type: 'robin', coefficient: 0 },
} as const;

test.each([
  ['one material', 1],
  ['two materials', ([x]: readonly number[]) => (x > 3 ? 50 : 1)],
  ['an anisotropic one', [3, 1, 2] as const],
])('λᵀ(c(u, g) − c(0, 0)) is the same from either side for %s', (_, conductivity) => {
  const operator = assembleOperator(mesh, conductivity, boundaries);
  const random = createRandom(1);
  const vector = (length: number) => Float64Array.from({ length }, () => random.normal());
  for (let trial = 0; trial < 5; trial++) {
    const [u, lambda] = [vector(mesh.cellCount), vector(mesh.cellCount)];
    const g = vector(mesh.faceCount - mesh.internalFaceCount);
    const { cells, boundary } = correctionTranspose(operator, lambda);
    const direct = dot(lambda, correctionOf(operator, g, u));
    expect(Math.abs(dot(cells, u) + dot(boundary, g) - direct)).toBeLessThan(1e-10 * (1 + Math.abs(direct)));
  }
});
