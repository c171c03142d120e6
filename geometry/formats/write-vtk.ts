import type { Mesh } from '../mesh.js';
import { inTurn, runThrough, type Steps } from '../steps.js';
import { polyhedronStreams } from './face-streams.js';
import { LEGACY_OF_TYPE } from './legacy-types.js';
import type { FileArray } from './mesh-file.js';
import { namedCellArrays } from './named-cells.js';
import { VTK_CELL } from './vtk-types.js';
import { spacePoints, vtkCellTypes } from './write-vtu.js';
import { asciiRows, concatenate, type FieldValues, fileBytes, writtenArray } from './written-arrays.js';

export interface WriteVtkOptions {
  readonly encoding?: 'ascii' | 'binary';
  /** One value, or one row of components, per cell */
  readonly cellData?: Readonly<Record<string, FieldValues>>;
  /** One value, or one row of components, per point */
  readonly pointData?: Readonly<Record<string, FieldValues>>;
}

export const WRITE_VTK_DEFAULTS = { encoding: 'binary' } as const;

/**
 * A mesh and fields on it as the bytes of a legacy VTK file, version 4.2, which old programs read too. Patches, interfaces
 * and regions are kept as in `writeVtu`; units are not.
 * Source: VTK file formats, "Simple legacy formats", docs.vtk.org.
 *
 * @throws InvalidInputError if an array has not a whole number of components per cell or point, or cell data and regions use
 * one name
 */
export function writeVtk(mesh: Mesh, options: WriteVtkOptions = {}): Uint8Array {
  return concatenate(runThrough(writeVtkSteps(mesh, options)));
}

/** The same in chunks, in steps of values. */
export function* writeVtkSteps(mesh: Mesh, options: WriteVtkOptions = {}): Steps<readonly Uint8Array[]> {
  const { encoding, cellData: fields = {}, pointData = {} } = { ...WRITE_VTK_DEFAULTS, ...options };
  const { fieldData, cellData } = namedCellArrays(mesh, fields, 'writeVtk');
  const pointCount = mesh.points.length / mesh.dimension;
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  const text = (line: string) => chunks.push(encoder.encode(line));
  const turn = inTurn();
  const numbers = function* (values: FileArray['values'], type: FileArray['type'], perRow: number) {
    if (encoding === 'ascii')
      yield* turn(
        asciiRows(values, perRow, (chunk) => chunks.push(chunk)),
        values.length,
      );
    else {
      chunks.push(fileBytes(values, type, false));
      text('\n');
    }
  };
  const field = function* (data: Readonly<Record<string, FileArray>>) {
    text(`FIELD FieldData ${Object.keys(data).length}\n`);
    for (const [name, { values, components, type }] of Object.entries(data)) {
      const rows = values.length / components;
      text(`${encodeURIComponent(name) || '%20'} ${components} ${rows} ${LEGACY_OF_TYPE[type]}\n`);
      yield* numbers(values, type, components);
    }
  };
  const section = function* (title: string, rows: number, data: Readonly<Record<string, FieldValues>>) {
    if (Object.keys(data).length === 0) return;
    text(`${title} ${rows}\n`);
    yield* field(
      Object.fromEntries(
        Object.entries(data).map(([name, values]) => [
          name,
          writtenArray(values, rows, `writeVtk: ${title}`, {}, name),
        ]),
      ),
    );
  };
  text(`# vtk DataFile Version 4.2\nmesh\n${encoding.toUpperCase()}\nDATASET UNSTRUCTURED_GRID\n`);
  yield* field(fieldData);
  text(`POINTS ${pointCount} double\n`);
  yield* numbers(spacePoints(mesh), 'Float64', 3);
  const cells = cellLists(mesh);
  text(`CELLS ${mesh.cellCount} ${cells.length}\n`);
  yield* numbers(cells, 'Int32', 12);
  text(`CELL_TYPES ${mesh.cellCount}\n`);
  yield* numbers(Int32Array.from(vtkCellTypes(mesh)), 'Int32', 12);
  yield* section('CELL_DATA', mesh.cellCount, cellData);
  yield* section('POINT_DATA', pointCount, pointData);
  return chunks;
}

/** Every cell as its number of points and the points; a polyhedron as the length of its list of faces and that list. */
function cellLists(mesh: Mesh): Int32Array {
  const { cellCount, cellOffsets, cellPoints, cellShapes } = mesh;
  const hasPolyhedra = cellShapes?.includes(VTK_CELL.polyhedron);
  const { ends, stream } = hasPolyhedra ? polyhedronStreams(mesh) : { ends: undefined, stream: undefined };
  const lists: Int32Array[] = [];
  let total = 0;
  let start = 0;
  for (let c = 0; c < cellCount; c++) {
    const polyhedron = ends && ends[c] >= 0;
    const list = polyhedron
      ? stream.subarray(start, ends[c])
      : cellPoints.subarray(cellOffsets[c], cellOffsets[c + 1]);
    if (polyhedron) start = ends[c];
    lists.push(list);
    total += 1 + list.length;
  }
  const all = new Int32Array(total);
  let at = 0;
  for (const list of lists) {
    all[at++] = list.length;
    all.set(list, at);
    at += list.length;
  }
  return all;
}
