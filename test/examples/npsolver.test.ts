import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import * as ablation from '../../examples/npsolver/ablation.js';
import { readCurves } from '../../examples/npsolver/parts/curves.js';
import { type Experiment, experiment } from '../../examples/npsolver/parts/experiment.js';
import { type Row, readRows, writeRow } from '../../examples/npsolver/parts/rows.js';
import * as transfer from '../../examples/npsolver/transfer.js';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from '../../operators/index.js';
import { readMetrics, readModel } from '../../training/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npsolver-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny: Experiment = {
  task: 'random-bc',
  arm: 'tiny',
  method: 'a small reduced basis',
  operator: reducedBasis({
    rank: 24,
    waveNumber: 5,
    encoder: { width: 16, blocks: 1, heads: 2, cellSlices: 8, faceSlices: 4, ...encoderFeatureCounts(2) },
  }),
  supervise: ritzEnergy(),
  learningRate: 4e-3,
  sourcesPerSample: 4,
  batchSize: 2,
  budget: 0.05,
  cells: [100, 200],
};

describe('experiments on NPSolver’s tasks', { timeout: 120_000 }, () => {
  it('an aborted run continues to rows at every mesh size, a curve, and a model with these errors', async () => {
    const results = join(folder, 'results.json');
    const options = { out: join(folder, 'run'), results, samples: 1, threads: 1 };
    const stopping = new AbortController();
    const progress = {
      update: (phase: string, done: number) => {
        if (phase === 'training' && done === 2) stopping.abort();
      },
      message: () => {},
    };
    expect(await experiment(tiny, { ...options, signal: stopping.signal, progress })).toMatch(/continues/);
    expect(readRows(results)).toEqual([]);
    await experiment(tiny, options);

    const rows = readRows(results);
    expect(rows.map(({ cells }) => cells)).toEqual([100, 200]);
    const history = readMetrics(join(folder, 'run/metrics.jsonl'));
    const { card } = readModel(join(folder, 'run'));
    for (const row of rows) {
      expect(row).toMatchObject({ task: 'random-bc', arm: 'tiny', steps: history.length, seed: 1 });
      const errors = Object.values(row.categories);
      expect(errors.length).toBe(5);
      expect(row.meanRelativeL2).toBeCloseTo(errors.reduce((a, b) => a + b, 0) / 5, 12);
      const carded = Object.values(card.errors[`${row.cells} cells`]).map(
        ({ meanRelativeL2 }) => meanRelativeL2,
      );
      expect(carded).toEqual(errors);
    }
    const [curve] = readCurves(results.replace('.json', '-curves.json'));
    expect(curve.points.at(-1)![0]).toBe(history.length);
    expect(curve.points.at(-1)![2]).toBeCloseTo(history.at(-1)!.probe!.relativeL2, 4);

    const transferred = join(folder, 'transfer.json');
    const sizes = await transfer.run({ model: join(folder, 'run'), cells: 100, results: transferred });
    // the same test samples, so the same error
    expect(sizes[0].meanRelativeL2).toBeCloseTo(rows[0].meanRelativeL2, 6);
    expect(sizes[0].iterations.deflated).toBeLessThan(sizes[0].iterations.zero);
  });

  it('rows take the place of rows of the same run only, and become the page', () => {
    const row = {
      task: 'random-bc-ablation',
      cells: 1100,
      categories: { a: 0.1 },
      steps: 9,
      learningRate: 1e-3,
    };
    const rest = { trainingMinutes: 15, processorMinutes: 30, command: 'c', hardware: 'h' };
    const of = (arm: string, seed: number, meanRelativeL2: number): Row => ({
      ...{ ...row, ...rest, method: `method ${arm}`, arm, seed, meanRelativeL2 },
    });
    const path = join(folder, 'npsolver.json');
    for (const [arm, seed, error] of [
      ['pcg-jacobi-40', 1, 0.5],
      ['pcg-jacobi-40', 2, 0.4],
      ['residual', 1, 0.6],
      ['residual', 2, 0.2],
      ['pcg-jacobi-40', 1, 0.3],
    ] as const) {
      writeRow(path, of(arm, seed, error));
    }
    expect(readRows(path).length).toBe(4);
    const { status } = spawnSync(process.execPath, ['scripts/npsolver-results.mjs', folder], {
      cwd: packageFile('.'),
    });
    expect(status).toBe(0);
    const page = readFileSync(join(folder, 'npsolver.md'), 'utf8');
    expect(page).toMatch(/method pcg-jacobi-40 \| 35\.00 % \| 30\.00 % \(1\), 40\.00 % \(2\)/);
    expect(page).toMatch(/beats the residual \| 2\.00, 0\.50 × \| 1 of 2 seeds/);
  });

  it('the ablation says what is missing', async () => {
    await expect(ablation.run({ arms: 'magic' })).rejects.toThrow(
      /no arm 'magic'; they are pcg-jacobi-40, residual/,
    );
    writeFileSync(join(folder, 'none-steps.json'), '{"hardware": "h", "cores": 2, "arms": {}}');
    const results = join(folder, 'none.json');
    await expect(ablation.run({ arms: 'labels-7000', seeds: 1, results })).rejects.toThrow(
      /has no step of residual; measure it with --calibrate only --arms residual/,
    );
  });
});
