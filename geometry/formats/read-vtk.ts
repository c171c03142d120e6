import { FileError } from '../../common/errors.js';
import { runThrough, STEP_SIZE, type Steps } from '../steps.js';
import { AsciiScanner } from './ascii-scanner.js';
import { excerpt } from './excerpt.js';
import { legacyCells } from './legacy-cells.js';
import { TYPE_OF_LEGACY } from './legacy-types.js';
import { MemoryBudget } from './memory-budget.js';
import { define, type FileArray, type MeshFile } from './mesh-file.js';
import { namedCells } from './named-cells.js';
import { ArrayFiller, arrayOfType, memoryOfType, type NumberArray } from './number-arrays.js';
import { BYTES_OF_TYPE, type VtkType } from './vtk-types.js';

/**
 * Reads a legacy VTK file that holds an unstructured grid: ascii or binary (big-endian), cells of versions up to 4.2 and of
 * 5.1 (`OFFSETS`, `CONNECTIVITY`), polyhedra, all attribute kinds and fields, units.
 * Source: VTK file formats, "Simple legacy formats", docs.vtk.org.
 *
 * Memory: arrays of at most 16 times the file; measured peaks are in docs/formats.md.
 *
 * @throws FileError if the bytes are not such a file, are truncated or corrupt
 */
export function readVtk(bytes: Uint8Array): MeshFile {
  return runThrough(readVtkSteps(bytes));
}

/** Components of the attributes that have a fixed number. */
const FIXED_COMPONENTS: Readonly<Record<string, number>> = {
  vectors: 3,
  normals: 3,
  tensors: 9,
  tensors6: 6,
  global_ids: 1,
  pedigree_ids: 1,
};

export function* readVtkSteps(bytes: Uint8Array): Steps<MeshFile> {
  const file = openFile(bytes);
  const { scanner, values } = file;
  let points: Float64Array | undefined;
  let cells: { counts: [number, number]; offsets?: Int32Array; stream: Int32Array } | undefined;
  let cellTypes: NumberArray | undefined;
  const fieldData: Record<string, FileArray> = {};
  const pointData: Record<string, FileArray> = {};
  const cellData: Record<string, FileArray> = {};
  let section: { readonly data: Record<string, FileArray>; readonly rows: number } = {
    data: fieldData,
    rows: -1,
  };
  let last: { data: Record<string, FileArray>; name: string } | undefined;
  const store = (name: string, array: FileArray, data = section.data) => {
    define(data, name, array);
    last = { data, name };
  };
  while (!scanner.atEnd()) {
    const keyword = scanner.word().toLowerCase();
    if (keyword === 'points') {
      const count = file.count('POINTS');
      points = (yield* values(file.type(), 3 * count, 'Float64', 'POINTS')) as Float64Array;
      last = undefined;
    } else if (keyword === 'cells') {
      const counts: [number, number] = [file.count('CELLS'), file.count('CELLS')];
      const start = scanner.position;
      if (!scanner.atEnd() && scanner.word().toLowerCase() === 'offsets') {
        const offsets = yield* values(file.type(), counts[0], 'Int32', 'OFFSETS');
        file.expect('connectivity');
        const stream = yield* values(file.type(), counts[1], 'Int32', 'CONNECTIVITY');
        cells = { counts, offsets: offsets as Int32Array, stream: stream as Int32Array };
      } else {
        scanner.position = start;
        cells = { counts, stream: (yield* values('Int32', counts[1], 'Int32', 'CELLS')) as Int32Array };
      }
    } else if (keyword === 'cell_types')
      cellTypes = yield* values('Int32', file.count('CELL_TYPES'), 'Int32', 'CELL_TYPES');
    else if (keyword === 'point_data') section = { data: pointData, rows: file.count('POINT_DATA') };
    else if (keyword === 'cell_data') section = { data: cellData, rows: file.count('CELL_DATA') };
    else if (keyword === 'metadata') readMetadata(scanner, last);
    else if (keyword === 'field') {
      scanner.word();
      const data = section.data;
      for (let left = file.count('FIELD'); left > 0; ) {
        const name = decodeName(scanner.word());
        // an array's metadata follows it, inside the field
        if (name === 'METADATA') {
          readMetadata(scanner, last);
          continue;
        }
        left--;
        const components = file.count(name);
        const rows = file.count(name);
        const type = file.type();
        if (section.rows >= 0 && rows !== section.rows)
          throw new FileError(
            `readVtk: array '${excerpt(name)}' must have ${section.rows} rows, it has ${rows}; the file is corrupt.`,
          );
        const array = yield* values(type, components * rows, type, name);
        store(name, { components, values: array, type }, data);
      }
    } else if (section.rows >= 0) yield* readAttribute(file, keyword, section.rows, store);
    else
      throw new FileError(
        `readVtk: '${excerpt(keyword)}' is no section of an unstructured grid; the file is corrupt.`,
      );
  }
  if (!points || !cells || !cellTypes)
    throw new FileError('readVtk: POINTS, CELLS and CELL_TYPES are needed; the file is truncated.');
  const content = { points, ...legacyCells(cells, cellTypes, points.length / 3), pointData, cellData };
  for (const [data, rows] of [
    [pointData, points.length / 3],
    [cellData, content.cellTypes.length],
  ] as const)
    for (const [name, array] of Object.entries(data))
      if (array.values.length !== rows * array.components)
        throw new FileError(
          `readVtk: array '${excerpt(name)}' must have ${rows} rows, it has ${array.values.length / array.components}; the file is corrupt.`,
        );
  return { ...namedCells(content, fieldData), pieceCount: 1, linearisedCells: 0 };
}

