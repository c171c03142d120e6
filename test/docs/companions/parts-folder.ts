import { mkdirSync } from 'node:fs';
import { boxMesh } from 'fieldsmith/geometry';
import { writeMeshFile } from 'fieldsmith/geometry/files';

mkdirSync('parts');
const box = boxMesh({ size: [1, 1, 1], cells: [3, 3, 3] });
const patches = box.patches.map(({ name, ...range }) => ({
  ...range,
  name: name === 'xMin' ? 'cooling-1' : name,
}));
await writeMeshFile('parts/box.vtu', { ...box, patches });
