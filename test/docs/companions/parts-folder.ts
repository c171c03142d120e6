import { equal } from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { boxMesh, type Mesh } from 'fieldsmith/geometry';
import { writeMeshFile } from 'fieldsmith/geometry/files';

mkdirSync('parts');
const box = boxMesh({ size: [1, 1, 1], cells: [3, 3, 3] });
const patches = box.patches.map(({ name, ...range }) => ({
  ...range,
  name: name === 'xMin' ? 'cooling-1' : name,
}));
await writeMeshFile('parts/box.vtu', { ...box, patches });

export function check({ parts }: { parts: readonly { mesh: Mesh }[] }) {
  equal(parts.length, 1);
  equal(parts[0].mesh.cellCount, box.cellCount);
}