type LegacyFile = ReturnType<typeof openFile>;

function openFile(bytes: Uint8Array) {
  const scanner = new AsciiScanner(bytes, 0, bytes.length, 'readVtk: the file');
  if (!/^# vtk DataFile Version \d+\.\d+$/i.test(scanner.line()))
    throw new FileError(
      "readVtk: the first line is not '# vtk DataFile Version'; this is no legacy VTK file.",
    );
  scanner.line();
  const storage = scanner.line().toLowerCase();
  if (storage !== 'ascii' && storage !== 'binary')
    throw new FileError('readVtk: the third line must be ASCII or BINARY; the file is corrupt.');
  const dataset = scanner.line().toLowerCase();
  if (dataset !== 'dataset unstructured_grid')
    throw new FileError(
      `readVtk: the file holds '${excerpt(dataset)}'; DATASET UNSTRUCTURED_GRID is supported.`,
    );
  const budget = new MemoryBudget(16 * bytes.length, 'readVtk');
  return {
    scanner,
    count: (what: string) => scanner.integer(`${excerpt(what)}, a count,`, 0, 2 ** 31 - 1),
    type(): VtkType {
      const name = scanner.word().toLowerCase();
      if (!Object.hasOwn(TYPE_OF_LEGACY, name))
        throw new FileError(`readVtk: data of type '${excerpt(name)}' is not supported.`);
      return TYPE_OF_LEGACY[name];
    },
    expect(keyword: string) {
      const word = scanner.word().toLowerCase();
      if (word !== keyword)
        throw new FileError(
          `readVtk: ${keyword.toUpperCase()} must follow, got '${excerpt(word)}'; the file is corrupt.`,
        );
    },
    /** Values that start on the next line, in an array of type `memory`. */
    *values(type: VtkType, count: number, memory: VtkType, what: string): Steps<NumberArray> {
      const context = `readVtk: '${excerpt(what)}'`;
      scanner.line();
      const needed = storage === 'binary' ? count * BYTES_OF_TYPE[type] : 2 * count - 1;
      if (needed > bytes.length - scanner.position)
        throw new FileError(
          `${context} needs ${needed} bytes, ${bytes.length - scanner.position} are left; the file is truncated or corrupt.`,
        );
      budget.spend(memoryOfType(memory) * count, what.slice(0, 60));
      const target = arrayOfType(memory, count);
      if (storage === 'ascii') {
        yield* scanner.numbers(target, context);
        return target;
      }
      const filler = new ArrayFiller(target, type, false, context);
      const end = scanner.position + needed;
      while (scanner.position < end) {
        const stop = Math.min(end, scanner.position + STEP_SIZE);
        filler.push(bytes.subarray(scanner.position, stop));
        scanner.position = stop;
        yield stop;
      }
      return target;
    },
    storage,
  };
}

function* readAttribute(
  file: LegacyFile,
  keyword: string,
  rows: number,
  store: (name: string, array: FileArray) => void,
): Steps<void> {
  const { scanner, values } = file;
  if (keyword === 'lookup_table') {
    scanner.word();
    const type = file.storage === 'binary' ? 'UInt8' : 'Float64';
    yield* values(type, 4 * file.count('LOOKUP_TABLE'), type, 'LOOKUP_TABLE');
    return;
  }
  const known = Object.hasOwn(FIXED_COMPONENTS, keyword) ? FIXED_COMPONENTS[keyword] : undefined;
  if (known === undefined && !/^(scalars|color_scalars|texture_coordinates)$/.test(keyword))
    throw new FileError(
      `readVtk: '${excerpt(keyword)}' is no kind of data; the file is truncated or corrupt.`,
    );
  const name = decodeName(scanner.word());
  if (keyword === 'color_scalars') {
    const components = file.count(name);
    const type = file.storage === 'binary' ? 'UInt8' : 'Float64';
    store(name, { components, values: yield* values(type, components * rows, type, name), type });
    return;
  }
  let components = known ?? 1;
  if (keyword === 'texture_coordinates') components = file.count(name);
  const type = file.type();
  if (keyword === 'scalars') {
    // the number of components may be left out; LOOKUP_TABLE is always there
    const rest = scanner.line();
    if (rest !== '') components = Number(rest);
    if (!(Number.isInteger(components) && components >= 1 && components <= 1000))
      throw new FileError(`readVtk: array '${excerpt(name)}' has '${excerpt(rest)}' components.`);
    file.expect('lookup_table');
    scanner.word();
  }
  store(name, { components, values: yield* values(type, components * rows, type, name), type });
}

/** METADATA up to the next empty line; a unit is kept for the array before it. */
function readMetadata(
  scanner: AsciiScanner,
  array: { data: Record<string, FileArray>; name: string } | undefined,
): void {
  scanner.line();
  let key = '';
  for (let line = scanner.line(); line !== ''; line = scanner.line()) {
    const name = /^NAME (\S+) LOCATION/.exec(line)?.[1];
    if (name !== undefined) key = name;
    const unit = /^DATA (.+)$/.exec(line)?.[1];
    if (key === 'UNITS_LABEL' && unit !== undefined && array)
      define(array.data, array.name, { ...array.data[array.name], unit: decodeName(unit) });
  }
}

/** Names have spaces and the like as %20. */
function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
