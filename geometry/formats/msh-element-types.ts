import { VTK_CELL } from './vtk-types.js';

export interface MshElementType {
  readonly dimension: number;
  /** VTK type of the cell of its corners, which Gmsh lists first, and in VTK's order but for prisms */
  readonly vtk: number;
  readonly corners: number;
  readonly points: number;
}

const SHAPES: readonly (readonly [
  vtk: number,
  dimension: number,
  corners: number,
  types: Readonly<Record<number, number>>,
])[] = [
  [VTK_CELL.vertex, 0, 1, { 15: 1 }],
  [VTK_CELL.line, 1, 2, { 1: 2, 8: 3, 26: 4, 27: 5, 28: 6 }],
  [VTK_CELL.triangle, 2, 3, { 2: 3, 9: 6, 20: 9, 21: 10, 22: 12, 23: 15, 24: 15, 25: 21 }],
  [VTK_CELL.quadrilateral, 2, 4, { 3: 4, 10: 9, 16: 8, 36: 16, 37: 25, 38: 36 }],
  [VTK_CELL.tetrahedron, 3, 4, { 4: 4, 11: 10, 29: 20, 30: 35, 31: 56 }],
  [VTK_CELL.hexahedron, 3, 8, { 5: 8, 12: 27, 17: 20, 92: 64, 93: 125 }],
  [VTK_CELL.wedge, 3, 6, { 6: 6, 13: 18, 18: 15 }],
  [VTK_CELL.pyramid, 3, 5, { 7: 5, 14: 14, 19: 13 }],
];

/**
 * Element types of Gmsh by number, up to order 5 for simplices.
 * Source: Gmsh reference manual, "MSH file format" and "Node ordering".
 */
export const MSH_ELEMENT_TYPES: ReadonlyMap<number, MshElementType> = new Map(
  SHAPES.flatMap(([vtk, dimension, corners, types]) =>
    Object.entries(types).map(([type, points]): [number, MshElementType] => [
      Number(type),
      { dimension, vtk, corners, points },
    ]),
  ),
);

/** Number of the first-order type by VTK type. */
export const MSH_TYPE_OF_VTK: ReadonlyMap<number, number> = new Map(
  SHAPES.map(([vtk, , corners, types]) => [
    vtk,
    Number(Object.keys(types).find((type) => types[Number(type)] === corners)),
  ]),
);
