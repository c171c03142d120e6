import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  allDirichlet,
  allNeumann,
  randomBoundaryTypes,
  sampleBoundaryTypes,
} from '../../datasets/boundary-types.js';
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

  it('refuses what cannot be solved', () => {
    expect(() => poissonTask({ meshes: [] })).toThrow(InvalidInputError);
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
