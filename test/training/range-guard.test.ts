import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allDirichlet, cornerRemovedMeshes, generateMeshes, poissonTask } from '../../datasets/index.js';
import { boxMesh, generateMesh, type Mesh, plateWithHoles } from '../../geometry/index.js';
import { encoderFeatureCounts, reducedBasis, ritzEnergy } from '../../operators/index.js';
import { assemble, type PoissonProblem, solve } from '../../solvers/index.js';
import {
  exportModel,
  type ModelFiles,
  OutsideTrainedRangeError,
  openSurrogate,
  parseModelCard,
  type SurrogateOptions,
  train,
} from '../../training/index.js';
import { insulatedBut } from './range-checks.js';

let folder: string;
let files: ModelFiles;
let familiar: PoissonProblem;
let strange: PoissonProblem;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'range-'));
  const meshes = await generateMeshes(
    cornerRemovedMeshes({ corners: 2, count: 12, seed: 1, cellCount: 120 }),
    {
      workers: 0,
    },
  );
  const encoder = {
    width: 16,
    blocks: 1,
    heads: 2,
    cellSlices: 8,
    faceSlices: 4,
    ...encoderFeatureCounts(2),
  };
  const run = await train(
    reducedBasis({ rank: 12, waveNumber: 4, encoder }),
    poissonTask({ meshes, boundary: allDirichlet() }),
    { supervise: ritzEnergy(), out: folder, steps: 2, batchSize: 2, workers: 0, projectionThreads: 0 },
  );
  files = await exportModel(run);
  const fixed = (mesh: Mesh) =>
    insulatedBut(
      mesh,
      mesh.patches.map(({ name }) => name),
    );
  const problemOn = (mesh: Mesh): PoissonProblem => ({ mesh, source: 1, boundaryConditions: fixed(mesh) });
  familiar = problemOn(meshes[5]);
  strange = problemOn(generateMesh(plateWithHoles({ holes: 3, seed: 2 }), { cellCount: 200 }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function using<Answer>(
  options: SurrogateOptions,
  ask: (surrogate: Awaited<ReturnType<typeof openSurrogate>>) => Promise<Answer>,
  model = files,
): Promise<Answer> {
  const surrogate = await openSurrogate(model, options);
  try {
    return await ask(surrogate);
  } finally {
    await surrogate.dispose();
  }
}

describe('a surrogate outside of its trained range', () => {
  it('warns, naming what is outside, and answers', async () => {
    const warnings: string[] = [];
    await using({ onWarning: (text) => warnings.push(text) }, async (surrogate) => {
      expect(surrogate.rangeOf(familiar)).toMatchObject({ outside: false, reasons: [] });
      expect((await surrogate.predict(familiar)).every(Number.isFinite)).toBe(true);
      expect(warnings).toEqual([]);
      expect(surrogate.rangeOf(strange)).toMatchObject({ outside: true });
      expect((await surrogate.predict(strange)).every(Number.isFinite)).toBe(true);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(
        /^surrogate.predict: outside the trained range .* through holes is 3, training saw 0/,
      );
      const { operator } = assemble(strange);
      const types = Object.fromEntries(operator.mesh.patches.map(({ name }) => [name, 'dirichlet' as const]));
      const { range } = await surrogate.reduce(operator, types);
      expect(range.outside).toBe(true);
      expect(range.groups.load).toBeUndefined();
      expect(warnings).toHaveLength(2);
    });
  });

  it('says so in the report of a solve that starts from its guess', async () => {
    await using({}, async (surrogate) => {
      const { guess, status } = await solve(strange, { guess: surrogate.predict });
      expect(status).toBe('converged');
      expect(guess!.warnings).toHaveLength(1);
      expect(guess!.warnings[0]).toMatch(/outside the trained range/);
      expect((await solve(familiar, { guess: surrogate.predict })).guess!.warnings).toEqual([]);
    });
  });

  it('refuses, and solve starts from zero, where asked to', async () => {
    await using({ outOfRange: 'refuse' }, async (surrogate) => {
      await expect(surrogate.predict(strange)).rejects.toThrow(OutsideTrainedRangeError);
      await surrogate.predict(familiar);
      const { guess, status } = await solve(strange, { guess: surrogate.predict });
      expect(status).toBe('converged');
      expect(guess).toMatchObject({ used: false });
      expect(guess!.reason).toMatch(/outside the trained range/);
    });
  });

  it('is silent where asked to be', async () => {
    const onWarning = () => {
      throw new Error('a warning');
    };
    await using({ outOfRange: 'ignore', onWarning }, (surrogate) => surrogate.predict(strange));
  });

  it('knows loads that it was not trained on', async () => {
    await using({}, async (surrogate) => {
      const boundaryConditions = Object.fromEntries(
        familiar.mesh.patches.map(({ name }) => [name, { type: 'dirichlet' as const, value: 20 }]),
      );
      const { reasons } = surrogate.rangeOf({ ...familiar, source: 0, boundaryConditions });
      expect(reasons).toEqual([
        expect.stringMatching(/^load: share of boundary values in the load is 1, training saw 0/),
      ]);
      const layered = ([x]: readonly number[]) => (x < 3 ? 1 : 50);
      expect(surrogate.rangeOf({ ...familiar, conductivity: layered }).reasons[0]).toMatch(/^material: .*κ/);
    });
  });

  it('refuses a mesh of another dimension by name', async () => {
    const mesh = boxMesh({ size: [1, 1, 1], cells: [2, 2, 2] });
    const boundaryConditions = insulatedBut(mesh, ['xMin']);
    await using({}, async (surrogate) => {
      expect(() => surrogate.rangeOf({ mesh, source: 1, boundaryConditions })).toThrow(/2D meshes.* is 3D/);
    });
  });
});

describe('a card without statistics, as written before they existed', () => {
  it('is read; nothing is known of the range, and the surrogate says that', async () => {
    const { statistics: _, ...trainedRange } = files.card.trainedRange;
    const card = parseModelCard(JSON.stringify({ ...files.card, trainedRange }), 'card.json');
    const warnings: string[] = [];
    await using(
      { outOfRange: 'refuse', onWarning: (text) => warnings.push(text) },
      async (surrogate) => {
        expect(surrogate.rangeOf(strange)).toMatchObject({ score: null, outside: false });
        await surrogate.predict(strange);
        expect(warnings[0]).toMatch(/trained range unknown/);
      },
      { card, onnx: files.onnx },
    );
  });
});
