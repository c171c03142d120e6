import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, test } from 'vitest';
import {
  type FieldLoss,
  labels,
  pcgSteps,
  projectedLoss,
  residualLoss,
  ritzEnergy,
  type SupervisionSample,
  supervisedFieldLoss,
  type TrainingMoment,
} from '../../operators/index.js';
import { compile } from '../../runtime/index.js';
import { tf } from '../../runtime/tf.js';
import { conjugateGradient, conjugateGradientSteps, jacobi, multiply } from '../../solvers/index.js';
import { dot, operatorOf, randomBasis, sampleOf, smallMesh } from './poisson-samples.js';

const mesh = smallMesh();
const n = mesh.cellCount;
const withSolutions = (sample: SupervisionSample): SupervisionSample => ({
  ...sample,
  solutions: sample.rightHandSides.map(
    (load) =>
      conjugateGradient(sample.operator.matrix, load, {
        preconditioner: jacobi(sample.operator.matrix),
        relativeTolerance: 1e-12,
        maximumIterations: 2000,
        singular: sample.operator.singular ? { volumes: mesh.cellVolumes } : undefined,
      }).solution,
  ),
});
const samples = (['dirichlet', 'mixed', 'neumann'] as const).map((kind, b) =>
  withSolutions(sampleOf(operatorOf(mesh, kind), 2, 30 + b)),
);
const fieldsOf = (seed: number, batch = samples) =>
  batch.map((sample, b) => sample.rightHandSides.map((_, s) => randomBasis(n, 1, seed + 10 * b + s)));

const measures = ['rms', 'norm', 'volume', 'energy-norm', 'relative', 'energy'] as const;

const losses: [string, FieldLoss][] = [
  ...(['rms', 'norm', 'volume', 'relative'] as const).map((measure): [string, FieldLoss] => [
    `residual ${measure}`,
    residualLoss({ measure }),
  ]),
  ...measures.map((measure): [string, FieldLoss] => [`labels ${measure}`, labels({ measure })]),
  ...measures.map((measure): [string, FieldLoss] => [
    `K steps ${measure}, without stop-gradient`,
    pcgSteps({ steps: 3, measure, stopGradient: false }),
  ]),
  ...(['ssor', 'incomplete-cholesky', 'chebyshev', 'amg'] as const).map(
    (preconditioner): [string, FieldLoss] => [
      `K steps ${preconditioner}, without stop-gradient, with residual`,
      pcgSteps({ steps: 2, preconditioner, measure: 'volume', residualWeight: 0.3, stopGradient: false }),
    ],
  ),
];

const total = (cotangents: readonly (readonly Float64Array[])[], directions: Float64Array[][]) =>
  cotangents.flat().reduce((sum, vector, k) => sum + dot(vector, directions.flat()[k]), 0);
const along = (fields: Float64Array[][], directions: Float64Array[][], t: number) =>
  fields.map((sources, b) =>
    sources.map((field, s) => field.map((value, cell) => value + t * directions[b][s][cell])),
  );

test.each(losses)('%s: the cotangent is the derivative', (_, loss) => {
  const [fields, directions] = [fieldsOf(1), fieldsOf(500)];
  const { cotangents } = loss.evaluate(samples, fields);
  const numeric =
    (loss.evaluate(samples, along(fields, directions, 1e-5)).value -
      loss.evaluate(samples, along(fields, directions, -1e-5)).value) /
    2e-5;
  expect(Math.abs(total(cotangents, directions) - numeric)).toBeLessThan(
    1e-6 * Math.max(1, Math.abs(numeric)),
  );
});

test('Ritz energy: cotangents are positive multiples of Bû − b and vanish at the solution', () => {
  const fields = fieldsOf(1);
  ritzEnergy()
    .evaluate(samples, fields)
    .cotangents.forEach((sources, b) => {
      const { operator, rightHandSides } = samples[b];
      sources.forEach((cotangent, s) => {
        const gradient = multiply(operator.matrix, fields[b][s]).map((v, i) => v - rightHandSides[s][i]);
        const factor = dot(cotangent, gradient) / dot(gradient, gradient);
        expect(factor).toBeGreaterThan(0);
        cotangent.forEach((value, i) => {
          expect(value).toBeCloseTo(factor * gradient[i], 12);
        });
      });
    });
  const solved = ritzEnergy().evaluate(
    samples,
    samples.map(({ solutions }) => solutions!),
  );
  for (const value of solved.cotangents.flat().flatMap((vector) => [...vector]))
    expect(value).toBeCloseTo(0, 9);
  // −½ bᵀu over bᵀu
  expect(solved.value).toBeCloseTo(-0.5, 9);
});

