import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../common/random.js';
import {
  answerSpace,
  answerThrough,
  applyReducedBasis,
  batchInputs,
  batchSpecs,
  type ExpertOptions,
  encoderFeatureCounts,
  encoderInputs,
  energyParts,
  type OperatorInputs,
  PROJECTION_DEFAULTS,
  type ProjectionOptions,
  projectedLoss,
  projectFields,
  projectionOf,
  reducedBasis,
  ritzEnergy,
} from '../../../operators/index.js';
import {
  coupledProjection,
  writtenOutProjection,
} from '../../../operators/reduced-basis/coupled-projection.js';
import { expertRows } from '../../../operators/reduced-basis/expert-blocks.js';
import { columnsOfPanels } from '../../../operators/reduced-basis/panels.js';
import { compileTrainingStep } from '../../../runtime/index.js';
import {
  assemble,
  conjugateGradient,
  heatBalance,
  incompleteCholesky,
  multiply,
} from '../../../solvers/index.js';
import { structuredMesh } from '../../solvers/structured-mesh.js';
import {
  boundaryLoad,
  dot,
  type Kind,
  loads,
  operatorOf,
  randomBasis,
  smallMesh,
  typesOf,
} from '../poisson-samples.js';

const mesh = smallMesh(1, 0.6);
const n = 4;
const kinds: Kind[] = ['dirichlet', 'mixed', 'neumann'];
const corrected = {
  smoothing: { damping: 0.3, reach: 1 },
  correction: { damping: 0.1, reach: 2, place: 'around' as const },
};
/** 1, x, y, xy over the mesh: fields that a partition of unity makes local ones of. */
const polynomials = ({ cellCount, cellCentroids }: typeof mesh) =>
  Float64Array.from({ length: cellCount * 4 }, (_, at) => {
    const [x, y] = cellCentroids.subarray(2 * (at >> 2));
    return [1, x, y, x * y][at & 3];
  });

describe('windows', () => {
  test.each([1, 2, 3, 4, 7, 16])('of %i experts sum to 1 and reach one cell beyond themselves', (count) => {
    const operator = operatorOf(mesh, 'mixed');
    for (const overlap of [0, 0.3, 1]) {
      const sums = new Float64Array(mesh.cellCount);
      for (const { cells, weights } of expertRows(operator, { count, overlap }, 1)) {
        const inside = new Set(cells);
        const outside: number[] = [];
        cells.forEach((cell, at) => {
          sums[cell] += weights[at];
          if (weights[at] === 0) return;
          const { rowOffsets, columns } = operator.matrix;
          const reached = columns.subarray(rowOffsets[cell], rowOffsets[cell + 1]);
          if (!reached.every((next) => inside.has(next))) outside.push(cell);
        });
        expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
        expect(outside).toEqual([]);
      }
      expect(Math.max(...sums.map((sum) => Math.abs(sum - 1)))).toBeLessThan(1e-14);
    }
  });
});

