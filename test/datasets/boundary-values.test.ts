import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { createRandom } from '../../common/random.js';
import {
  allDirichlet,
  fixedBoundaryTypes,
  randomBoundaryTypes,
  sampleBoundaryTypes,
  someDirichlet,
} from '../../datasets/boundary-types.js';
import {
  boundaryConditionsOf,
  piecewiseTemperatures,
  sampleBoundaryValues,
} from '../../datasets/boundary-values.js';
import { squareGrid } from './square-grid.js';

const mesh = squareGrid(10);

describe('samplers by name', () => {
  it('fix types, with a star for the rest of a name', () => {
    const types = sampleBoundaryTypes(
      fixedBoundaryTypes({ dirichlet: ['le*', 'top'] }),
      mesh,
      createRandom(1),
    );
    expect(types).toEqual({ left: 'dirichlet', right: 'neumann', bottom: 'neumann', top: 'dirichlet' });
    const missing = fixedBoundaryTypes({ dirichlet: ['inlet'] });
    expect(() => sampleBoundaryTypes(missing, mesh, createRandom(1))).toThrow(
      /inlet.*this mesh has left, right/,
    );
    expect(() => fixedBoundaryTypes({ dirichlet: [] })).toThrow(InvalidInputError);
  });

  it('draw as many Dirichlet patches as told, among those told', () => {
    const random = createRandom(2);
    const sampler = someDirichlet({ count: [1, 2], among: ['left', 'right', 'top'] });
    const seen = { left: 0, right: 0, top: 0 };
    for (let draw = 0; draw < 600; draw++) {
      const types = sampleBoundaryTypes(sampler, mesh, random);
      const dirichlet = Object.keys(types).filter((name) => types[name] === 'dirichlet');
      expect(dirichlet.length).toBeGreaterThanOrEqual(1);
      expect(dirichlet.length).toBeLessThanOrEqual(2);
      for (const name of dirichlet) seen[name as keyof typeof seen]++;
    }
    // each is in half of the draws: 1.5 of 3 patches
    for (const count of Object.values(seen)) expect(Math.abs(count - 300)).toBeLessThan(5 * Math.sqrt(150));
    expect(() => someDirichlet({ count: [0, 1] })).toThrow(InvalidInputError);
  });
});

describe('piecewiseTemperatures', () => {
  it('has groups of faces at temperatures of their own, within the bounds', () => {
    const sampler = piecewiseTemperatures({ groups: 4, low: -5, high: 5 });
    const types = sampleBoundaryTypes(allDirichlet(), mesh, createRandom(1));
    const all: number[] = [];
    const random = createRandom(3);
    for (let draw = 0; draw < 300; draw++) {
      const values = sampleBoundaryValues(sampler, mesh, types, random)!;
      for (const { name } of mesh.patches) {
        const temperatures = [...new Set(values[name])];
        // 10 faces: groups of 3, 3, 2 and 2
        expect(temperatures.map((t) => values[name].filter((other) => other === t).length).sort()).toEqual([
          2, 2, 3, 3,
        ]);
        all.push(...temperatures);
      }
    }
    expect(Math.min(...all)).toBeGreaterThanOrEqual(-5);
    expect(Math.max(...all)).toBeLessThanOrEqual(5);
    const mean = all.reduce((sum, t) => sum + t, 0) / all.length;
    const variance = all.reduce((sum, t) => sum + t * t, 0) / all.length;
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(100 / 12 / all.length));
    // variance of t² of a uniform t in [−5, 5]: 5⁴ (1/5 − 1/9)
    expect(Math.abs(variance - 100 / 12)).toBeLessThan(5 * Math.sqrt((625 * (1 / 5 - 1 / 9)) / all.length));
  });

  it('leaves Neumann patches and draws without Dirichlet patches alone', () => {
    const sampler = piecewiseTemperatures({ types: randomBoundaryTypes() });
    const types = { left: 'dirichlet', right: 'neumann', bottom: 'neumann', top: 'neumann' } as const;
    const values = sampleBoundaryValues(sampler, mesh, types, createRandom(1))!;
    expect(Object.keys(values)).toEqual(['left']);
    expect(boundaryConditionsOf({ boundaryTypes: types, boundaryValues: values })).toEqual({
      left: { type: 'dirichlet', value: values.left },
      right: { type: 'neumann', flux: 0 },
      bottom: { type: 'neumann', flux: 0 },
      top: { type: 'neumann', flux: 0 },
    });
    const none = { ...types, left: 'neumann' } as const;
    expect(sampleBoundaryValues(sampler, mesh, none, createRandom(1))).toBeUndefined();
    expect(sampleBoundaryValues(randomBoundaryTypes(), mesh, types, createRandom(1))).toBeUndefined();
  });

  it('refuses groups and bounds that are none', () => {
    expect(() => piecewiseTemperatures({ groups: 0 })).toThrow(InvalidInputError);
    expect(() => piecewiseTemperatures({ low: 5, high: -5 })).toThrow(InvalidInputError);
  });
});
