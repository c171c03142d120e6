import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../common/random.js';
import {
  burgersSpaceTimeConstraint,
  diffusionSorptionConstraint,
  fno,
  residualNorms,
} from '../../../operators/index.js';
import {
  answerConstrained,
  spaceTimeInputs,
  type TrainConstrainedOptions,
  trainConstrained,
} from '../../../training/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'constrained-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const family = burgersSpaceTimeConstraint({ points: 12, frames: 6, interval: 0.1, viscosity: 0.05 });
const random = createRandom(3);
const samples = Array.from({ length: 8 }, () => {
  const [a, b, phase] = [random.normal(), random.normal() / 2, random.uniform(0, 6)];
  return {
    initial: Float64Array.from(
      { length: 12 },
      (_, i) => a * Math.sin((Math.PI * i) / 6 + phase) + b * Math.cos((Math.PI * i) / 3),
    ),
  };
});
const network = (outputs: number) =>
  fno({ dimensions: 2, inputs: 3, outputs, width: 6, layers: 2, modes: 3, headWidth: 8 });
const settings = (name: string): TrainConstrainedOptions => ({
  out: join(folder, name),
  steps: 12,
  batchSize: 2,
  learningRate: 1e-2,
  threads: 1,
});
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('inputs of networks on space and time', () => {
  it('are coordinates as shares and the initial state at every frame', () => {
    const sorption = diffusionSorptionConstraint({ cells: 4, frames: 3, interval: 5 });
    const sample = { initial: [0.1, 0.2, 0.3, 0.4] };
    const inputs = spaceTimeInputs(sorption.problem(sample), sample);
    expect(inputs).toHaveLength(3 * 4 * 3);
    // frame 1, cell 2: t/T = ½, x over the last centre, u₀
    expect([...inputs.subarray(18, 21)]).toEqual([0.5, 2.5 / 3.5, 0.3].map(Math.fround));
    expect(() => spaceTimeInputs(sorption.problem(sample), { initial: [1] })).toThrow('initial state');
  });
});

describe('training by constraints', { timeout: 120_000 }, () => {
  it.each([
    ['soft', 'soft'],
    ['one', {}],
    ['two', { mode: 'independent', experts: [1, 2] }],
    ['coupled', { mode: 'coupled', experts: [1, 2], overlap: 0.5 }],
  ] as const)('%s: the loss falls and is that of the answers', async (name, solve) => {
    const operator = network(solve === 'soft' ? 1 : 4);
    const summaries: string[] = [];
    const options = {
      ...settings(name),
      solve: solve as TrainConstrainedOptions['solve'],
      steps: 40,
      report: ({ statuses }: { statuses: object }) => summaries.push(...Object.keys(statuses)),
    };
    const trained = await trainConstrained(operator, family, samples, options);
    const losses = trained.history.map(({ loss }) => loss);
    expect(mean(losses.slice(-10))).toBeLessThan(0.9 * mean(losses.slice(0, 5)));
    expect(summaries.includes('converged')).toBe(solve !== 'soft');

    const [answer] = await answerConstrained(trained, samples.slice(0, 1));
    // the initial state is exact, and the residual that of the field
    expect([...answer.field.subarray(0, 12)]).toEqual([...samples[0].initial]);
    expect(answer.residuals).toEqual(residualNorms(family.problem(samples[0]), answer.field).norms);
    const solves = { soft: 0, one: 1, two: 2, coupled: 1 };
    expect(answer.diagnostics).toHaveLength(solves[name]);
  });

  it('a run that was stopped and resumed ends with the bytes of one that was not', async () => {
    const operator = network(3);
    const drawn = { solve: { samples: 30 } };
    const whole = await trainConstrained(operator, family, samples, { ...settings('whole'), ...drawn });
    const stopping = new AbortController();
    const parts = { ...settings('parts'), ...drawn, resume: true };
    const first = await trainConstrained(operator, family, samples, {
      ...parts,
      signal: stopping.signal,
      progress: {
        update: (_, done) => {
          if (done === 5) stopping.abort();
        },
        message: () => {},
      },
    });
    expect(first.status).toBe('interrupted');
    const second = await trainConstrained(operator, family, samples, parts);
    expect(second.status).toBe('completed');
    expect(second.parameters).toEqual(whole.parameters);
  });

  it('rows may be drawn anew when an answer is asked for, and the grid may be another', async () => {
    const trained = await trainConstrained(network(3), family, samples, settings('ask'));
    const finer = burgersSpaceTimeConstraint({ points: 24, frames: 6, interval: 0.1, viscosity: 0.05 });
    const initial = Float64Array.from({ length: 24 }, (_, i) => Math.sin((Math.PI * i) / 12));
    const [all] = await answerConstrained({ ...trained, family: finer }, [{ initial }]);
    const [some] = await answerConstrained({ ...trained, family: finer }, [{ initial }], {
      solve: { samples: 20 },
    });
    const size = (answer: typeof all) => Object.values(answer.residuals)[0];
    expect(all.field).toHaveLength(24 * 6);
    // all rows minimise the residual on all rows
    expect(size(some)).toBeGreaterThan(size(all));
  });

  it('refuses what cannot be', async () => {
    await expect(trainConstrained(network(3), family, [], settings('none'))).rejects.toThrow('samples');
    await expect(
      trainConstrained(network(3), family, samples, { ...settings('none'), batchSize: 0 }),
    ).rejects.toThrow('batchSize');
  });
});
