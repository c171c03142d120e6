import type { NumberArray } from './number-arrays.js';
import type { VtkType } from './vtk-types.js';

/** Values on the points or cells of a file: `[point or cell][component]` */
export interface FileArray {
  readonly components: number;
  /** In the type of the file; 64-bit integers as float64, exact up to 2⁵³ */
  readonly values: NumberArray;
  /** Type in the file */
  readonly type: VtkType;
  /** The `UNITS_LABEL` that VTK stores beside an array */
  readonly unit?: string;
}

export type FileArrays = Readonly<Record<string, FileArray>>;

/** Faces one after the other: points of face f are `points[offsets[f] .. offsets[f + 1])`. */
export interface FaceList {
  readonly offsets: Int32Array;
  readonly points: Int32Array;
}

/** Faces of the polyhedra of a file: those of cell c are `cellFaceOffsets[c] .. cellFaceOffsets[c + 1]`, none for other cells. */
export interface PolyhedronFaceList extends FaceList {
  readonly cellFaceOffsets: Int32Array;
}

/** A named set of cells: a physical group of Gmsh. Those one dimension below the mesh's name its patches. */
export interface CellGroup {
  readonly name: string;
  readonly dimension: number;
}

/** What a mesh file holds, before a mesh is made of it; pieces are joined. */
export interface MeshFile {
  /** `[point][3]` */
  readonly points: Float64Array;
  /** Points of cell c: `cellPoints[cellOffsets[c] .. cellOffsets[c + 1])` */
  readonly cellOffsets: Int32Array;
  readonly cellPoints: Int32Array;
  /** `[cell]` VTK cell type, of any dimension */
  readonly cellTypes: Uint8Array;
  readonly polyhedra?: PolyhedronFaceList;
  readonly pointData: FileArrays;
  readonly cellData: FileArrays;
  readonly fieldData: FileArrays;
  readonly groups?: readonly CellGroup[];
  /** `[cell]` index into `groups`, or -1 */
  readonly cellGroups?: Int32Array;
  /** Patches and interfaces by name, as `writeVtu` keeps them; empty for files of other programs */
  readonly patchFaces: Readonly<Record<string, FaceList>>;
  readonly interfaceFaces: Readonly<Record<string, FaceList>>;
  /** Parts that the file came in; points on their common faces are listed once per part */
  readonly pieceCount: number;
  /** Second-order cells of which only the corners were read */
  readonly linearisedCells: number;
}

/** A plain property whatever its name, `__proto__` included. */
export function define<T>(record: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
}
