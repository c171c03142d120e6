import { beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { generateMeshes } from '../../datasets/mesh-pool.js';
import { meshOf } from '../../datasets/mesh-requests.js';
import { NPSOLVER_TASKS, type NpsolverTask, npsolverTask } from '../../datasets/npsolver-task.js';
import { drawSample, type PoissonTask, poissonTask } from '../../datasets/poisson-task.js';

const small = { trainingMeshes: 4, testMeshes: 3, samplesPerMesh: 2, seed: 6 };
const cellCounts = { dirichlet: 120, neumann: 120, 'random-bc': 120, cube: 300, control: 150 } as const;

describe.each(NPSOLVER_TASKS)('the task %s', (name) => {
  let definition: NpsolverTask;
  let task: PoissonTask;
  beforeAll(async () => {
    definition = npsolverTask(name, { ...small, cellCount: cellCounts[name] });
    const meshes = await generateMeshes(definition.trainingMeshes, { workers: 0 });
    task = poissonTask({ meshes, ...definition.task });
  });

  it('is plain data and draws the same from a copy of it', () => {
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
    const copy = structuredClone(task);
    for (const index of [0, 1, 2]) expect(drawSample(copy, 4, index)).toEqual(drawSample(task, 4, index));
  });

  it('draws without touching meshes or what was drawn before', () => {
    const meshes = structuredClone(task.meshes);
    const first = drawSample(task, 1, 0);
    const kept = structuredClone(first);
    // a mesh comes again with other boundaries, often
    for (let index = 1; index < 12; index++) drawSample(task, 1, index);
    expect(first).toEqual(kept);
    expect(task.meshes).toEqual(meshes);
  });

  it('has test meshes that training has not, and as many samples as told', () => {
    const training = new Set(definition.trainingMeshes.map((request) => JSON.stringify(request)));
    for (const { meshes, samplesPerMesh } of definition.categories) {
      expect(meshes.length * samplesPerMesh).toBe(6);
      for (const request of meshes) expect(training.has(JSON.stringify(request))).toBe(false);
    }
  });

  it('draws types, values and sources as published', () => {
    for (let index = 0; index < 12; index++) {
      const { boundaryTypes, boundaryValues, sources, meshIndex, singular } = drawSample(task, 2, index);
      const { cellVolumes, cellCount } = task.meshes[meshIndex];
      const types = Object.values(boundaryTypes);
      const integral = sources[0].reduce((sum, value, cell) => sum + value * cellVolumes[cell], 0);
      const mean = sources[0].reduce((sum, value) => sum + value, 0) / cellCount;
      if (name === 'control') {
        expect(types.filter((type) => type === 'dirichlet')).toHaveLength(1);
        const [values] = Object.values(boundaryValues!);
        expect(new Set(values).size).toBe(4);
        expect(mean).toBeCloseTo(1, 10);
        continue;
      }
      expect(boundaryValues).toBeUndefined();
      if (name === 'dirichlet') {
        expect(new Set(types)).toEqual(new Set(['dirichlet']));
        expect(Math.max(...sources[0].map(Math.abs))).toBeCloseTo(1, 6);
      } else {
        expect(Math.abs(integral)).toBeLessThan(1e-9);
        if (name === 'neumann') expect(singular).toBe(true);
      }
    }
  });
});

describe('npsolverTask', () => {
  it('has the published numbers of meshes and samples', () => {
    const { trainingMeshes, categories } = npsolverTask('random-bc');
    expect(trainingMeshes).toHaveLength(100);
    expect(categories.map(({ meshes, samplesPerMesh }) => [meshes.length, samplesPerMesh])).toEqual([
      [1, 100],
      ...Array(4).fill([10, 10]),
    ]);
    const cube = npsolverTask('cube');
    expect([cube.trainingMeshes.length, cube.categories[0].meshes.length]).toEqual([40, 10]);
  });

  it('trains on squares with four removed corners and tests on none to four', () => {
    const { trainingMeshes, categories } = npsolverTask('dirichlet', { ...small, cellCount: 60 });
    const sides = (request: (typeof trainingMeshes)[number]) => meshOf(request).patches.length;
    expect(trainingMeshes.map(sides)).toEqual(Array(4).fill(12));
    expect(categories.map(({ meshes }) => sides(meshes[0]))).toEqual([4, 6, 8, 10, 12]);
  });

  it('cubes have at least 8,000 cells by default, holes along every axis and patches named after it', () => {
    const { trainingMeshes } = npsolverTask('cube', { trainingMeshes: 12 });
    const axes = new Set<string>();
    for (const request of trainingMeshes.slice(0, 6)) {
      const mesh = meshOf(request);
      expect(mesh.cellCount).toBeGreaterThan(8000);
      const names = mesh.patches.map(({ name }) => name).sort();
      expect(names).toEqual(['hole', 'xMax', 'xMin', 'yMax', 'yMin', 'zMax', 'zMin']);
      for (const { name, start, size } of mesh.patches) {
        if (name === 'hole') continue;
        const axis = 'xyz'.indexOf(name[0]);
        const outward = name.endsWith('Max') ? 1 : -1;
        for (let face = start; face < start + size; face++) {
          expect(mesh.faceNormals[3 * face + axis]).toBeCloseTo(outward, 12);
        }
      }
      // the hole's walls do not face along its axis
      const hole = mesh.patches.find(({ name }) => name === 'hole')!;
      axes.add(
        'xyz'[
          '012'.split('').findIndex((k) => Math.abs(mesh.faceNormals[3 * hole.start + Number(k)]) < 1e-12)
        ],
      );
    }
    expect([...axes].sort()).toEqual(['x', 'y', 'z']);
  });

  it('refuses unknown names and counts', () => {
    expect(() => npsolverTask('wave' as 'cube')).toThrow(/dirichlet, neumann, random-bc, cube, control/);
    expect(() => npsolverTask('cube', { cellCount: 0 })).toThrow(InvalidInputError);
  });
});
