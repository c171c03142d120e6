import { describe, expect, it } from 'vitest';
import { GeometryError, IllPosedProblemError, InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  assemble,
  assembleOperator,
  type BoundaryConditions,
  boundaryHeatRates,
  multiply,
  nonOrthogonalCorrection,
  type PoissonProblem,
  solve,
} from '../../solvers/index.js';
import { structuredMesh } from './structured-mesh.js';

const names = ['left', 'right', 'bottom', 'top'];
const insulated: BoundaryConditions = Object.fromEntries(
  names.map((name) => [name, { type: 'neumann', flux: 0 }]),
);
const fixed = (value: number | ((p: readonly number[]) => number)): BoundaryConditions =>
  Object.fromEntries(names.map((name) => [name, { type: 'dirichlet', value }]));

function triangles(n: number, width = 1, seed = 3) {
  const random = createRandom(seed);
  return structuredMesh({
    columns: n,
    rows: n,
    width,
    height: width,
    shape: 'triangles',
    jitter: 0.2,
    random: () => random.uniform(-1, 1),
  });
}

const largest = (x: Float64Array) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('the operator', () => {
  it('is symmetric, an M-matrix, with ascending columns', () => {
    const { matrix } = assembleOperator(triangles(6), 2, { ...types('dirichlet'), left: 'neumann' });
    const at = new Map<string, number>();
    for (let row = 0; row < matrix.rows; row++) {
      for (let k = matrix.rowOffsets[row]; k < matrix.rowOffsets[row + 1]; k++) {
        if (k > matrix.rowOffsets[row]) expect(matrix.columns[k]).toBeGreaterThan(matrix.columns[k - 1]);
        expect(Math.sign(matrix.values[k])).toBe(matrix.columns[k] === row ? 1 : -1);
        at.set(`${row},${matrix.columns[k]}`, matrix.values[k]);
      }
    }
    for (const [key, value] of at) expect(at.get(key.split(',').reverse().join(','))).toBe(value);
  });

  it('has the constants in its kernel when insulated', () => {
    const operator = assembleOperator(triangles(10), 3, types('neumann'));
    expect(operator.singular).toBe(true);
    const image = multiply(operator.matrix, new Float64Array(operator.matrix.rows).fill(1));
    expect(largest(image)).toBeLessThan(1e-13 * largest(operator.matrix.values));
  });

  it('corrects to zero on constants and to consistency on linear fields', () => {
    const mesh = triangles(8);
    const linear = ([x, y]: readonly number[]) => 1 + 2 * x - 3 * y;
    const { operator, rightHandSide } = assemble({ mesh, source: 0, boundaryConditions: fixed(linear) });
    const u = Float64Array.from({ length: mesh.cellCount }, (_, c) =>
      linear(Array.from(mesh.cellCentroids.subarray(2 * c, 2 * c + 2))),
    );
    const increment = nonOrthogonalCorrection(operator, fixed(linear), u);
    const image = multiply(operator.matrix, u);
    const residual = image.map((value, c) => rightHandSide[c] + increment[c] - value);
    expect(largest(residual)).toBeLessThan(1e-12);
    expect(largest(image.map((value, c) => rightHandSide[c] - value))).toBeGreaterThan(1e-3);
    expect(largest(nonOrthogonalCorrection(operator, fixed(4), u.fill(4)))).toBeLessThan(1e-12);
  });
});

describe('exact solutions', () => {
  it.each([false, true])('reproduces a constant, correction %s', async (corrected) => {
    const answer = await solve(
      { mesh: triangles(8), source: 0, boundaryConditions: fixed(3.25) },
      { relativeTolerance: 1e-13, nonOrthogonalCorrection: corrected },
    );
    expect(largest(answer.solution.map((value) => value - 3.25))).toBeLessThan(1e-11);
  });

  it.each(['quadrilaterals', 'triangles'] as const)(
    'conducts through two layers exactly, %s',
    async (shape) => {
      const random = createRandom(9);
      // the interface x = 1/2 stays straight: only the other columns move
      const straight = structuredMesh({
        columns: 8,
        rows: 6,
        shape,
        jitter: 0.15,
        random: interfaceKeeping(8, () => random.uniform(-1, 1)),
      });
      const conductivity = Float64Array.from({ length: straight.cellCount }, (_, c) =>
        straight.cellCentroids[2 * c] < 0.5 ? 1 : 20,
      );
      const boundaryConditions: BoundaryConditions = {
        ...insulated,
        left: { type: 'dirichlet', value: 0 },
        right: { type: 'dirichlet', value: 1 },
      };
      const answer = await solve(
        { mesh: straight, conductivity, source: 0, boundaryConditions },
        { relativeTolerance: 1e-12, nonOrthogonalCorrection: true },
      );
      expect(answer.status).toBe('converged');
      const flux = 1 / (0.5 / 1 + 0.5 / 20);
      answer.solution.forEach((value, c) => {
        const x = straight.cellCentroids[2 * c];
        const expected = x < 0.5 ? flux * x : 1 - (flux * (1 - x)) / 20;
        expect(Math.abs(value - expected)).toBeLessThan(1e-9);
      });
    },
  );

  it('gives the same answer, scaled, in millimetres and in metres', async () => {
    const problem = (width: number): PoissonProblem => ({
      mesh: triangles(10, width),
      conductivity: 1 / width,
      source: ([x]) => (5 + x / width) / width ** 3,
      boundaryConditions: {
        ...fixed(2),
        top: { type: 'neumann', flux: ([x]) => (0.5 + x / width) / width ** 2 },
      },
    });
    for (const nonOrthogonalCorrection of [false, true]) {
      const options = { relativeTolerance: 1e-11, nonOrthogonalCorrection };
      const metres = await solve(problem(1), options);
      const millimetres = await solve(problem(1000), options);
      expect(millimetres.iterations).toBe(metres.iterations);
      expect(largest(metres.solution.map((u, c) => u - millimetres.solution[c]))).toBeLessThan(1e-9);
    }
  });

  it('solves pure Neumann to zero volume mean', async () => {
    const exact = ([x, y]: readonly number[]) => Math.cos(Math.PI * x) * Math.cos(2 * Math.PI * y);
    const mesh = triangles(40);
    const problem = {
      mesh,
      source: (p: readonly number[]) => 5 * Math.PI ** 2 * exact(p),
      boundaryConditions: insulated,
    };
    const answer = await solve(problem, { neumannImbalance: 'remove', nonOrthogonalCorrection: true });
    expect(answer.status).toBe('converged');
    const mean = answer.solution.reduce((sum, value, c) => sum + value * mesh.cellVolumes[c], 0);
    expect(Math.abs(mean)).toBeLessThan(1e-14);
    const error = answer.solution.map(
      (value, c) => value - exact(Array.from(mesh.cellCentroids.subarray(2 * c, 2 * c + 2))),
    );
    expect(largest(error)).toBeLessThan(0.02);
  });
});

