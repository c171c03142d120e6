import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../common/random.js';
import {
  type ConstraintContext,
  constrained,
  constraintLoss,
  type SolveSummary,
  softConstraintLoss,
  solveConstraint,
  UnsolvedConstraintError,
} from '../../../operators/hard-constraints/index.js';
import { burgersSpaceTimeConstraint } from '../../../operators/hard-constraints/problems/index.js';
import { fno } from '../../../operators/index.js';
import { compile, compileTrainingStep, tf, useEagerBackend } from '../../../runtime/index.js';

const family = burgersSpaceTimeConstraint({ points: 12, frames: 6, interval: 0.05, viscosity: 0.05 });
const network = fno({ dimensions: 2, inputs: 3, outputs: 4, width: 6, layers: 2, modes: 2, headWidth: 8 });
const samples = [0.5, 1].map((height) => ({
  initial: Float64Array.from({ length: 12 }, (_, i) => height * Math.sin((2 * Math.PI * i) / 12) + 0.2),
}));
const context: ConstraintContext<{ initial: Float64Array }> = { samples };

/** Coordinates and the initial state repeated in time, `[batch, frame, point, 3]`. */
const field = (() => {
  const data = new Float32Array(2 * 6 * 12 * 3);
  for (let b = 0, at = 0; b < 2; b++) {
    for (let t = 0; t < 6; t++) {
      for (let i = 0; i < 12; i++) {
        data[at++] = t / 6;
        data[at++] = i / 12;
        data[at++] = samples[b].initial[i];
      }
    }
  }
  return { shape: [2, 6, 12, 3], data };
})();

const cases = {
  coupled: { mode: 'coupled', experts: [1, 2] },
  independent: { mode: 'independent', experts: [1, 3] },
  conservative: { mode: 'coupled', experts: 2, laws: 'projected' },
} as const;

describe.each(Object.entries(cases))('constrained: %s', (_name, options) => {
  const operator = constrained(network, family, options);
  const parameters = operator.initialParameters(createRandom(3));
  const specs = { field: { shape: field.shape, dtype: 'float32' } } as const;

  it('answers in a compiled graph as the solve does', async () => {
    const compiled = await compile(
      (inputs, weights) => ({
        u: operator.forward(weights, inputs.field),
        b: operator.basis(weights, inputs.field),
      }),
      specs,
      { parameters },
    );
    const { u, b } = await compiled.run({ field }, context);
    expect(u.shape).toEqual([2, 6, 12, 1]);
    samples.forEach((sample, member) => {
      const basis = (b.data as Float32Array).subarray(member * 72 * 4, (member + 1) * 72 * 4);
      const { field: exact } = solveConstraint(family.problem(sample), basis, 4, options);
      expect((u.data as Float32Array).slice(member * 72, (member + 1) * 72)).toEqual(
        Float32Array.from(exact),
      );
    });
    await compiled.dispose();
  });

  it('trains with the gradient that differences of the loss have', async () => {
    const loss = (weights: Record<string, tf.Tensor>, inputs: Record<string, tf.Tensor>) =>
      tf.mean(tf.square(operator.forward(weights, inputs.field)));
    const step = await compileTrainingStep({
      parameters,
      batchSpecs: specs,
      loss,
      optimizer: { epsilon: 1e-8 },
    });
    const first = await step.run({ field }, { learningRate: 0 }, context);
    // eagerly, with a tape of its own and the solve on this thread
    await useEagerBackend('cpu');
    const gradients = tf.tidy(() => {
      const weights = Object.fromEntries(
        Object.entries(parameters).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
      );
      const names = Object.keys(weights);
      const given = tf.tensor(field.data, field.shape);
      const grads = tf.grads((...values: tf.Tensor[]) =>
        tf.mean(
          tf.square(
            operator.forward(Object.fromEntries(names.map((name, at) => [name, values[at]])), given, context),
          ),
        ),
      )(names.map((name) => weights[name]));
      return names.map((name, at) => ({ name, values: Float32Array.from(grads[at].dataSync()) }));
    });
    const norm = Math.sqrt(
      gradients.reduce((sum, { values }) => sum + values.reduce((s, v) => s + v * v, 0), 0),
    );
    expect(Math.abs(first.gradientNorm / norm - 1)).toBeLessThan(1e-4);
    // and along itself by differences, in float32
    const h = 4e-4;
    const base = step.state();
    const at = async (t: number) => {
      step.setState({ ...base, parameters: moved(base.parameters, gradients, (t * h) / norm) });
      const { loss: value } = await step.run({ field }, { learningRate: 0 }, context);
      return value;
    };
    const slope = (8 * ((await at(1)) - (await at(-1))) - ((await at(2)) - (await at(-2)))) / (12 * h);
    expect(Math.abs(slope / norm - 1)).toBeLessThan(2e-2);
    await step.dispose();
  });
});

