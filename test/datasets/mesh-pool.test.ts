import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { generateMeshes } from '../../datasets/mesh-pool.js';
import {
  cornerRemovedMeshes,
  cubeWithHoleMeshes,
  type MeshRequest,
  plateWithHolesMeshes,
} from '../../datasets/mesh-requests.js';
import { boxSurface } from '../geometry/surfaces.js';

describe('mesh pool', () => {
  it('generates the same meshes on the calling thread and on one or two workers, in order', async () => {
    const requests = cornerRemovedMeshes({ corners: 3, count: 4, seed: 5, cellCount: 150 });
    const here = await generateMeshes(requests, { workers: 0 });
    expect(await generateMeshes(requests, { workers: 1 })).toEqual(here);
    let reported = 0;
    const progress = { update: () => reported++, message: () => {} };
    expect(await generateMeshes(requests, { workers: 2, progress })).toEqual(here);
    expect(reported).toBe(4);
    expect(new Set(here.map(({ cellVolumes }) => cellVolumes.reduce((sum, v) => sum + v, 0))).size).toBe(4);
  });

  it('generates plates, cubes and filled surfaces on workers, too', async () => {
    const requests: MeshRequest[] = [
      ...plateWithHolesMeshes({ count: 2, seed: 1, cellCount: 200 }),
      ...cubeWithHoleMeshes({ count: 2, seed: 1, cellCount: 250 }),
      { kind: 'surface', options: { surface: boxSurface([1, 2, 1]), cellSize: 0.35 } },
    ];
    const here = await generateMeshes(requests, { workers: 0 });
    expect(await generateMeshes(requests, { workers: 2 })).toEqual(here);
    expect(here.map(({ dimension }) => dimension)).toEqual([2, 2, 3, 3, 3]);
    // without holes a plate has 4π²; a cube (2π)³
    const volumes = here.map(({ cellVolumes }) => cellVolumes.reduce((sum, volume) => sum + volume, 0));
    for (const [mesh, whole] of [
      [0, 4 * Math.PI ** 2],
      [2, 8 * Math.PI ** 3],
    ]) {
      expect(volumes[mesh]).toBeLessThan(0.995 * whole);
      expect(volumes[mesh]).toBeGreaterThan(0.6 * whole);
    }
    expect(volumes[4]).toBeCloseTo(2, 6);
  });

  it('gives mesh i the same shape in a longer list', () => {
    const short = cornerRemovedMeshes({ corners: 4, count: 2, seed: 1 });
    expect(cornerRemovedMeshes({ corners: 4, count: 5, seed: 1 }).slice(0, 2)).toEqual(short);
    expect(cornerRemovedMeshes({ corners: 4, count: 2, seed: 2 })).not.toEqual(short);
  });

  it('stops when asked to', async () => {
    const requests = cornerRemovedMeshes({ corners: 4, count: 30, seed: 5, cellCount: 150 });
    const controller = new AbortController();
    const update = (_: string, done: number) => done === 2 && controller.abort();
    const options = { workers: 1, signal: controller.signal, progress: { update, message: () => {} } };
    await expect(generateMeshes(requests, options)).rejects.toThrow(/abort/i);
  });

  it('passes a worker’s error on and refuses impossible counts', async () => {
    const [request] = cornerRemovedMeshes({ corners: 0, count: 1, seed: 1 });
    const bad = { ...request, options: { cellCount: -1 } };
    await expect(generateMeshes([request, bad, bad], { workers: 1 })).rejects.toThrow(
      /mesh 1: .*cellCount must be positive/,
    );
    expect(() => cornerRemovedMeshes({ corners: 1, count: 0, seed: 1 })).toThrow(InvalidInputError);
  });
});
