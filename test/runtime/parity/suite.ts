import { describe, expect, test } from 'vitest';
import { parityCase, sizesOn } from './case.js';
import { type ExactArray, runInDoublePrecision } from './double-precision.js';
import type { ParityDevice } from './entry.js';
import { exactTraining } from './exact-training.js';
import { type DeviceRun, seedOf } from './run-on-device.js';
import { groups, table } from './table.js';
import { isShader, TOLERANCES, TRAINING_TOLERANCES } from './tolerances.js';
import { type TrainingResult, trainings } from './trainings.js';

export interface DeviceResult {
  readonly report: { readonly works: boolean; readonly reason?: string };
  readonly run: DeviceRun | null;
}

/**
 * One test for each row of the table and each training, against the oracle in float64. Where the device is missing, the
 * tests are skipped and say why; a row that is known to fail is skipped with its reason as long as it does fail.
 */
export function testDevice(device: ParityDevice, result: () => DeviceResult): void {
  for (const [group, entries] of Object.entries(groups)) {
    test.for(Object.keys(entries))(`${group}: %s`, (row, { skip }) => {
      const { report, run } = result();
      if (!run) return skip(`device missing: ${report.reason}`);
      const name = `${group}: ${row}`;
      const { fails } = table[name];
      if (!fails?.on.includes(device)) return compareRow(name, device, run);
      expect(() => compareRow(name, device, run), 'it agrees now: remove what `fails` says').toThrow();
      return skip(fails.because);
    });
  }

  describe('training', () => {
    test.for(Object.keys(trainings))('%s', (name, { skip }) => {
      const { report, run } = result();
      if (!run) return skip(`device missing: ${report.reason}`);
      const actual = run.trainings[name];
      if (typeof actual === 'string') return expect.fail(actual);
      const expected = exactTraining(trainings[name]);
      for (const figure of ['losses', 'gradientNorms', 'parameters', 'average'] as (keyof TrainingResult)[])
        compare(figure, actual[figure] ?? [], expected[figure] ?? [], TRAINING_TOLERANCES[device]);
    });
  });
}

function compareRow(name: string, device: ParityDevice, { rows }: DeviceRun): void {
  const runs = rows[name];
  if (typeof runs === 'string') expect.fail(runs);
  const { reference, specs, feeds } = parityCase(table[name], seedOf(name));
  const tolerance = Math.max(TOLERANCES[device], (isShader(device) && table[name].shader?.error) || 0);
  for (const [index, sizes] of sizesOn(device).entries()) {
    const expected = exactly(`${name} ${index}`, () => runInDoublePrecision(reference, specs, feeds(sizes)));
    expect(Object.keys(runs[index]).sort()).toEqual(Object.keys(expected).sort());
    for (const [output, { shape, data }] of Object.entries(expected)) {
      const what = `${output} at ${JSON.stringify(sizes)}`;
      expect(runs[index][output].shape, `shape of ${what}`).toEqual(shape);
      compare(what, runs[index][output].data, data, tolerance);
    }
  }
}

/** max |a − b| ≤ tolerance · max(1, max |b|). */
function compare(
  what: string,
  actual: readonly number[],
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length, `length of ${what}`).toBe(expected.length);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * scale))
      expect.fail(
        `${what}[${i}]: ${actual[i]} instead of ${expected[i]} (largest ${scale}, tolerance ${tolerance})`,
      );
  }
}

const known = new Map<string, Record<string, ExactArray>>();

/** Two devices of one test file share the oracle's runs. */
function exactly(name: string, run: () => Record<string, ExactArray>): Record<string, ExactArray> {
  const arrays = known.get(name) ?? run();
  known.set(name, arrays);
  return arrays;
}
