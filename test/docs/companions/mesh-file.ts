import { equal } from 'node:assert/strict';
import type { Mesh } from 'fieldsmith/geometry';
import { readMeshFile, writeMeshFile } from 'fieldsmith/geometry/files';
import { mesh as plate } from './plate.js';

await writeMeshFile('part.msh', plate);
export const progress = { update: () => {}, message: () => {} };
export const { signal } = new AbortController();
export const temperature = new Float64Array(plate.cellCount).fill(20);

export async function check({ mesh }: { mesh: Mesh }) {
  equal(mesh.cellCount, plate.cellCount);
  equal((await readMeshFile('part.vtu')).cellData.temperature.values.length, plate.cellCount);
}
