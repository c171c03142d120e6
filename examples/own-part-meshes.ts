import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from 'fieldsmith/datasets';
import { generateTetrahedra } from 'fieldsmith/geometry';
import { writeMeshFile, writeStlFile } from 'fieldsmith/geometry/files';
import { bracket } from './bracket.js';

/**
 * Stands in for a CAD program: brackets of many lengths, thicknesses and hole radii in `folder`, a third of them surfaces (.stl),
 * the others meshes (.msh, .vtu), and in `folder/other` brackets of another make: twice as long, and with fins. Millimetres.
 */
export async function run(folder = 'runs/brackets', count = 40, cellSize = 6, seed = 1) {
  mkdirSync(folder, { recursive: true });
  const random = createRandom(seed);
  for (let part = 0; part < count; part++) {
    const surface = bracket({
      length: random.uniform(65, 95),
      height: random.uniform(54, 72),
      depth: random.uniform(50, 62),
      thickness: random.uniform(8, 12),
      boltRadius: random.uniform(4, 5.5),
      holeRadius: random.uniform(6, 9),
      fins: 0,
    });
    const name = join(folder, `bracket-${String(part).padStart(3, '0')}`);
    if (part % 3 === 0) await writeStlFile(`${name}.stl`, surface, { encoding: 'ascii' });
    else {
      const { mesh } = generateTetrahedra({ surface, cellSize });
      await writeMeshFile(`${name}${part % 3 === 1 ? '.msh' : '.vtu'}`, mesh);
    }
  }
  const other = join(folder, 'other');
  mkdirSync(other, { recursive: true });
  const makes = { long: { length: 160, fins: 0 }, finned: { length: 90, fins: 2, finThickness: 8 } };
  for (const [name, parameters] of Object.entries(makes)) {
    await writeStlFile(join(other, `${name}.stl`), bracket(parameters), { encoding: 'ascii' });
  }
  return { folder, count };
}
