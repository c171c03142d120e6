import type { Mesh } from '../../geometry/index.js';

/** Share of the pairs in which the second list's score is the larger: 1 where the lists are told apart, ½ where they are not. */
export function areaUnderCurve(inside: readonly number[], outside: readonly number[]): number {
  const wins = inside.flatMap((a) => outside.map((b): number => (b > a ? 1 : b === a ? 0.5 : 0)));
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}

/** Zero values on the named patches, no flux through the others. */
export function insulatedBut(mesh: Mesh, dirichlet: readonly string[]) {
  return Object.fromEntries(
    mesh.patches.map(({ name }) => [
      name,
      dirichlet.includes(name)
        ? { type: 'dirichlet' as const, value: 0 }
        : { type: 'neumann' as const, flux: 0 },
    ]),
  );
}

/** The same mesh in a unit that is 1/factor as long. */
export function scaledMesh(mesh: Mesh, factor: number): Mesh {
  const times = (values: Float64Array, power: number) => values.map((value) => value * factor ** power);
  return {
    ...mesh,
    points: times(mesh.points, 1),
    cellCentroids: times(mesh.cellCentroids, 1),
    faceCentroids: times(mesh.faceCentroids, 1),
    faceAreas: times(mesh.faceAreas, mesh.dimension - 1),
    cellVolumes: times(mesh.cellVolumes, mesh.dimension),
  };
}