describe('constraintLoss', () => {
  const specs = { field: { shape: field.shape, dtype: 'float32' } } as const;
  const parameters = network.initialParameters(createRandom(3));

  it.each(['residual', 'objective'] as const)('falls when trained: %s', async (loss) => {
    const reports: SolveSummary[] = [];
    const options = { mode: 'independent', experts: [1, 2], samples: 20 } as const;
    const step = await compileTrainingStep({
      parameters,
      batchSpecs: specs,
      loss: (weights, inputs) =>
        constraintLoss(network.forward(weights, inputs.field), family, options, {
          loss,
          report: (summary) => reports.push(summary),
        }),
    });
    const values: number[] = [];
    for (let k = 0; k < 15; k++) {
      const { loss: value } = await step.run({ field }, { learningRate: 3e-3 }, context);
      values.push(value);
    }
    expect(values[14]).toBeLessThan(0.95 * values[0]);
    expect(reports).toHaveLength(15);
    expect(reports[0].statuses.converged).toBe(4);
    expect(reports[0].policy).toBe('stop');
    await step.dispose();
  });

  it('of a soft constraint is that of the residual, with its gradient', async () => {
    const soft = fno({ dimensions: 2, inputs: 3, outputs: 1, width: 6, layers: 2, modes: 2, headWidth: 8 });
    const own = soft.initialParameters(createRandom(5));
    const step = await compileTrainingStep({
      parameters: own,
      batchSpecs: specs,
      loss: (weights, inputs) => softConstraintLoss(soft.forward(weights, inputs.field), family),
    });
    const before = await step.run({ field }, { learningRate: 3e-3 }, context);
    for (let k = 0; k < 20; k++) await step.run({ field }, { learningRate: 3e-3 }, context);
    const later = await step.run({ field }, { learningRate: 3e-3 }, context);
    expect(later.loss).toBeLessThan(0.9 * before.loss);
    await step.dispose();
  });

  it('stops, or goes on without the sample, when a basis is not finite', async () => {
    const broken = { ...field, data: field.data.slice() };
    broken.data.fill(Number.NaN, 0, 6 * 12 * 3);
    const reports: SolveSummary[] = [];
    const compiled = (onFailure: 'stop' | 'continue') =>
      compile(
        (inputs, weights) => ({
          u: constrained(
            network,
            family,
            { onFailure },
            { report: (summary) => reports.push(summary) },
          ).forward(weights, inputs.field),
        }),
        specs,
        { parameters },
      );
    const stops = await compiled('stop');
    await expect(stops.run({ field: broken }, context)).rejects.toThrow(UnsolvedConstraintError);
    const goesOn = await compiled('continue');
    const { u } = await goesOn.run({ field: broken }, context);
    expect((u.data as Float32Array).every(Number.isFinite)).toBe(true);
    const { statuses, sentences } = reports[reports.length - 1];
    expect(statuses).toEqual({ 'not-finite': 1, converged: 1 });
    expect(sentences[0]).toMatch(/sample 0, experts 0: not-finite, .*policy: continue/);
    await stops.dispose();
    await goesOn.dispose();
  });

  it('asks for one sample a member of the batch', async () => {
    const operator = constrained(network, family);
    const compiled = await compile(
      (inputs, weights) => ({ u: operator.forward(weights, inputs.field) }),
      specs,
      { parameters },
    );
    await expect(compiled.run({ field }, { samples: [samples[0]] })).rejects.toThrow(
      /one sample for each of the 2 members.*got 1/,
    );
    await compiled.dispose();
  });
});

function moved(
  packed: Float32Array,
  direction: readonly { readonly values: ArrayLike<number> }[],
  factor: number,
): Float32Array {
  const flat = direction.flatMap(({ values }) => Array.from(values));
  return packed.map((value, at) => value + factor * flat[at]);
}
