import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  allDirichlet,
  allNeumann,
  randomBoundaryTypes,
  sampleBoundaryTypes,
} from '../../datasets/boundary-types.js';
import { piecewiseTemperatures } from '../../datasets/boundary-values.js';
import { lognormalConductivity } from '../../datasets/conductivity.js';
import { drawSample, poissonTask } from '../../datasets/poisson-task.js';
import { squareGrid } from './square-grid.js';

const meshes = [squareGrid(6), squareGrid(7), squareGrid(8)];

describe('poissonTask', () => {
  it('draws the same sample for the same seed and index, whatever was drawn before', () => {
    const task = poissonTask({ meshes, sourcesPerSample: 2 });
    const forward = [0, 1, 2, 3].map((index) => drawSample(task, 9, index));
    const backward = [3, 2, 1, 0].map((index) => drawSample(task, 9, index)).reverse();
    expect(backward).toEqual(forward);
    expect(drawSample(task, 10, 0).sources).not.toEqual(forward[0].sources);
    expect(forward[1].sources).not.toEqual(forward[0].sources);
  });

  it('draws every mesh and never touches one', () => {
    const before = structuredClone(meshes);
    const task = poissonTask({ meshes });
    const seen = new Set(Array.from({ length: 60 }, (_, index) => drawSample(task, 1, index).meshIndex));
    expect([...seen].sort()).toEqual([0, 1, 2]);
    expect(meshes).toEqual(before);
  });

  it('gives all-Neumann draws a source that they can balance, and leaves the others alone', () => {
    const task = poissonTask({ meshes, boundary: randomBoundaryTypes({ probability: 0.2 }) });
    const kinds = { singular: 0, regular: 0 };
    for (let index = 0; index < 60; index++) {
      const sample = drawSample(task, 2, index);
      const { cellVolumes } = meshes[sample.meshIndex];
      const integral = sample.sources[0].reduce((sum, value, cell) => sum + value * cellVolumes[cell], 0);
      const all = Object.values(sample.boundaryTypes).every((type) => type === 'neumann');
      expect(sample.singular).toBe(all);
      if (all) {
        expect(Math.abs(integral)).toBeLessThan(1e-12);
        kinds.singular++;
      } else {
        expect(Math.abs(integral)).toBeGreaterThan(1e-6);
        kinds.regular++;
      }
    }
    expect(Math.min(kinds.singular, kinds.regular)).toBeGreaterThan(5);
  });

  it('passes a fixed set round after round, each sample once a round and in another order', () => {
    const task = poissonTask({ meshes, distinctSamples: 12 });
    const endless = poissonTask({ meshes });
    const rounds = [0, 1, 2, 3].map((round) =>
      Array.from({ length: 12 }, (_, i) => drawSample(task, 3, 12 * round + i)),
    );
    expect(rounds[0]).toEqual(rounds[0].map((_, index) => drawSample(endless, 3, index)));
    for (const round of rounds) {
      expect([...round].sort((a, b) => a.index - b.index)).toEqual(rounds[0]);
    }
    expect(new Set(rounds.map((round) => round.map(({ index }) => index).join())).size).toBe(4);
  });

  it('draws κ and temperatures of streams of their own, so that types and sources stay as they were', () => {
    const plain = poissonTask({ meshes, boundary: randomBoundaryTypes() });
    const rich = poissonTask({
      meshes,
      boundary: piecewiseTemperatures({ types: randomBoundaryTypes() }),
      conductivity: lognormalConductivity(),
    });
    for (const index of [0, 1, 2]) {
      const { boundaryValues, conductivity, ...rest } = drawSample(rich, 5, index);
      expect(rest).toEqual(drawSample(plain, 5, index));
      expect(conductivity).toHaveLength(meshes[rest.meshIndex].cellCount);
      expect(boundaryValues !== undefined).toBe(!rest.singular);
    }
  });

  it('refuses what cannot be solved', () => {
    expect(() => poissonTask({ meshes: [] })).toThrow(InvalidInputError);
    expect(() => poissonTask({ meshes, distinctSamples: 0 })).toThrow(/distinctSamples/);
    expect(() => poissonTask({ meshes: [meshes[0], { ...meshes[1], dimension: 3 }] })).toThrow(
      /2D and partly 3D/,
    );
    const insulated = piecewiseTemperatures({ types: allNeumann() });
    expect(() => poissonTask({ meshes, boundary: insulated, removeMean: 'never' })).toThrow(/no solution/);
    expect(() => poissonTask({ meshes, sourcesPerSample: 0 })).toThrow(InvalidInputError);
    expect(() => poissonTask({ meshes, boundary: allNeumann(), removeMean: 'never' })).toThrow(/no solution/);
    expect(() => poissonTask({ meshes, boundary: allDirichlet(), removeMean: 'never' })).not.toThrow();
  });
});

describe('boundary samplers', () => {
  it('draws each patch on its own with the stated probability', () => {
    const random = createRandom(6);
    const sampler = randomBoundaryTypes({ probability: 0.3 });
    const count = 2000;
    const draws = Array.from({ length: count }, () => sampleBoundaryTypes(sampler, meshes[0], random));
    const share = (holds: (types: Readonly<Record<string, string>>) => boolean) =>
      draws.filter(holds).length / count;
    const within = (p: number) => 5 * Math.sqrt((p * (1 - p)) / count);
    for (const { name } of meshes[0].patches) {
      expect(Math.abs(share((types) => types[name] === 'dirichlet') - 0.3)).toBeLessThan(within(0.3));
    }
    const both = share((types) => types.left === 'dirichlet' && types.top === 'dirichlet');
    expect(Math.abs(both - 0.09)).toBeLessThan(within(0.09));
  });

  it('refuses a probability outside [0, 1]', () => {
    expect(() => randomBoundaryTypes({ probability: 1.1 })).toThrow(InvalidInputError);
    expect(() => randomBoundaryTypes({ probability: Number.NaN })).toThrow(InvalidInputError);
  });
});