describe.each(kinds)('%s boundary', (kind) => {
  const operator = operatorOf(mesh, kind);
  const basis = randomBasis(mesh.cellCount, n, 3);
  const rightHandSides = loads(operator, 5, 5);
  const exact = (load: Float64Array) =>
    conjugateGradient(operator.matrix, load, {
      preconditioner: incompleteCholesky(operator.matrix),
      relativeTolerance: 1e-13,
      singular: operator.singular ? { volumes: mesh.cellVolumes } : undefined,
    }).solution;
  const energyErrors = (fields: readonly Float64Array[]) =>
    fields.map((field, s) => {
      const error = exact(rightHandSides[s]).map((value, cell) => value - field[cell]);
      return dot(error, multiply(operator.matrix, error));
    });
  const answers = (fields: Float64Array, columns: number, experts: Partial<ExpertOptions> | undefined) =>
    answerThrough(
      answerSpace(operator, fields, columns, { regularisation: 1e-12, ...(experts ? { experts } : {}) }),
      rightHandSides,
    ).fields;

  test.each([{}, corrected, { ...corrected, smoothing: 2 }])(
    'one expert is the reduced basis to the bit, %o',
    (options) => {
      const dense = projectFields(projectionOf(operator, basis, n, options), rightHandSides);
      const coupled = answerThrough(
        answerSpace(operator, basis, n, { ...options, experts: { count: 1 } }),
        rightHandSides,
      );
      expect(coupled).toEqual(dense);
    },
  );

  test.each([2, 4, 5])('%i experts answer as the dense projection on their windowed fields', (count) => {
    const options = { ...PROJECTION_DEFAULTS, regularisation: 1e-6 };
    const coupled = coupledProjection(operator, basis, n, { count, overlap: 0.5, modes: 'shared' }, options);
    const written = columnsOfPanels(writtenOutProjection(coupled).basis);
    const rank = n * count;
    const values = new Float64Array(mesh.cellCount * rank);
    written.forEach((column, j) => {
      column.forEach((value, cell) => {
        values[cell * rank + j] = value;
      });
    });
    const dense = projectFields(projectionOf(operator, values, rank, options), rightHandSides);
    const model = applyReducedBasis(operator, basis, n, { ...options, experts: { count } });
    expect(model.rank).toBe(rank);
    model.apply(rightHandSides).fields.forEach((field, s) => {
      const largest = Math.max(...dense.fields[s].map(Math.abs));
      field.forEach((value, cell) => {
        expect(Math.abs(value - dense.fields[s][cell])).toBeLessThan(1e-9 * largest);
      });
    });
  });

  test('no answer is farther off in energy than one with fewer fields or fewer cuts, or any other in the span', () => {
    const one = energyErrors(answers(basis, n, undefined));
    for (const count of [2, 4, 8]) {
      const coupled = energyErrors(answers(basis, n, { count, overlap: 0.5 }));
      const independent = energyErrors(answers(basis, n, { count, mode: 'independent' }));
      const sharp = energyErrors(answers(basis, n, { count, overlap: 0 }));
      coupled.forEach((error, s) => {
        expect(error).toBeLessThan(one[s] * (1 + 1e-8));
        // indicators times fields contain what independent experts join
        expect(sharp[s]).toBeLessThan(independent[s] * (1 + 1e-8));
      });
    }
    // indicators of a bisection are sums of those of a finer one
    const cuts = [1, 2, 4, 8].map((count) => energyErrors(answers(basis, n, { count, overlap: 0 })));
    for (let k = 1; k < cuts.length; k++) {
      cuts[k].forEach((error, s) => {
        expect(error).toBeLessThan(cuts[k - 1][s] * (1 + 1e-8));
      });
    }
    const fewer = new Float64Array(mesh.cellCount * (n - 1));
    for (let at = 0; at < fewer.length; at++)
      fewer[at] = basis[n * Math.floor(at / (n - 1)) + (at % (n - 1))];
    const nested = energyErrors(answers(fewer, n - 1, { count: 4 }));
    energyErrors(answers(basis, n, { count: 4 })).forEach((error, s) => {
      expect(error).toBeLessThan(nested[s] * (1 + 1e-8));
    });
  });

  test('what is left is orthogonal to every windowed field', () => {
    const space = answerSpace(operator, basis, n, { regularisation: 1e-14, experts: { count: 4 } });
    const { orthogonalResiduals } = answerThrough(space, rightHandSides);
    orthogonalResiduals.forEach((residual, s) => {
      for (let j = 0; j < space.basis.columns; j++) {
        const unit = new Float64Array(space.basis.columns);
        unit[j] = 1;
        const [field] = columnsOfPanels(space.combine([unit]));
        expect(Math.abs(dot(field, residual))).toBeLessThan(
          1e-8 * Math.sqrt(dot(field, field) * dot(rightHandSides[s], rightHandSides[s])),
        );
      }
    });
  });

  test.each([0, 0.5])('a solution among the fields is found, overlap %f', (overlap) => {
    const target = exact(rightHandSides[0]);
    const enriched = basis.map((value, at) => (at % n === 2 ? target[Math.floor(at / n)] : value));
    const model = applyReducedBasis(operator, enriched, n, {
      regularisation: 1e-14,
      experts: { count: 4, overlap },
    });
    const [field] = model.apply([rightHandSides[0]]).fields;
    const largest = Math.max(...target.map(Math.abs));
    field.forEach((value, cell) => {
      expect(Math.abs(value - target[cell])).toBeLessThan(1e-9 * largest);
    });
  });

  test.each([
    { regularisation: 0.05 },
    { regularisation: 0.05, smoothing: 2 },
    { regularisation: 0.05, ...corrected },
    { regularisation: 0.05, experts: { count: 5, overlap: 0 } },
    { regularisation: 0.05, experts: { count: 4, modes: 'own' as const } },
    { regularisation: 0.05, ...corrected, experts: { count: 3, modes: 'own' as const } },
    { regularisation: 1e-3, experts: { count: 3, mode: 'independent' as const } },
    { regularisation: 0.3, ...corrected, experts: { count: 4, mode: 'independent' as const } },
  ])('gradients of losses on fields are those of the full solve, %o', (changes) => {
    const options = { experts: { count: 4, overlap: 0.5 }, ...changes };
    const random = createRandom(11);
    const cotangents = rightHandSides.map((load) => load.map(() => random.normal()));
    const loss = (fields: Float64Array) =>
      answerThrough(answerSpace(operator, fields, n, options), rightHandSides).fields.reduce(
        (sum, field, s) => sum + dot(field, cotangents[s]),
        0,
      );
    const space = answerSpace(operator, basis, n, options);
    const { image } = space.fieldCotangent(answerThrough(space, rightHandSides), cotangents);
    expect(image.length).toBe(basis.length);
    expectDerivative(loss, basis, image);
  });

  const expectEnergyDerivative = (options: Partial<ProjectionOptions>) => {
    const parts = (fields: Float64Array) =>
      energyParts({
        operator,
        basis: fields as unknown as Float32Array,
        rank: n,
        rightHandSides,
        options,
        count: rightHandSides.length,
      });
    expectDerivative((fields) => parts(fields).value, basis, parts(basis).image);
  };

  test.each([{}, { smoothing: 3 }, { smoothing: 2, experts: { count: 4, modes: 'own' as const } }])(
    'the gradient of the energy is that of the full solve, %o',
    (changes) => {
      const options = { regularisation: 0.05, experts: { count: 4, overlap: 0.5 }, ...changes };
      expectEnergyDerivative(options);
    },
  );

  test('of independent experts it is the residual that they leave', () => {
    const options = { regularisation: 1e-3, experts: { count: 4, mode: 'independent' as const } };
    expectEnergyDerivative(options);
  });
});

