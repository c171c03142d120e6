import { InvalidInputError } from '../common/errors.js';
import { createPolyhedralMesh } from './create-polyhedral-mesh.js';
import { gradedPositions } from './graded-positions.js';
import { CELL_SHAPES, type Mesh } from './mesh.js';

export interface ExtrudeMeshOptions {
  /** Length in z */
  readonly height: number;
  /** Number of cells in z */
  readonly layers: number;
  /** z of the bottom */
  readonly base?: number;
  /** Thickness of the top layer over that of the bottom one; those in between form a geometric series */
  readonly grading?: number;
  /** Names of the patches at the two ends */
  readonly bottom?: string;
  readonly top?: string;
}

export const EXTRUDE_MESH_DEFAULTS = { base: 0, grading: 1, bottom: 'bottom', top: 'top' } as const;

/**
 * The 3D mesh swept by a 2D one that moves from z = base to base + height: triangles become prisms, quadrilaterals
 * hexahedra, other polygons polyhedra. Cell c of layer l is cell c + l·(number of 2D cells). Patches, regions and interfaces
 * of the section keep their names; the ends are the patches `bottom` and `top`.
 *
 * @throws InvalidInputError if the mesh is not 2D, an option is out of range, or a patch of the section has the name of an end
 */
export function extrudeMesh(section: Mesh, options: ExtrudeMeshOptions): Mesh {
  const { height, layers, base, grading, bottom, top } = { ...EXTRUDE_MESH_DEFAULTS, ...options };
  if (section.dimension !== 2)
    throw new InvalidInputError(`extrudeMesh: the section must be a 2D mesh, got ${section.dimension}D.`);
  const names = section.patches.map((patch) => patch.name);
  if (bottom === top || names.includes(bottom) || names.includes(top))
    throw new InvalidInputError(
      `extrudeMesh: the ends need names of their own, got bottom "${bottom}" and top "${top}" beside the patches ${names.join(', ')}; set the options bottom and top.`,
    );
  const heights = gradedPositions('extrudeMesh', base, height, layers, grading);
  const sectionPoints = section.points.length / 2;
  const points = new Float64Array(3 * sectionPoints * (layers + 1));
  for (let l = 0, at = 0; l <= layers; l++)
    for (let p = 0; p < sectionPoints; p++) {
      points[at++] = section.points[2 * p];
      points[at++] = section.points[2 * p + 1];
      points[at++] = heights[l];
    }
  const sideNames = namesOfSides(section);
  const { cellRegions, regionNames } = section;
  return createPolyhedralMesh({
    points,
    ...sweepCells(section, layers),
    patchOrder: [...names, bottom, top],
    patchOfFace: (face) => {
      const layer = levelOf(face);
      if (layer === 0) return bottom;
      if (layer === layers) return top;
      return sideNames.get(sideKey(face)) as string;
    },
    ...(section.interfaces && {
      interfaceOfFace: (face: ArrayLike<number>) =>
        levelOf(face) === undefined ? sideNames.get(sideKey(face)) : undefined,
    }),
    ...(cellRegions && {
      regionNames,
      cellRegions: Int32Array.from(
        { length: section.cellCount * layers },
        (_, c) => cellRegions[c % section.cellCount],
      ),
    }),
  });

  /** The level on which all points of a face lie; undefined for an upright face. */
  function levelOf(face: ArrayLike<number>): number | undefined {
    const level = Math.floor(face[0] / sectionPoints);
    for (let i = 1; i < face.length; i++) if (Math.floor(face[i] / sectionPoints) !== level) return undefined;
    return level;
  }

  function sideKey(face: ArrayLike<number>): number {
    const a = face[0] % sectionPoints;
    let b = a;
    for (let i = 1; b === a; i++) b = face[i] % sectionPoints;
    return Math.min(a, b) * sectionPoints + Math.max(a, b);
  }
}

/** Names of the patch or interface above each edge of the section, by `lesser point × number of points + greater point`. */
function namesOfSides(section: Mesh): Map<number, string> {
  const names = new Map<number, string>();
  const pointCount = section.points.length / 2;
  const set = (f: number, name: string) => {
    const [a, b] = [section.facePoints[2 * f], section.facePoints[2 * f + 1]];
    names.set(Math.min(a, b) * pointCount + Math.max(a, b), name);
  };
  for (const { name, start, size } of section.patches)
    for (let f = start; f < start + size; f++) set(f, name);
  for (const { name, faces } of section.interfaces ?? []) for (const f of faces) set(f, name);
  return names;
}

function sweepCells(section: Mesh, layers: number) {
  const { cellCount, cellOffsets, cellPoints } = section;
  const sectionPoints = section.points.length / 2;
  const offsets = new Int32Array(cellCount * layers + 1);
  const swept = new Int32Array(2 * cellPoints.length * layers);
  const cellShapes = new Uint8Array(cellCount * layers);
  const polyhedronFaces: (number[][] | null)[] = [];
  let at = 0;
  for (let l = 0; l < layers; l++)
    for (let c = 0; c < cellCount; c++) {
      const corners = cellPoints.subarray(cellOffsets[c], cellOffsets[c + 1]);
      const low = Array.from(corners, (p) => p + l * sectionPoints);
      const high = low.map((p) => p + sectionPoints);
      // the first triangle of VTK's prism is counter-clockwise seen from outside, the first face of its hexahedron from inside
      for (const p of corners.length === 3 ? [...high, ...low] : [...low, ...high]) swept[at++] = p;
      const cell = l * cellCount + c;
      offsets[cell + 1] = at;
      cellShapes[cell] =
        corners.length === 3
          ? CELL_SHAPES.prism
          : corners.length === 4
            ? CELL_SHAPES.hexahedron
            : CELL_SHAPES.polyhedron;
      polyhedronFaces.push(
        corners.length <= 4
          ? null
          : [
              [...low].reverse(),
              high,
              ...low.map((p, i) => {
                const next = (i + 1) % low.length;
                return [p, low[next], high[next], high[i]];
              }),
            ],
      );
    }
  return { cellOffsets: offsets, cellPoints: swept, cellShapes, polyhedronFaces };
}
