import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CylinderWake } from '../../datasets/index.js';
import { run } from '../../examples/jaws/cylinder.js';
import { scaledBy } from '../../examples/jaws/parts/wake-cases.js';
import { wakeRow } from '../../examples/jaws/parts/wake-figures.js';
import { stretches, velocityOf, wakeStates } from '../../examples/jaws/parts/wake-states.js';
import { tf } from '../../runtime/index.js';
import { evaluateOnce } from '../operators/jaws-checks.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'jaws-cylinder-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wake = {
  reynolds: [80, 100, 130],
  frames: 115,
  interval: 0.25,
  transient: 30,
  flow: { cellsPerDiameter: 8, upstream: 3, downstream: 7, width: 6, speed: 0.1 },
  window: { origin: [-1, -2], cells: [32, 16], cellsPerDiameter: 4 },
  workers: 0,
} as const;

it('a small stepper of coarse wakes beats standing still; rows are complete, and are not computed again', async () => {
  const results = join(folder, 'rows.json');
  const options = {
    ...{ out: folder, results, wake, test: 130, trainedTo: 100, steps: 300, rollout: 72, starts: 2 },
    ...{ coarsening: 1, width: 4, levels: 2, batchSize: 2, learningRate: 1e-2, methods: 'one-step' },
  };
  const rows = await run(options);
  expect(rows.map(({ method }) => method)).toEqual([
    'cycle of Re 100',
    'cycle of Re 100, frequency extrapolated',
    'one-step',
  ]);
  const [cycle, faster, stepper] = rows;
  // a coarse wake in a narrow channel sheds faster than one in the open, which has 0.17
  expect(cycle.solverStrouhal).toBeGreaterThan(0.15);
  expect(cycle.solverStrouhal).toBeLessThan(0.3);
  expect(cycle.strouhal!).toBeLessThan(cycle.solverStrouhal);
  expect(faster.strouhalError!).toBeLessThan(cycle.strouhalError!);
  expect(faster.meanFieldError).toBeLessThan(cycle.meanFieldError);
  // a sinusoid that stands still is 2π St Δt of its size late after one step
  const still = 2 * Math.PI * cycle.solverStrouhal * wake.interval;
  expect(stepper.fieldError[1]).toBeLessThan(0.6 * still);
  expect(stepper.trainingSteps).toBe(300);
  expect(Buffer.from(stepper.vorticity, 'base64')).toHaveLength(32 * 16);
  expect(JSON.parse(readFileSync(results, 'utf8'))).toEqual(JSON.parse(JSON.stringify(rows)));
  expect(await run(options)).toEqual(JSON.parse(JSON.stringify(rows)));
  await expect(run({ ...options, methods: 'magic' })).rejects.toThrow('got magic');
}, 300_000);

/** A street of vortices of unit frequency and wavelength 2 over an inflow of 1, on a grid of half a diameter. */
function street(frames: number, phase = 0, frequency = 1): CylinderWake {
  const [rows, columns] = [8, 16];
  const values = Float32Array.from({ length: frames * 2 * rows * columns }, (_, i) => {
    const [x, y] = [((i % columns) + 0.5) / 2, (Math.floor(i / columns) % rows) / 2 - 1.75];
    const [c, time] = [Math.floor(i / (rows * columns)) % 2, 0.1 * Math.floor(i / (2 * rows * columns))];
    const angle = Math.PI * x - 2 * Math.PI * (frequency * time + phase);
    // ψ = y + A sin(angle) cos(y)
    return c === 0 ? 1 - 0.3 * Math.sin(angle) * Math.sin(y) : -0.3 * Math.PI * Math.cos(angle) * Math.cos(y);
  });
  return {
    ...{ values, trajectories: 1, frames, components: 2, points: [rows, columns], length: [4, 8] },
    ...{ interval: 0.1, viscosity: Float64Array.of(0.005), reynolds: [200] },
    ...{ mask: new Float32Array(rows * columns).fill(1), forces: new Float32Array(2 * frames) },
    ...{
      strouhal: Float64Array.of(1),
      window: { origin: [0, -2], cells: [columns, rows], cellsPerDiameter: 2 },
    },
  };
}

it('figures of a street that is late, and of one that is slow', () => {
  const recording = wakeStates(street(60), 1);
  const reference = stretches(recording, [0, 7], 41);
  const row = (phase: number, frequency: number) =>
    wakeRow(
      'street',
      stretches(wakeStates(street(60, phase, frequency), 1), [0, 7], 41),
      reference,
      recording,
      [0, -2],
    );
  const same = row(0, 1);
  expect([same.strouhalError, same.phaseError, same.meanFieldError, same.blowUps]).toEqual([0, 0, 0, 0]);
  expect(same.strouhal).toBeCloseTo(1, 2);
  expect(same.divergence).toBe(same.solverDivergence);
  const late = row(-0.25, 1);
  expect(late.phaseError!).toBeCloseTo(0.25, 2);
  expect(late.fieldError[10]).toBeCloseTo(Math.SQRT2, 2);
  const slow = row(0, 0.9);
  expect(slow.strouhalError!).toBeCloseTo(0.1, 2);
  expect(slow.curves.energy[3]).toBeCloseTo(slow.curves.solverEnergy[3], 2);
});

it('states: means over blocks, velocity less the inflow, fluid fraction, viscosity in units of Re 100', () => {
  const flow = street(2);
  flow.mask[0] = 0;
  const states = wakeStates(flow, 2);
  expect([states.points, states.grid.spacing, states.components]).toEqual([[4, 8], [1, 1], 5]);
  const [u, v] = [velocityOf(states, 0, 1).subarray(0, 32), velocityOf(states, 0, 1).subarray(32)];
  const fine = flow.values.subarray(2 * 128);
  expect(u[0]).toBeCloseTo((fine[0] + fine[1] + fine[16] + fine[17]) / 4, 5);
  expect(v[31]).toBeCloseTo((fine[238] + fine[239] + fine[254] + fine[255]) / 4, 5);
  expect([states.grid.mask[0], states.grid.mask[1]]).toEqual([0.75, 1]);
  expect(states.values[3 * 32]).toBeCloseTo(0.5, 6);
  expect(() => wakeStates(flow, 3)).toThrow('no multiple of 3');
  // 1 in the mean square, largest where v swings, and what is given where it is given
  const { activity } = wakeStates(street(11), 1);
  expect(activity.reduce((sum, value) => sum + value * value, 0) / activity.length).toBeCloseTo(1, 5);
  expect(activity[3 * 16]).toBeGreaterThan(2 * activity[0]);
  const given = wakeStates(street(3), 1, activity);
  expect(given.values.subarray((2 * 5 + 4) * 128, (2 * 5 + 5) * 128)).toEqual(activity);
});

it('answers scaled by a channel are none where it is 0', async () => {
  const field = { shape: [1, 1, 2, 2], data: Float32Array.of(2, 0, 2, 0.5) };
  const operator = scaledBy(
    {
      name: 'twice',
      options: {},
      initialParameters: () => ({}),
      forward: (_, x) => tf.mul(tf.slice(x, [0, 0, 0, 0], [1, 1, 2, 1]), 2),
    },
    1,
  );
  const { answer } = await evaluateOnce(({ x }) => ({ answer: operator.forward({}, x) }), { x: field });
  expect(Array.from(answer.data)).toEqual([0, 2]);
});
