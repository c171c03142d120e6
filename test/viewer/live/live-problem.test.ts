import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxMesh } from '../../../geometry/index.js';
import { solve } from '../../../solvers/index.js';
import { completeSettings, defaultSettings, typeCoverage } from '../../../viewer/live/default-settings.js';
import { describePart, generatePart, PART_SIDE } from '../../../viewer/live/live-part.js';
import { liveProblem, liveTypes, spotSource } from '../../../viewer/live/live-problem.js';
import { liveStateSchema } from '../../../viewer/live/live-state.js';

const part = { kind: 'holes', cells: 400, cutouts: 2, seed: 3 } as const;

describe('the parts that answer live', () => {
  it('are as large as said, with a patch a side and one a hole', () => {
    const mesh = generatePart(part);
    const { low, high, patches, cellCount, dimension } = describePart(mesh);
    expect(dimension).toBe(2);
    expect(cellCount).toBe(mesh.cellCount);
    expect(Math.abs(cellCount / 400 - 1)).toBeLessThan(0.1);
    expect([...low, ...high]).toEqual([0, 0, PART_SIDE, PART_SIDE]);
    expect(patches.map(({ name }) => name)).toEqual(['bottom', 'right', 'top', 'left', 'hole-0', 'hole-1']);
    for (const { name, size } of patches.slice(0, 4)) expect(size, name).toBeCloseTo(PART_SIDE, 12);
  });

  it('outline every patch by segments as long as the patch in 2D, and by its rim in 3D', () => {
    const lengthOf = (outline: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < outline.length; i += 6)
        sum += Math.hypot(...[0, 1, 2].map((axis) => outline[i + 3 + axis] - outline[i + axis]));
      return sum;
    };
    for (const { size, outline } of describePart(generatePart(part)).patches)
      expect(lengthOf(outline)).toBeCloseTo(size, 12);
    const box = describePart(boxMesh({ size: [2, 3, 4], cells: [2, 3, 2] }));
    const rims = box.patches.map(({ outline }) => Math.round(lengthOf(outline))).sort((a, b) => a - b);
    expect(rims).toEqual([10, 10, 12, 12, 14, 14]);
  });
});

describe('the heat source of the sliders', () => {
  const mesh = generatePart(part);

  it('brings all of its power into the body, wherever it is and however narrow', () => {
    fc.assert(
      fc.property(
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0, max: 1, noNaN: true }))),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        (at, width, power) => {
          const source = spotSource(mesh, { at: at as [number, number, number], width, power });
          const heat = source.reduce((sum, q, cell) => sum + q * mesh.cellVolumes[cell], 0);
          expect(Math.abs(heat - power)).toBeLessThanOrEqual(1e-9 * power);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('falls off as a bell with the width as its deviation', () => {
    const at = [0.3, 0.6, 0.5] as const;
    const width = 0.1;
    const source = spotSource(mesh, { at: [...at], width, power: 10 });
    const squared = (cell: number) =>
      [0, 1].reduce(
        (sum, axis) => sum + (mesh.cellCentroids[2 * cell + axis] - at[axis] * PART_SIDE) ** 2,
        0,
      );
    const reference = source[0] * Math.exp(squared(0) / (2 * (width * PART_SIDE) ** 2));
    for (let cell = 1; cell < mesh.cellCount; cell += 37)
      expect(
        source[cell] / (reference * Math.exp(-squared(cell) / (2 * (width * PART_SIDE) ** 2))),
      ).toBeCloseTo(1, 9);
  });

  it('leaves through the patch that is held: power over length is what the certified heat flux adds up to', async () => {
    const { patches: list } = describePart(mesh);
    const state = liveStateSchema.parse({ source: { power: 700 } });
    const patches = defaultSettings(list, 'few-dirichlet');
    const problem = liveProblem(mesh, { ...state, patches });
    const { solution } = await solve(problem, { nonOrthogonalCorrection: false, relativeTolerance: 1e-11 });
    // in steady state all heat goes to the one cold side, so nothing is colder than it
    expect(Math.min(...solution)).toBeGreaterThan(20);
    expect(liveTypes(patches)).toEqual({
      bottom: 'neumann',
      right: 'neumann',
      top: 'neumann',
      left: 'dirichlet',
      'hole-0': 'neumann',
      'hole-1': 'neumann',
    });
  });
});

describe('settings to begin with', () => {
  const { patches } = describePart(generatePart({ ...part, kind: 'cut-corners' }));

  it('are of the mixture of types that the card of the model tells', () => {
    const typesFor = (boundary: unknown) => {
      const types = Object.values(liveTypes(defaultSettings(patches, typeCoverage(boundary))));
      return types.filter((type) => type === 'dirichlet').length / types.length;
    };
    expect(typesFor({ kind: 'all-dirichlet' })).toBe(1);
    expect(typesFor({ kind: 'all-neumann' })).toBe(0);
    expect(typesFor({ kind: 'random-types', dirichletProbability: 0.5 })).toBeCloseTo(0.5, 1);
    const nested = { kind: 'piecewise-temperatures', types: { kind: 'some-dirichlet', count: [1, 1] } };
    expect(typesFor(nested)).toBeCloseTo(1 / patches.length, 12);
  });

  it('keep what was set of patches that are there, and drop the others', () => {
    const set = {
      left: { type: 'neumann', temperature: 5, flux: 6 },
      gone: { type: 'dirichlet', temperature: 1, flux: 2 },
    } as const;
    const complete = completeSettings({ ...describePart(generatePart(part)) }, 'any', set);
    expect(complete.left).toEqual(set.left);
    expect(Object.keys(complete)).not.toContain('gone');
    // a model that knows one type makes it that
    expect(completeSettings(describePart(generatePart(part)), 'dirichlet', set).left.type).toBe('dirichlet');
  });
});