describe('K steps of conjugate gradients', () => {
  const batch = samples.slice(0, 2);
  const fields = fieldsOf(7, batch);
  const targets = fields.map((sources, b) =>
    sources.map((field, s) => {
      const { operator, rightHandSides } = batch[b];
      return conjugateGradientSteps(operator.matrix, rightHandSides[s], field, 5, jacobi(operator.matrix));
    }),
  );
  const rms = (predicted: Float64Array[][]) => {
    const squares = predicted.flatMap((sources, b) =>
      sources.flatMap((field, s) => [...field].map((value, i) => (value - targets[b][s][i]) ** 2)),
    );
    return Math.sqrt(squares.reduce((sum, value) => sum + value) / squares.length);
  };

  test('the gradient holds the target fixed: −d/(N rms), the derivative with frozen ũ', () => {
    const { value, cotangents } = pcgSteps({ steps: 5 }).evaluate(batch, fields);
    expect(value).toBeCloseTo(rms(fields), 12);
    const directions = fieldsOf(90, batch);
    const numeric = (rms(along(fields, directions, 1e-5)) - rms(along(fields, directions, -1e-5))) / 2e-5;
    expect(total(cotangents, directions)).toBeCloseTo(numeric, 8);
    const count = batch.length * 2 * n;
    cotangents.forEach((sources, b) => {
      sources.forEach((cotangent, s) => {
        cotangent.forEach((entry, i) => {
          expect(entry).toBeCloseTo((fields[b][s][i] - targets[b][s][i]) / (count * value), 12);
        });
      });
    });
  });

  test('an exact prediction costs nothing, whatever K and measure', () => {
    const exact = samples.map(({ solutions }) => solutions!);
    for (const measure of measures) {
      expect(pcgSteps({ steps: 3, measure }).evaluate(samples, exact).value).toBeLessThan(1e-7);
    }
  });

  test('hybrids add the residual of the same measure', () => {
    const hybrid = pcgSteps({ steps: 5, residualWeight: 0.1 }).evaluate(batch, fields).value;
    const parts =
      pcgSteps({ steps: 5 }).evaluate(batch, fields).value +
      0.1 * residualLoss().evaluate(batch, fields).value;
    expect(hybrid).toBeCloseTo(parts, 12);
  });

  test('K of a schedule moves with the run, and is that of its end where no moment is given', () => {
    const grown = pcgSteps({ steps: { from: 1, to: 5, over: 0.5 } });
    const value = (loss: FieldLoss, moment?: TrainingMoment) => loss.evaluate(batch, fields, moment).value;
    const expected = [1, 2, 3, 4, 5, 5, 5, 5, 5].map((steps) => value(pcgSteps({ steps })));
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((step) => value(grown, { step, steps: 8 }))).toEqual(expected);
    expect(value(grown)).toBe(expected[8]);
    expect(() => pcgSteps({ steps: { from: 0, to: 3 } })).toThrow(/positive integer/);
    expect(() => pcgSteps({ steps: { from: 1, to: 3, over: 2 } })).toThrow(/\(0, 1\]/);
  });

  test('what it takes for the error is ũ − û', () => {
    fields.forEach((sources, b) => {
      const proxies = pcgSteps({ steps: 5 }).errorProxy!(batch[b], sources);
      proxies.forEach((proxy, s) => {
        proxy.forEach((value, i) => {
          expect(value).toBeCloseTo(targets[b][s][i] - sources[s][i], 12);
        });
      });
    });
  });

  test.each(['incomplete-cholesky', 'amg'] as const)(
    'all-Neumann, %s: a constant added to the prediction changes nothing',
    (preconditioner) => {
      const neumann = samples.slice(2);
      const field = fieldsOf(3, neumann);
      const shifted = field.map((sources) => sources.map((vector) => vector.map((value) => value + 17)));
      const loss = pcgSteps({ steps: 4, preconditioner });
      expect(loss.evaluate(neumann, shifted).value).toBeCloseTo(loss.evaluate(neumann, field).value, 9);
    },
  );
});

