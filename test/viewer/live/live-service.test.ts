import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../../common/package-file.js';
import { boxMesh, meshFromFile, readVtu, writeVtu } from '../../../geometry/index.js';
import { solve } from '../../../solvers/index.js';
import { loadPretrained, openSurrogate } from '../../../training/index.js';
import { completeSettings } from '../../../viewer/live/default-settings.js';
import { LIVE_FIELD } from '../../../viewer/live/live-fields.js';
import { generatePart } from '../../../viewer/live/live-part.js';
import { liveProblem } from '../../../viewer/live/live-problem.js';
import { LiveService } from '../../../viewer/live/live-service.js';
import { liveStateSchema } from '../../../viewer/live/live-state.js';
import { POLISH_OPTIONS } from '../../../viewer/live/polish.js';

const model = () => new Blob([readFileSync(packageFile('pretrained/random-bc/model.onnx'))]);
const ON_CPU = { wasmPaths: '', device: 'cpu' } as const;
const part = { kind: 'cut-corners', cells: 1000, cutouts: 4, seed: 5 } as const;
const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

describe('the service of a live surrogate', () => {
  const service = new LiveService();
  let state = liveStateSchema.parse({});
  const mesh = generatePart(part);

  beforeAll(async () => {
    const opened = await service.openModel({ name: 'random-bc.onnx', from: model() }, ON_CPU);
    expect(opened).toMatchObject({ answers: 'basis', dimension: 2, coverage: 'any', seesValues: true });
    const made = service.makePart({ ...part });
    // the file is the mesh, cell by cell, with room for the answers
    const read = meshFromFile(readVtu(made.file));
    expect(Array.from(read.mesh.cellCentroids)).toEqual(Array.from(mesh.cellCentroids));
    expect(read.cellData[LIVE_FIELD].unit).toBe('°C');
    state = { ...state, patches: completeSettings(made.part, opened.coverage, {}) };
    expect((await service.encode(state)).rank).toBe(128);
  });

  it('answers as the inference API does for the same problem', async () => {
    const { field, relativeResidual } = await service.answer(state);
    const surrogate = await openSurrogate(loadPretrained('random-bc'));
    const expected = await surrogate.predict(liveProblem(mesh, state));
    await surrogate.dispose();
    // the service keeps the reduced model, the API takes the shortest way to one answer: sums in another order
    expect(norm(field.map((value, cell) => value - expected[cell]))).toBeLessThan(1e-5 * norm(expected));
    expect(relativeResidual).toBeLessThan(0.05);
  });

  it('is linear in the sliders: the mean of two answers is the answer to the mean', async () => {
    const warmer = {
      ...state.patches,
      left: { ...state.patches.left, type: state.patches.left.type, flux: 900, temperature: 60 },
    };
    const between = {
      ...warmer,
      left: { ...warmer.left, flux: 450, temperature: 30 + state.patches.left.temperature / 2 },
    };
    const [a, b, c] = await Promise.all(
      [state.patches, warmer, between].map((patches) => service.answer({ ...state, patches })),
    );
    const gap = c.field.map((value, cell) => value - (a.field[cell] + b.field[cell]) / 2);
    expect(norm(gap)).toBeLessThan(1e-9 * norm(c.field));
  });

  it('polishes to what solve gives, in as many iterations, fewer than from zero', async () => {
    await service.startPolish(state);
    const run = (from: 'answer' | 'zero') => {
      for (;;) {
        const steps = service.polishSteps(from, 7);
        if (steps.done) return steps.residuals;
      }
    };
    const [fromAnswer, fromZero] = [run('answer'), run('zero')];
    expect(fromZero[0]).toBeCloseTo(1, 12);
    const problem = liveProblem(mesh, state);
    const solved = await solve(problem, POLISH_OPTIONS);
    expect(fromZero.length - 1).toBe(solved.iterations);
    const { field } = await service.answer(state);
    const guessed = await solve(problem, { ...POLISH_OPTIONS, guess: field });
    expect(fromAnswer.length - 1).toBe(guessed.iterations);
    expect(fromAnswer.length).toBeLessThan(fromZero.length);
    const { certified, relativeResidual, error, field: polished } = await service.certify();
    expect(certified).toBe(true);
    expect(relativeResidual).toBeLessThanOrEqual(1e-8);
    const exact = await solve(problem, { ...POLISH_OPTIONS, relativeTolerance: 1e-12 });
    expect(norm(polished.map((value, cell) => value - exact.solution[cell]))).toBeLessThan(
      1e-6 * norm(exact.solution),
    );
    const off = norm(field.map((value, cell) => value - polished[cell])) / norm(polished);
    expect(error.relativeL2).toBeCloseTo(off, 12);
  });

  it('says in a sentence that a problem is outside of what the model was trained on', () => {
    const { outside, sentence } = service.range(state);
    expect(outside).toBe(true);
    expect(sentence).toMatch(/boundary values/);
  });

  it('says why a mesh or a model is of no use', async () => {
    const other = new LiveService();
    await expect(other.answer(state)).rejects.toThrow('not encoded');
    await expect(
      other.openModel({ name: 'part.onnx', from: new Blob(['no model']) }, ON_CPU),
    ).rejects.toThrow(/part\.onnx|ONNX/);
    await expect(other.openPart({ name: 'x.vtu', from: new Blob(['no file']) })).rejects.toThrow('x.vtu');
    const solid = writeVtu(boxMesh({ size: [1, 1, 1], cells: [2, 2, 2] }));
    const { dimension, patches } = await other.openPart({
      name: 'box.vtu',
      from: new Blob([solid as BlobPart]),
    });
    expect([dimension, patches.length]).toEqual([3, 6]);
  });
});
