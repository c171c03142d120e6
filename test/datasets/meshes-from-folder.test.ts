import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixedBoundaryTypes } from '../../datasets/boundary-types.js';
import { meshesFromFolder } from '../../datasets/meshes-from-folder.js';
import { drawSample, poissonTask } from '../../datasets/poisson-task.js';
import { writeMeshFile, writeStlFile } from '../../geometry/files/index.js';
import { boxMesh, generateMesh, plateWithHoles } from '../../geometry/index.js';
import { boxSurface } from '../geometry/surfaces.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('meshesFromFolder', () => {
  it('reads every format by file name, fills surfaces, and keeps patches and volumes', async () => {
    const box = boxMesh({ size: [1, 2, 1], cells: [3, 4, 3] });
    await writeMeshFile(join(folder, 'b.msh'), box);
    await writeMeshFile(join(folder, 'a.vtu'), box);
    await writeStlFile(join(folder, 'c.STL'), boxSurface([1, 2, 1]));
    writeFileSync(join(folder, 'notes.txt'), 'not a mesh');
    const found = await meshesFromFolder(folder, { cellCount: 6000, workers: 1 });
    expect(found.map(({ file }) => file)).toEqual(['a.vtu', 'b.msh', 'c.STL']);
    for (const { mesh } of found) {
      expect(mesh.cellVolumes.reduce((sum, volume) => sum + volume, 0)).toBeCloseTo(2, 3);
    }
    const names = ({ mesh }: (typeof found)[number]) => mesh.patches.map(({ name }) => name).sort();
    expect(names(found[1])).toEqual(names({ file: '', mesh: box }));
    expect(names(found[2])).toHaveLength(6);
    expect(Math.abs(found[2].mesh.cellCount / 6000 - 1)).toBeLessThan(0.15);
  });

  it('makes a task whose types go by the patches of the files', async () => {
    const plate = generateMesh(plateWithHoles({ holes: 2, seed: 1 }), { cellCount: 200 });
    await writeMeshFile(join(folder, 'plate.msh'), plate);
    const [{ mesh }] = await meshesFromFolder(folder);
    const task = poissonTask({ meshes: [mesh], boundary: fixedBoundaryTypes({ dirichlet: ['hole-*'] }) });
    const { boundaryTypes } = drawSample(task, 1, 0);
    expect(boundaryTypes).toMatchObject({ 'hole-0': 'dirichlet', 'hole-1': 'dirichlet', left: 'neumann' });
  });

  it('names every file that cannot be used, and why', async () => {
    await writeMeshFile(join(folder, 'good.msh'), boxMesh({ size: [1, 1, 1], cells: [2, 2, 2] }));
    writeFileSync(join(folder, 'broken.msh'), '$MeshFormat\n4.1 0 8\n');
    writeFileSync(join(folder, 'empty.stl'), '');
    await expect(meshesFromFolder(folder)).rejects.toThrow(
      /2 of 3 files could not be used.*broken\.msh: .*empty\.stl: /s,
    );
  });

  it('refuses folders without meshes, missing ones, and plane and space together', async () => {
    await expect(meshesFromFolder(folder)).rejects.toThrow(
      /holds no file that ends in \.msh, \.vtu, \.vtk, \.stl/,
    );
    await expect(meshesFromFolder(join(folder, 'none'))).rejects.toThrow(/cannot read the folder/);
    await writeMeshFile(join(folder, 'box.msh'), boxMesh({ size: [1, 1, 1], cells: [2, 2, 2] }));
    await writeMeshFile(
      join(folder, 'plate.msh'),
      generateMesh(plateWithHoles({ holes: 1, seed: 1 }), { cellCount: 100 }),
    );
    await expect(meshesFromFolder(folder)).rejects.toThrow(/plane \(plate\.msh\) and of space \(box\.msh\)/);
  });

  it('says which surface could not be filled', async () => {
    await writeStlFile(join(folder, 'thin.stl'), boxSurface([1, 1, 0.01]));
    await expect(meshesFromFolder(folder, { cellSize: 0.3, workers: 1 })).rejects.toThrow(
      /thin\.stl: generateTetrahedra/,
    );
  });
});
