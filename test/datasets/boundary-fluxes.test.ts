import { describe, expect, it } from 'vitest';
import {
  allNeumann,
  boundaryConditionsOf,
  drawSampleOnMesh,
  fixedBoundaryTypes,
  poissonTask,
  uniformFluxes,
} from '../../datasets/index.js';
import { boxMesh, type Mesh } from '../../geometry/index.js';
import { assembleOperator, assembleRightHandSide } from '../../solvers/index.js';

const box = (size: readonly [number, number, number]) => boxMesh({ size, cells: [4, 3, 2] });
const areaOf = ({ patches, faceAreas }: Mesh, name: string) => {
  const { start, size } = patches.find((patch) => patch.name === name)!;
  return faceAreas.subarray(start, start + size).reduce((sum, area) => sum + area, 0);
};

describe('uniformFluxes', () => {
  const boundary = fixedBoundaryTypes({ dirichlet: ['xMin'] });

  it('lets at most the heat of a source of 1 through each named Neumann patch, whatever its size', () => {
    const mesh = box([3, 2, 0.5]);
    const task = poissonTask({
      meshes: [mesh],
      boundary,
      fluxes: uniformFluxes({ patches: ['x*', 'zMax'] }),
    });
    const heats: number[] = [];
    for (let index = 0; index < 200; index++) {
      const { boundaryFluxes } = drawSampleOnMesh(task, 0, 1, index);
      expect(Object.keys(boundaryFluxes!).sort()).toEqual(['xMax', 'zMax']);
      for (const [patch, flux] of Object.entries(boundaryFluxes!))
        heats.push((flux * areaOf(mesh, patch)) / 3);
    }
    expect(Math.max(...heats)).toBeLessThanOrEqual(1);
    expect(Math.min(...heats)).toBeGreaterThanOrEqual(-1);
    // 400 draws of a uniform variable of mean 0 and variance 1/3
    expect(Math.abs(heats.reduce((sum, heat) => sum + heat, 0) / 400)).toBeLessThan(
      4 * Math.sqrt(1 / 3 / 400),
    );
    expect(Math.max(...heats)).toBeGreaterThan(0.9);
  });

  it('adds its heat to b', () => {
    const mesh = box([1, 2, 3]);
    const task = poissonTask({ meshes: [mesh], boundary, fluxes: uniformFluxes({ patches: ['yMax'] }) });
    const sample = drawSampleOnMesh(task, 0, 1, 0);
    const operator = assembleOperator(mesh, 1, sample.boundaryTypes);
    const b = assembleRightHandSide(operator, 0, boundaryConditionsOf(sample));
    const heat = sample.boundaryFluxes!.yMax * areaOf(mesh, 'yMax');
    expect(b.reduce((sum, value) => sum + value, 0)).toBeCloseTo(heat, 12);
  });

  it('gives the same part in millimetres the same heat over its volume', () => {
    const [metres, millimetres] = [1, 1000].map((scale) => {
      const mesh = box([scale, 2 * scale, 3 * scale]);
      const task = poissonTask({ meshes: [mesh], boundary, fluxes: uniformFluxes() });
      const { boundaryFluxes } = drawSampleOnMesh(task, 0, 5, 2);
      return (boundaryFluxes!.zMax * areaOf(mesh, 'zMax')) / (6 * scale ** 3);
    });
    expect(millimetres).toBeCloseTo(metres, 12);
  });

  it('leaves problems alone that could not lose the heat, and other draws as they were', () => {
    const meshes = [box([1, 1, 1])];
    const fluxes = uniformFluxes();
    const insulated = poissonTask({ meshes, boundary: allNeumann(), fluxes });
    expect(drawSampleOnMesh(insulated, 0, 1, 0).boundaryFluxes).toBeUndefined();
    const [plain, heated] = [{}, { fluxes }].map((more) =>
      drawSampleOnMesh(poissonTask({ meshes, boundary, ...more }), 0, 1, 0),
    );
    expect(heated.sources).toEqual(plain.sources);
    expect(() => uniformFluxes({ strength: 0 })).toThrow(/strength must be positive/);
  });
});
