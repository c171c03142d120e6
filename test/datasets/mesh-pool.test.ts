import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { generateMeshes } from '../../datasets/mesh-pool.js';
import { cornerRemovedMeshes } from '../../datasets/mesh-requests.js';

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