/** Central differences along random directions; gradients are handed over in single precision. */
function expectDerivative(
  loss: (basis: Float64Array) => number,
  basis: Float64Array,
  gradient: Float32Array,
): void {
  for (const seed of [1, 2, 3]) {
    const direction = randomBasis(gradient.length, 1, 100 + seed);
    const step = 1e-5;
    const moved = (t: number) => loss(basis.map((value, i) => value + t * direction[i]));
    const expected = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
    const size = Math.sqrt(dot(gradient, gradient));
    expect(Math.abs(dot(gradient, direction) - expected)).toBeLessThan(
      1e-6 * Math.max(size, Math.abs(expected)),
    );
  }
}

test('independent experts find a solution among the fields, each for itself', () => {
  const operator = operatorOf(mesh, 'mixed');
  const [load] = loads(operator, 1, 5);
  const target = conjugateGradient(operator.matrix, load, {
    preconditioner: incompleteCholesky(operator.matrix),
    relativeTolerance: 1e-13,
  }).solution;
  const enriched = randomBasis(mesh.cellCount, n, 3).map((value, at) =>
    at % n === 1 ? target[Math.floor(at / n)] : value,
  );
  const space = answerSpace(operator, enriched, n, { experts: { count: 4, mode: 'independent' } });
  const [field] = answerThrough(space, [load]).fields;
  const largest = Math.max(...target.map(Math.abs));
  field.forEach((value, cell) => {
    expect(Math.abs(value - target[cell])).toBeLessThan(1e-6 * largest);
  });
});