test('one mesh twice in a batch with different boundary types gives what separate batches give', () => {
  for (const loss of [ritzEnergy(), labels(), pcgSteps({ steps: 3, measure: 'relative' })]) {
    const pair = samples.slice(0, 2);
    const fields = fieldsOf(12, pair);
    const both = loss.evaluate(pair, fields);
    const alone = pair.map((sample, b) => loss.evaluate([sample], [fields[b]]));
    expect(both.value).toBeCloseTo((alone[0].value + alone[1].value) / 2, 12);
    alone.forEach(({ cotangents }, b) => {
      cotangents[0][0].forEach((value, i) => {
        expect(both.cotangents[b][0][i]).toBeCloseTo(value / 2, 12);
      });
    });
  }
});

describe('as tensors', () => {
  const cells = n + 3;
  const rank = 6;
  const basis = Float32Array.from(randomBasis(samples.length * cells, rank, 40));
  const field = Float32Array.from(randomBasis(samples.length * cells, 2, 41));

  const cases: [string, Float32Array, number, (x: tf.Tensor, eager: boolean) => tf.Scalar][] = [
    ...[ritzEnergy(), labels(), pcgSteps({ steps: 2 })].flatMap(
      (loss): [string, Float32Array, number, (x: tf.Tensor, eager: boolean) => tf.Scalar][] => [
        [
          `${loss.name} on a basis`,
          basis,
          rank,
          (x, eager) => projectedLoss(loss, x, { sources: 2, smoothing: 1 }, eager ? { samples } : undefined),
        ],
        [
          `${loss.name} on fields`,
          field,
          2,
          (x, eager) => supervisedFieldLoss(loss, x, eager ? { samples } : undefined),
        ],
      ],
    ),
  ];

  test.each(cases)('%s: compiled equals eager, no gradient in padding', async (_, data, columns, loss) => {
    const shape = [samples.length, cells, columns];
    const graph = (eager: boolean) => (inputs: Record<string, tf.Tensor>) => {
      const { value, grad } = tf.valueAndGrad((x) => loss(tf.mul(x, 2), eager))(inputs.x);
      return { value, grad };
    };
    const eager = graph(true)({ x: tf.tensor(data, shape) });
    const compiled = await compile(graph(false), {
      x: { shape: [samples.length, 'cells', columns], dtype: 'float32' },
    });
    const result = await compiled.run({ x: { shape, data } }, { samples });
    await compiled.dispose();
    expect(result.value.data[0]).toBeCloseTo((eager.value as tf.Tensor).dataSync()[0], 5);
    const expected = (eager.grad as tf.Tensor).dataSync();
    const scale = Math.max(...expected.map(Math.abs));
    expected.forEach((value, i) => {
      expect(Math.abs(result.grad.data[i] - value)).toBeLessThan(1e-5 * scale);
      if (Math.floor(i / columns) % cells >= n) expect(Math.abs(value)).toBe(0);
    });
  });

  test('the gradient of the projected energy is its derivative', () => {
    const loss = (values: Float32Array) =>
      projectedLoss(
        ritzEnergy(),
        tf.tensor(values, [samples.length, cells, rank]),
        { sources: 2 },
        { samples },
      );
    const gradient = tf
      .grad((x) => projectedLoss(ritzEnergy(), x, { sources: 2 }, { samples }))(
        tf.tensor(basis, [samples.length, cells, rank]),
      )
      .dataSync();
    const direction = randomBasis(basis.length, 1, 77);
    const moved = (t: number) => loss(basis.map((value, i) => value + t * direction[i])).dataSync()[0];
    const numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
    expect(Math.abs(dot(gradient, direction) - numeric)).toBeLessThan(2e-3 * Math.abs(numeric) + 1e-4);
  });

  test('a step without its samples is refused', () => {
    expect(() => projectedLoss(ritzEnergy(), tf.zeros([1, cells, rank]))).toThrow(/samples/);
  });
});
