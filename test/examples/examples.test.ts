import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../common/package-file.js';
import * as bracket from '../../examples/bracket.js';
import * as certifiedGuess from '../../examples/certified-guess.js';
import * as ownGraphNetwork from '../../examples/own-graph-network.js';
import * as ownPart from '../../examples/own-part.js';
import * as ownPartMeshes from '../../examples/own-part-meshes.js';
import * as ownTfjsModel from '../../examples/own-tfjs-model.js';
import * as ownUNet from '../../examples/own-u-net.js';
import * as poissonOnAPlate from '../../examples/poisson-on-a-plate.js';
import * as trainPoissonSurrogate from '../../examples/train-poisson-surrogate.js';
import * as transientPlate from '../../examples/transient-plate.js';
import { readVtu } from '../../geometry/index.js';
import { readModel } from '../../training/index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('examples', () => {
  it('poisson-on-a-plate: all heat produced leaves through the boundary', async () => {
    const { heatBalance, file, cells } = await poissonOnAPlate.run(folder);
    expect(Math.abs(heatBalance - 1)).toBeLessThan(1e-8);
    expect(readVtu(readFileSync(file)).cellData.temperature.values.length).toBe(cells);
  });

  it('transient-plate: hottest when the heating stops, no heat lost on the way', async () => {
    const { heatImbalance, peakAt, peak, peakAtTheEnd } = await transientPlate.run(join(folder, 'transient'));
    expect(heatImbalance).toBeLessThan(1e-8);
    expect(peakAt).toBe(300);
    expect(peakAtTheEnd).toBeLessThan(peak);
  });

  it('bracket: the temperature rise is that of a finer mesh within 0.5 %, all heat reaches the air', async () => {
    const { meanRise, largestRise, heatBalance, file, cells } = await bracket.run(join(folder, 'bracket'));
    for (const [coarse, fine] of [meanRise, largestRise])
      expect(Math.abs(coarse / fine - 1)).toBeLessThan(0.005);
    expect(Math.abs(heatBalance - 1)).toBeLessThan(1e-8);
    expect(readVtu(readFileSync(file)).cellData.temperature.values.length).toBe(cells[1]);
  }, 60_000);

  it('certified-guess: the residual is the one asked for, in fewer iterations than from zero', async () => {
    const { relativeResidual, iterationsFromGuess, iterationsFromZero } = await certifiedGuess.run();
    expect(relativeResidual).toBeLessThanOrEqual(1e-8);
    expect(iterationsFromGuess).toBeLessThan(iterationsFromZero);
  });

  it('train-poisson-surrogate: less than 5 % from the solution on held-out parts, and training helps', async () => {
    const { meanRelativeL2, relativeResidual } = await trainPoissonSurrogate.run(join(folder, 'surrogate'));
    expect(meanRelativeL2).toBeLessThan(0.05);
    expect(relativeResidual).toBeLessThanOrEqual(1e-8);
    const oneStep = await trainPoissonSurrogate.run(join(folder, 'one-step'), 1);
    expect(meanRelativeL2).toBeLessThan(oneStep.meanRelativeL2);
  });

  it('own-part: answers brackets of three file formats within 10 %, and knows those of another make', async () => {
    const parts = join(folder, 'brackets');
    await ownPartMeshes.run(parts, 12);
    const result = await ownPart.run(parts, 4, 6, join(folder, 'own-part'));
    expect(result.meanRelativeL2).toBeLessThan(0.1);
    expect(result.relativeResidual).toBeLessThanOrEqual(1e-8);
    expect(result.guess.used).toBe(true);
    const scores = result.ranges.map(({ score }) => score!);
    for (const { outside, score, reasons } of result.otherRanges) {
      expect(outside).toBe(true);
      expect(reasons[0]).toMatch(/^shape: .* training saw/);
      expect(score!).toBeGreaterThan(Math.max(...scores));
    }
    const { card } = readModel(join(folder, 'own-part'));
    expect(card.trainedRange.statistics!.groups.shape.count).toBe(9);
    expect(card.errors['parts held out']['held out'].meanRelativeL2).toBe(result.meanRelativeL2);
  }, 300_000);

  it('own-tfjs-model: the ONNX file gives sin x within 1 %', async () => {
    const { largestError } = await ownTfjsModel.run();
    expect(largestError).toBeLessThan(0.01);
  });

  it('own-u-net: the ONNX file answers as TensorFlow.js does, within 30 % of the solver on sources not seen', async () => {
    const { relativeError, differenceFromTensorFlow } = await ownUNet.run(120);
    expect(relativeError).toBeLessThan(0.3);
    expect(differenceFromTensorFlow).toBeLessThan(1e-5);
  });

  it('own-graph-network: within 10 % of the solver on a larger part of another shape', async () => {
    const { relativeError, differenceFromTensorFlow } = await ownGraphNetwork.run();
    expect(relativeError).toBeLessThan(0.1);
    expect(differenceFromTensorFlow).toBeLessThan(1e-5);
  });

  it('run as the README says, on the built package', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['scripts/run-example.mjs', ...args], {
        cwd: packageFile('.'),
        encoding: 'utf8',
      });
    const { status, stdout } = run('poisson-on-a-plate', join(folder, 'built'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/heatBalance: (1|0\.9999999)/);
    expect(existsSync(join(folder, 'built/plate.vtu'))).toBe(true);
    expect(run('nothing')).toMatchObject({ status: 1, stdout: '' });
  });

  it('an error of one entry point is caught by the class of any other', () => {
    const code = `
      import { cornerRemovedSquare, FieldsmithError } from 'fieldsmith/geometry';
      import * as solvers from 'fieldsmith/solvers';
      import * as training from 'fieldsmith/training';
      try {
        cornerRemovedSquare({ corners: 9, seed: 1 });
      } catch (error) {
        const classes = [FieldsmithError, solvers.FieldsmithError, training.InvalidInputError];
        console.log(classes.map((type) => error instanceof type).join());
      }`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: packageFile('.'),
      encoding: 'utf8',
    });
    expect(stdout.trim()).toBe('true,true,true');
  });
});