test('linear Dirichlet data are met to 1e-10, in the answer and where it is carried on to the boundary', () => {
  const grid = structuredMesh({ columns: 12, rows: 9 });
  const value = (at: ArrayLike<number>) => 2 + at[0] - 3 * at[1];
  const problem = {
    mesh: grid,
    source: 0,
    boundaryConditions: Object.fromEntries(
      grid.patches.map(({ name }) => [name, { type: 'dirichlet' as const, value }]),
    ),
  };
  const { operator, rightHandSide } = assemble(problem);
  const model = applyReducedBasis(operator, polynomials(grid), 4, {
    regularisation: 1e-14,
    experts: { count: 4, overlap: 0.5 },
  });
  const [field] = model.apply([rightHandSide]).fields;
  const { faceValues, relativeImbalance } = heatBalance(problem, { solution: field }, operator);
  const { internalFaceCount, faceCentroids, cellCentroids, owner } = grid;
  faceValues.forEach((value, i) => {
    const face = internalFaceCount + i;
    const [x, y] = faceCentroids.subarray(2 * face);
    const given = 2 + x - 3 * y;
    expect(Math.abs(value - given)).toBeLessThan(1e-10);
    const [cx, cy] = cellCentroids.subarray(2 * owner[face]);
    expect(Math.abs(field[owner[face]] + (x - cx) - 3 * (y - cy) - given)).toBeLessThan(1e-10);
  });
  expect(relativeImbalance).toBeLessThan(1e-10);
});

test('answers are linear in boundary data, to round-off', () => {
  const operator = operatorOf(mesh, 'mixed');
  const types = typesOf(mesh, 'mixed');
  const basis = randomBasis(mesh.cellCount, n, 7);
  const model = applyReducedBasis(operator, basis, n, { ...corrected, experts: { count: 4 } });
  const [a, b] = [boundaryLoad(operator, types, 1), boundaryLoad(operator, types, 2)];
  const [left, right, both] = model.apply([a, b, a.map((value, cell) => 2 * value - b[cell])]).fields;
  const largest = Math.max(...both.map(Math.abs));
  both.forEach((value, cell) => {
    expect(Math.abs(value - 2 * left[cell] + right[cell])).toBeLessThan(1e-10 * largest);
  });
});

test('the model goes on: session, preconditioner and coarse space answer as the projection does', async () => {
  const operator = operatorOf(mesh, 'mixed');
  const basis = randomBasis(mesh.cellCount, n, 7);
  const rightHandSides = loads(operator, 2, 9);
  const model = applyReducedBasis(operator, basis, n, { ...corrected, experts: { count: 4 } });
  const { fields } = model.apply(rightHandSides);
  const session = await model.session({ device: 'cpu' });
  const single = await session.apply(rightHandSides);
  const preconditioned = new Float64Array(mesh.cellCount);
  model.preconditioner.apply(rightHandSides[0], preconditioned);
  const largest = Math.max(...fields[0].map(Math.abs));
  fields[0].forEach((value, cell) => {
    expect(Math.abs(value - preconditioned[cell])).toBeLessThan(1e-12 * largest);
    expect(Math.abs(value - single[0][cell])).toBeLessThan(1e-4 * largest);
  });
  await session.dispose();
  expect(model.inTime(mesh.cellVolumes).timeConstants.length).toBe(model.rank);
});