describe('the heat balance', () => {
  it.each([false, true])('closes over every cell and the whole, correction %s', async (corrected) => {
    const mesh = triangles(12);
    const source = ([x, y]: readonly number[]) => Math.exp(x) - 3 * y;
    const boundaryConditions: BoundaryConditions = {
      ...fixed(([x, y]) => x * y),
      right: { type: 'neumann', flux: -0.7 },
    };
    const problem = { mesh, conductivity: 2, source, boundaryConditions };
    const answer = await solve(problem, { relativeTolerance: 1e-13, nonOrthogonalCorrection: corrected });
    const { operator } = assemble(problem);
    const rates = boundaryHeatRates(operator, boundaryConditions, answer.solution, {
      nonOrthogonalCorrection: corrected,
    });
    const right = mesh.patches[1];
    const first = right.start - mesh.internalFaceCount;
    expect(rates.subarray(first, first + right.size).reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(
      -0.7,
      12,
    );
    let balance = rates.reduce((sum, rate) => sum + rate, 0);
    for (let c = 0; c < mesh.cellCount; c++) {
      balance += source([mesh.cellCentroids[2 * c], mesh.cellCentroids[2 * c + 1]]) * mesh.cellVolumes[c];
    }
    expect(Math.abs(balance)).toBeLessThan(1e-11);
  });
});

describe('bad input', () => {
  const mesh = triangles(4);
  const good: PoissonProblem = { mesh, source: 1, boundaryConditions: fixed(0) };
  const nan = new Float64Array(mesh.cellCount).fill(1);
  nan[17] = Number.NaN;
  const cases: [string, PoissonProblem, RegExp][] = [
    ['NaN source', { ...good, source: nan }, /source\[17\] is NaN/],
    ['NaN constant', { ...good, source: Number.NaN }, /source is NaN/],
    ['short source', { ...good, source: new Float64Array(3) }, /source: expected 32 values.*got 3/],
    ['NaN conductivity', { ...good, conductivity: nan }, /conductivity\[17\] is NaN/],
    ['zero conductivity', { ...good, conductivity: 0 }, /positive conductivity, conductivity\[0\] is 0/],
    [
      'NaN boundary function',
      { ...good, boundaryConditions: fixed(() => Number.NaN) },
      /boundaryConditions\.left\.value\[0\] is NaN/,
    ],
    [
      'unknown patch',
      { ...good, boundaryConditions: { ...fixed(0), lid: { type: 'neumann', flux: 0 } } },
      /'lid'.*left, right, bottom, top/,
    ],
    [
      'missing patch',
      { ...good, boundaryConditions: { left: { type: 'neumann', flux: 0 } } },
      /'right' has no boundary condition.*left, right, bottom, top/,
    ],
  ];
  it.each(cases)('%s', async (_, problem, message) => {
    await expect(solve(problem)).rejects.toThrow(message);
    await expect(solve(problem)).rejects.toBeInstanceOf(InvalidInputError);
  });

  it('a net source that cannot leave', async () => {
    const problem = { ...good, source: 2, boundaryConditions: insulated };
    await expect(solve(problem)).rejects.toBeInstanceOf(IllPosedProblemError);
    await expect(solve(problem)).rejects.toThrow(/must be zero, it is (2|1\.99999|2\.0000)/);
    expect((await solve(problem, { neumannImbalance: 'remove' })).status).toBe('converged');
  });

  it('an inverted cell', async () => {
    const cellCentroids = mesh.cellCentroids.slice();
    cellCentroids[0] += 10;
    const broken = { ...good, mesh: { ...mesh, cellCentroids } };
    await expect(solve(broken)).rejects.toBeInstanceOf(GeometryError);
  });
});

function types<T>(type: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, type]));
}

/** Jitter that leaves x of the middle column alone; called for x and y of each inner point in turn. */
function interfaceKeeping(columns: number, random: () => number): () => number {
  let call = 0;
  return () => {
    const [point, axis] = [Math.floor(call / 2), call++ % 2];
    const onInterface = (point % (columns - 1)) + 1 === columns / 2;
    return axis === 0 && onInterface ? 0 : random();
  };
}
