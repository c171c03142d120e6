import { describe, expect, test } from 'vitest';
import { createRandom } from '../../common/random.js';
import { adjointModel } from '../../control/adjoint-model.js';
import { controlContext } from '../../control/control-context.js';
import { controlSpace } from '../../control/control-space.js';
import { controlTask } from '../../control/control-task.js';
import type { FieldModel } from '../../control/field-model.js';
import type { BoundaryControl } from '../../control/index.js';
import { reducedFieldModel } from '../../control/reduced-model.js';
import { generateMesh, plateWithHoles } from '../../geometry/index.js';
import { applyReducedBasis } from '../../operators/index.js';
import type { PoissonProblem } from '../../solvers/index.js';

const mesh = generateMesh(plateWithHoles({ holes: 1, seed: 3, sides: 10, width: 2, height: 1 }), {
  cellCount: 200,
});
const problem: PoissonProblem = {
  mesh,
  conductivity: ([x]) => (x < 1 ? 1 : 4),
  source: ([x, y]) => 10 + 20 * x * y,
  boundaryConditions: {
    bottom: { type: 'dirichlet', value: 1 },
    right: { type: 'neumann', flux: 0 },
    top: { type: 'robin', coefficient: 3, ambient: -1 },
    left: { type: 'neumann', flux: 2 },
    'hole-0': { type: 'robin', coefficient: 5, ambient: 2 },
  },
};

const controls: Record<string, BoundaryControl> = {
  'a wall temperature in pieces': {
    patches: 'bottom',
    quantity: 'temperature',
    bounds: [-5, 5],
    shape: { kind: 'pieces', count: 3 },
  },
  'a smooth flux': {
    patches: 'right',
    quantity: 'flux',
    bounds: [-10, 10],
    shape: { kind: 'modes', count: 3 },
  },
  'a coolant temperature around a hole': {
    patches: 'hole-0',
    quantity: 'temperature',
    bounds: [-5, 5],
    shape: { kind: 'modes', count: 3 },
  },
  'a heat transfer coefficient in pieces': {
    patches: ['top', 'hole-0'],
    quantity: 'coefficient',
    bounds: [0.5, 20],
    shape: { kind: 'pieces', count: 2 },
  },
};

/** Well within the bounds of every face. */
const inside = (least: number, most: number, part: number) =>
  least < 0 && most > 10 ? 0.02 * part * most : least + (0.3 + 0.4 * part) * (most - least);

/** A direction in fields: what the model says of ∂(ūᵀu)/∂p, and differences of its fields. */
async function expectGradient(model: FieldModel, low: Float64Array, high: Float64Array, tolerance: number) {
  const random = createRandom(3);
  const cells = Int32Array.from({ length: mesh.cellCount }, (_, cell) => cell);
  const weights = Float64Array.from(cells, () => random.normal());
  const p = low.map((least, j) => inside(least, high[j], random.uniform()));
  await model.fields(p);
  const [gradient] = await model.pullback([{ loadCase: 0, cotangent: { cells, weights } }]);
  for (let j = 0; j < p.length; j++) {
    const step = 1e-4 * (high[j] - low[j]);
    const at = async (shift: number) => {
      const [u] = await model.fields(p.map((value, k) => (k === j ? value + shift : value)));
      return u.reduce((sum, value, cell) => sum + weights[cell] * value, 0);
    };
    // fourth order
    const [a, b, c, d] = [await at(2 * step), await at(step), await at(-step), await at(-2 * step)];
    const difference = (-a + 8 * b - 8 * c + d) / (12 * step);
    const size = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(Math.abs(gradient[j] - difference)).toBeLessThan(tolerance * size);
  }
}

describe.each([
  ['corrected', true],
  ['two-point', false],
] as const)('the adjoint of the %s system', (_, nonOrthogonalCorrection) => {
  test.each(Object.entries(controls))('has the gradient by %s', async (_name, control) => {
    const space = controlSpace(problem, [control]);
    const context = controlContext(problem, space, { relativeTolerance: 1e-13, nonOrthogonalCorrection });
    const task = controlTask(problem, space, { limit: { maximum: 0 } });
    await expectGradient(adjointModel(context, task), space.low, space.high, 3e-6);
  });
});

test('the reduced model has the gradient of its own fields, and those of the solver where the basis is complete', async () => {
  const space = controlSpace(problem, [controls['a heat transfer coefficient in pieces']]);
  const settings = { relativeTolerance: 1e-13, nonOrthogonalCorrection: false };
  const context = controlContext(problem, space, settings);
  const task = controlTask(problem, space, { limit: { maximum: 0 } });
  const middle = space.low.map((low, j) => 0.5 * (low + space.high[j]));
  const { operator } = await context.solverAt(middle);
  const n = mesh.cellCount;
  const random = createRandom(8);
  const few = Float64Array.from({ length: n * 20 }, () => random.normal());
  const rough = await reducedFieldModel(
    context,
    task,
    applyReducedBasis(operator, few, 20, { regularisation: 0 }),
  );
  await expectGradient(rough, space.low, space.high, 1e-7);
  const identity = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
  const full = await reducedFieldModel(
    context,
    task,
    applyReducedBasis(operator, identity, n, { regularisation: 0 }),
  );
  const p = space.low.map((low, j) => low + (0.1 + 0.2 * j) * (space.high[j] - low));
  const [field] = await full.fields(p);
  const [solved] = await context.solveAt(p, [task.cases[0].source]);
  const largest = solved.field.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  field.forEach((value, cell) => {
    expect(Math.abs(value - solved.field[cell])).toBeLessThan(1e-8 * largest);
  });
});