test('own modes are those of the window, times gains, plus what is added', () => {
  const operator = operatorOf(mesh, 'mixed');
  const columns = Float64Array.from({ length: mesh.cellCount * 2 * n }, (_, at) =>
    at % (2 * n) < n ? 0 : 1,
  );
  const experts = { count: 4, overlap: 0, modes: 'own' as const };
  const { basis } = coupledProjection(
    operator,
    columns,
    2 * n,
    experts as Required<typeof experts>,
    PROJECTION_DEFAULTS,
  );
  expect(basis.columns).toBe(4 * n);
  for (const { cells, weights, fields } of basis.blocks) {
    const inside = [...cells].map((cell, at) => ({ cell, at })).filter(({ at }) => weights[at] > 0);
    const x = (cell: number, axis: number) => mesh.cellCentroids[2 * cell + axis];
    const range = [0, 1].map((axis) => {
      const values = inside.map(({ cell }) => x(cell, axis));
      return [Math.min(...values), Math.max(...values)];
    });
    const written = columnsOfPanels(fields);
    for (const { cell, at } of inside) {
      const [s, t] = range.map(([low, high], axis) => (Math.PI * (x(cell, axis) - low)) / (high - low));
      const modes = [1, Math.cos(t) / 1.1, Math.cos(s) / 1.1, (Math.cos(s) * Math.cos(t)) / 1.2];
      modes.forEach((mode, j) => {
        expect(Math.abs(written[j][at] - mode)).toBeLessThan(1e-12);
      });
    }
  }
});

test('a network with own modes trains through the compiled step', async () => {
  const network = reducedBasis({
    rank: 12,
    experts: { count: 4 },
    encoder: { ...encoderFeatureCounts(2), width: 8, blocks: 1, heads: 1, cellSlices: 4, faceSlices: 4 },
  });
  const operator = operatorOf(mesh, 'mixed');
  const samples = [{ operator, rightHandSides: loads(operator, 3, 4) }];
  const { experts, correction, smoothing, regularisation } = network.options;
  expect(experts).toMatchObject({ count: 4, modes: 'own', mode: 'coupled' });
  const step = await compileTrainingStep({
    parameters: network.initialParameters(createRandom(3)),
    batchSpecs: batchSpecs(encoderFeatureCounts(2).cellFeatures, encoderFeatureCounts(2).faceFeatures, 1),
    loss: (weights, batch) =>
      projectedLoss(ritzEnergy(), network.forward(weights, batch as unknown as OperatorInputs), {
        experts,
        correction,
        smoothing,
        regularisation,
        sources: 3,
      }),
  });
  const batch = batchInputs([encoderInputs(mesh, typesOf(mesh, 'mixed'))]);
  const values: number[] = [];
  for (let k = 0; k < 12; k++) {
    const { loss } = await step.run(batch as never, { learningRate: 3e-3 }, { samples });
    values.push(loss);
  }
  expect(values[11]).toBeLessThan(values[0] - 0.03);
  await step.dispose();
});

test('bad experts are named', () => {
  const operator = operatorOf(mesh, 'mixed');
  const basis = randomBasis(mesh.cellCount, n, 7);
  const apply = (experts: Partial<ExpertOptions>) => () => applyReducedBasis(operator, basis, n, { experts });
  expect(apply({ count: 0 })).toThrow(/count must be a positive integer, got 0/);
  expect(apply({ count: 4, overlap: 2 })).toThrow(/overlap must lie in \[0, 1\], got 2/);
  expect(apply({ count: 4, mode: 'independent' })).toThrow(/answerSpace/);
  expect(apply({ count: 4, mode: 'independent', modes: 'own' })).toThrow(/modes must be 'shared'/);
  expect(apply({ count: 2 * mesh.cellCount })).toThrow(/has no cell/);
  expect(() => reducedBasis({ rank: 30, experts: { count: 4 } })).toThrow(
    /multiple of the 4 experts, got 30/,
  );
  expect(() =>
    answerSpace({ ...operator, mesh: { cellVolumes: mesh.cellVolumes, dimension: 2 } }, basis, n, {
      experts: { count: 4 },
    }),
  ).toThrow(/cellCentroids/);
});
