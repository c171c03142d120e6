import { describe, expect, it } from 'vitest';
import {
  boundaryConditionsOf,
  drawSampleOnMesh,
  hotSpots,
  lognormalConductivity,
  piecewiseTemperatures,
  poissonTask,
  randomBoundaryTypes,
  uniformFluxes,
} from '../../datasets/index.js';
import { solve } from '../../solvers/index.js';
import { evaluationSamples } from '../../training/evaluation-samples.js';
import { smallTask } from './task-meshes.js';

describe('evaluationSamples', () => {
  it.each(['random-bc', 'control', 'cube', 'fluxes'] as const)(
    '%s: references are what solve finds',
    async (name) => {
      const task =
        name === 'fluxes'
          ? poissonTask({ meshes: (await smallTask('control')).meshes, fluxes: uniformFluxes() })
          : await smallTask(name);
      const samples = evaluationSamples(task, { category: name, count: 4, seed: 3 });
      for (const sample of samples) {
        const { operator, source, reference } = sample;
        const problem = { mesh: operator.mesh, source, boundaryConditions: boundaryConditionsOf(sample) };
        const options = {
          relativeTolerance: 1e-11,
          preconditioner: 'jacobi',
          nonOrthogonalCorrection: false,
        } as const;
        const { solution } = await solve(problem, options);
        const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        solution.forEach((value, cell) => {
          expect(Math.abs(value - reference[cell])).toBeLessThan(1e-7 * largest);
        });
      }
    },
  );

  it('knows κ and boundary values: heated inside, nowhere colder than the coldest wall', async () => {
    const { meshes } = await smallTask('control');
    const task = poissonTask({
      meshes,
      source: hotSpots(),
      boundary: piecewiseTemperatures({ low: 20, high: 30 }),
      conductivity: lognormalConductivity(),
    });
    for (const { operator, reference, boundaryValues } of evaluationSamples(task, {
      category: 'κ',
      count: 5,
      seed: 1,
    })) {
      const values = Object.values(boundaryValues!).flatMap((patch) => [...patch]);
      expect(Math.min(...reference)).toBeGreaterThan(Math.min(...values) - 1e-6);
      expect(new Set(operator.conductivity).size).toBeGreaterThan(10);
    }
  });

  it('shares operators among samples with equal boundaries, and is what each sample is by itself', async () => {
    const { meshes } = await smallTask('dirichlet');
    const fixed = poissonTask({ meshes, boundary: { kind: 'all-dirichlet' } });
    const operators = evaluationSamples(fixed, { category: 'a', count: 9, seed: 4 }).map(
      ({ operator }) => operator,
    );
    expect(new Set(operators).size).toBe(meshes.length);

    const random = poissonTask({ meshes: [meshes[0]], boundary: randomBoundaryTypes() });
    const together = evaluationSamples(random, { category: 'a', count: 6, seed: 4 });
    together.forEach(({ source, boundaryTypes }, index) => {
      const drawn = drawSampleOnMesh(random, 0, 4, index);
      expect(boundaryTypes).toEqual(drawn.boundaryTypes);
      expect(source).toEqual(drawn.sources[0]);
    });
  });
});
