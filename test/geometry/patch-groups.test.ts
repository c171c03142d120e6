import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { boxMesh, generateMesh, type Mesh, patchGroups, plateWithHoles } from '../../geometry/index.js';

const plate = generateMesh(plateWithHoles({ holes: 2, seed: 3, sides: 14 }), { cellCount: 400 });
const sizes = (groups: Int32Array, count: number) =>
  Array.from({ length: count }, (_, group) => groups.filter((other) => other === group).length);

/** Pieces of the boundary, joined at points, that a group of faces of a patch in the plane falls into. */
function pieces(mesh: Mesh, start: number, groups: Int32Array, group: number): number {
  const faces = [...groups.keys()].filter((face) => groups[face] === group);
  const ends = (face: number) => [0, 1].map((end) => mesh.facePoints[mesh.faceOffsets[start + face] + end]);
  const left = new Set(faces);
  let count = 0;
  while (left.size > 0) {
    count++;
    const queue = [left.values().next().value!];
    left.delete(queue[0]);
    while (queue.length > 0) {
      const mine = ends(queue.pop()!);
      for (const other of [...left]) {
        if (!ends(other).some((point) => mine.includes(point))) continue;
        left.delete(other);
        queue.push(other);
      }
    }
  }
  return count;
}

describe('patchGroups', () => {
  it('splits sides and closed curves into pieces of equal size without gaps', () => {
    for (const patch of plate.patches) {
      const groups = patchGroups(plate, patch, 4);
      const [share, larger] = [Math.floor(patch.size / 4), patch.size % 4];
      expect(sizes(groups, 4)).toEqual([0, 1, 2, 3].map((group) => share + (group < larger ? 1 : 0)));
      for (let group = 0; group < 4; group++) expect(pieces(plate, patch.start, groups, group)).toBe(1);
    }
  });

  it('counts along the boundary, counter-clockwise about the domain', () => {
    const bottom = plate.patches.find(({ name }) => name === 'bottom')!;
    const groups = patchGroups(plate, bottom, 3);
    const x = (face: number) => plate.faceCentroids[2 * (bottom.start + face)];
    for (const face of groups.keys()) {
      for (const other of groups.keys()) {
        if (x(face) < x(other)) expect(groups[face]).toBeLessThanOrEqual(groups[other]);
      }
    }
  });

  it('goes along the longest direction in space, and leaves groups empty where faces are few', () => {
    const box = boxMesh({ size: [3, 1, 1], cells: [6, 2, 2] });
    const side = box.patches.find(({ name }) => name === 'yMin')!;
    const groups = patchGroups(box, side, 3);
    groups.forEach((group, face) => {
      expect(group).toBe(Math.floor(box.faceCentroids[3 * (side.start + face)]));
    });
    expect(sizes(patchGroups(box, side, 20), 20)).toEqual([...Array(12).fill(1), ...Array(8).fill(0)]);
    expect(() => patchGroups(box, side, 0)).toThrow(InvalidInputError);
  });
});
