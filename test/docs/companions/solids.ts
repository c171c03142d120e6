import { ok } from 'node:assert/strict';
import type { Mesh, PolygonGeometry } from 'fieldsmith/geometry';

export const section: PolygonGeometry = {
  outer: {
    vertices: [
      [0, 0],
      [0.1, 0],
      [0, 0.1],
    ],
    patches: 'rim',
  },
};

/** An ASCII STL file of the box [0, 0.02] × [0, 0.01]²: two triangles a side, normals left to the reader. */
export const bytes = new TextEncoder().encode(
  [
    'solid box',
    ...[
      [0, 2, 3, 1],
      [4, 5, 7, 6],
      [0, 1, 5, 4],
      [2, 6, 7, 3],
      [0, 4, 6, 2],
      [1, 3, 7, 5],
    ].flatMap(([a, b, c, d]) => [facet(a, b, c), facet(a, c, d)]),
    'endsolid box',
  ].join('\n'),
);

function facet(...corners: number[]): string {
  const vertices = corners.map((i) => `vertex ${0.02 * (i & 1)} ${0.005 * (i & 2)} ${0.0025 * (i & 4)}`);
  return `facet normal 0 0 0\nouter loop\n${vertices.join('\n')}\nendloop\nendfacet`;
}

export function check({ ball, part }: { ball: { mesh: Mesh }; part: { mesh: Mesh } }) {
  const volume = ({ mesh }: { mesh: Mesh }) => mesh.cellVolumes.reduce((sum, each) => sum + each, 0);
  ok(Math.abs(volume(ball) / ((4 / 3) * Math.PI) - 1) < 0.05);
  ok(Math.abs(volume(part) / 2e-6 - 1) < 1e-6);
}
