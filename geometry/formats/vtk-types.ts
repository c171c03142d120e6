/** Types of arrays in VTK's XML files. */
export type VtkType =
  | 'Int8'
  | 'UInt8'
  | 'Int16'
  | 'UInt16'
  | 'Int32'
  | 'UInt32'
  | 'Int64'
  | 'UInt64'
  | 'Float32'
  | 'Float64';

export const BYTES_OF_TYPE: Readonly<Record<VtkType, number>> = {
  Int8: 1,
  UInt8: 1,
  Int16: 2,
  UInt16: 2,
  Int32: 4,
  UInt32: 4,
  Int64: 8,
  UInt64: 8,
  Float32: 4,
  Float64: 8,
};

/** Cell types of VTK that are named in code. */
export const VTK_CELL = {
  vertex: 1,
  line: 3,
  triangle: 5,
  polygon: 7,
  pixel: 8,
  quadrilateral: 9,
  tetrahedron: 10,
  voxel: 11,
  hexahedron: 12,
  wedge: 13,
  pyramid: 14,
  polyhedron: 42,
} as const;

/** What a VTK cell type stands for once only its corners are kept. */
export interface CellType {
  readonly dimension: number;
  /** Type of the cell of its corners, which VTK lists first */
  readonly linear: number;
  /** Number of corners; undefined where the cell says so itself */
  readonly corners?: number;
  /** Whether the cell has points besides its corners */
  readonly higherOrder: boolean;
}

const LINEAR: readonly (readonly [type: number, dimension: number, corners?: number])[] = [
  [1, 0, 1],
  [2, 0],
  [3, 1, 2],
  [4, 1],
  [5, 2, 3],
  [7, 2],
  [8, 2, 4],
  [9, 2, 4],
  [10, 3, 4],
  [11, 3, 8],
  [12, 3, 8],
  [13, 3, 6],
  [14, 3, 5],
  [42, 3],
];

/** Quadratic, cubic, Lagrange and Bézier cells by the linear cell of their corners. */
const HIGHER_ORDER: Readonly<Record<number, readonly number[]>> = {
  3: [21, 35, 68, 75],
  5: [22, 34, 69, 76],
  9: [23, 28, 30, 70, 77],
  10: [24, 71, 78],
  12: [25, 29, 33, 72, 79],
  13: [26, 31, 32, 73, 80],
  14: [27, 37, 74, 81],
};

/** Cell types that can be read; others (strips, pentagonal prisms, …) cannot. */
export const CELL_TYPES: ReadonlyMap<number, CellType> = new Map(
  LINEAR.flatMap(([type, dimension, corners]): [number, CellType][] => [
    [type, { dimension, linear: type, corners, higherOrder: false }],
    ...(HIGHER_ORDER[type] ?? []).map((higher): [number, CellType] => [
      higher,
      { dimension, linear: type, corners, higherOrder: true },
    ]),
  ]),
);
