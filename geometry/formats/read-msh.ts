import { FileError } from '../../common/errors.js';
import { runThrough, STEP_SIZE, type Steps } from '../steps.js';
import { AsciiScanner } from './ascii-scanner.js';
import { type GroupNames, groupKey } from './cell-groups.js';
import { excerpt } from './excerpt.js';
import { indexOfText } from './find-bytes.js';
import { indexOfTag } from './index-of-tag.js';
import { MemoryBudget } from './memory-budget.js';
import { define, type FileArray, type MeshFile } from './mesh-file.js';
import { readElements2, readNodes2 } from './msh-2.js';
import { type PhysicalTags, readElements4, readEntities, readNodes4 } from './msh-4.js';
import { MshContent } from './msh-content.js';
import { asciiReader, binaryReader, type NumberReader } from './number-reader.js';

/**
 * Reads a Gmsh file, MSH 4.1 or 2.2, ascii or binary of either byte order: nodes, elements with their first physical group,
 * `$NodeData` and `$ElementData` (of a series, the last step). Elements of higher order are read by their corners. Sections
 * it does not know are passed over.
 * Source: Gmsh reference manual, "MSH file format".
 *
 * Memory: arrays of at most 16 times the file; measured peaks are in docs/formats.md.
 *
 * @throws FileError if the bytes are not such a file, are truncated or corrupt, or hold element types without corners
 */
export function readMsh(bytes: Uint8Array): MeshFile {
  return runThrough(readMshSteps(bytes));
}

interface MshFormat {
  readonly version: 2 | 4;
  readonly binary: boolean;
  readonly numbers: (position: number, section: string) => NumberReader;
}

export function* readMshSteps(bytes: Uint8Array): Steps<MeshFile> {
  const scanner = new AsciiScanner(bytes, 0, bytes.length, 'readMsh: the file');
  const budget = new MemoryBudget(16 * bytes.length, 'readMsh');
  const hasElementData = indexOfText(bytes, '$ElementData', 0) >= 0;
  const content = new MshContent(budget, hasElementData);
  const names = new Map<string, string>();
  const physicalTags: PhysicalTags = new Map();
  const pointData: Record<string, FileArray> = {};
  const cellData: Record<string, FileArray> = {};
  let format: MshFormat | undefined;
  let indexOfElement: ((tag: number) => number) | undefined;
  const bytesLeft = (read: NumberReader) => () => bytes.length - read.position;

  while (!scanner.atEnd()) {
    const title = scanner.line();
    if (!title.startsWith('$'))
      throw new FileError(
        `readMsh: a section must start with $, got '${excerpt(title)}'; ${format ? 'the file is corrupt' : 'this is no Gmsh file'}.`,
      );
    const section = title.slice(1);
    if (section !== 'MeshFormat' && section !== 'Comments' && !format)
      throw new FileError('readMsh: the file does not start with $MeshFormat; this is no Gmsh file.');
    if (section === 'MeshFormat') format = readFormat(bytes, scanner);
    else if (section === 'PhysicalNames') readPhysicalNames(scanner, names);
    else if (/^(Partitioned)?Entities$/.test(section)) {
      const read = format!.numbers(scanner.position, section);
      readEntities(read, section !== 'Entities', physicalTags);
      scanner.position = read.position;
    } else if (section === 'Nodes' || section === 'Elements') {
      const count = format!.version === 2 ? scanner.integer('a count', 0, 2 ** 31 - 1) : 0;
      if (format!.version === 2) scanner.line();
      const read = format!.numbers(scanner.position, section);
      const left = bytesLeft(read);
      if (format!.version === 4)
        yield* section === 'Nodes'
          ? readNodes4(read, content, left)
          : readElements4(read, content, physicalTags, left);
      else
        yield* section === 'Nodes'
          ? readNodes2(read, count, content, left)
          : readElements2(read, count, format!.binary, content, left);
      scanner.position = read.position;
    } else if (section === 'NodeData')
      yield* readData(
        format!,
        scanner,
        pointData,
        content.nodeTags.length,
        (tag) => content.nodeIndex(tag),
        budget,
      );
    else if (section === 'ElementData') {
      indexOfElement ??= indexOfTag(content.elementTags!.subarray(0, content.cellCount));
      yield* readData(format!, scanner, cellData, content.cellCount, indexOfElement, budget);
    } else {
      const end = indexOfText(bytes, `$End${section}`, scanner.position);
      if (end < 0) throw new FileError(`readMsh: $${excerpt(section)} is not closed; the file is truncated.`);
      scanner.position = end;
    }
    const end = scanner.atEnd() ? 'the end of the file' : scanner.word();
    if (end !== `$End${section}`)
      throw new FileError(
        `readMsh: $${excerpt(section)} must end with $End${excerpt(section)}, got '${excerpt(end)}'; the file is truncated or corrupt.`,
      );
  }
  if (!format) throw new FileError('readMsh: the file is empty; this is no Gmsh file.');
  return content.finish(names, { pointData, cellData });
}

function readFormat(bytes: Uint8Array, scanner: AsciiScanner): MshFormat {
  const [version, type, sizeBytes] = scanner.line().split(/\s+/).map(Number);
  if (version !== 4.1 && !(version >= 2 && version < 3))
    throw new FileError(
      `readMsh: the file has MSH version ${version}; save it as version 4.1 or 2.2 (gmsh -save -format msh41).`,
    );
  if ((type !== 0 && type !== 1) || (sizeBytes !== 4 && sizeBytes !== 8))
    throw new FileError(
      `readMsh: the format must be ascii (0) or binary (1) with sizes of 4 or 8 bytes, got ${type} and ${sizeBytes}.`,
    );
  const major = version === 4.1 ? 4 : 2;
  const context = (section: string) => `readMsh: $${section}`;
  if (type === 0)
    return {
      version: major,
      binary: false,
      numbers: (position, section) => asciiReader(bytes, position, context(section)),
    };
  const one = (littleEndian: boolean) =>
    binaryReader(bytes, scanner.position, context('MeshFormat'), littleEndian).int() === 1;
  const littleEndian = one(true);
  if (!littleEndian && !one(false))
    throw new FileError('readMsh: the number 1 that tells the byte order is missing; the file is corrupt.');
  scanner.position += 4;
  return {
    version: major,
    binary: true,
    numbers: (position, section) => binaryReader(bytes, position, context(section), littleEndian, sizeBytes),
  };
}

function readPhysicalNames(scanner: AsciiScanner, names: Map<string, string>): GroupNames {
  const count = scanner.integer('the number of physical names', 0, 2 ** 31 - 1);
  scanner.line();
  for (let i = 0; i < count; i++) {
    const line = scanner.line();
    const match = /^(\d)\s+(-?\d+)\s+"(.*)"$/.exec(line);
    if (!match)
      throw new FileError(
        `readMsh: a physical name must read: dimension tag "name", got '${excerpt(line)}'; the file is corrupt.`,
      );
    names.set(groupKey(Number(match[1]), Math.abs(Number(match[2]))), match[3]);
  }
  return names;
}

/** `$NodeData` or `$ElementData`: tags as text, then an integer tag and the components of every value. */
function* readData(
  format: MshFormat,
  scanner: AsciiScanner,
  data: Record<string, FileArray>,
  rows: number,
  indexOf: (tag: number) => number,
  budget: MemoryBudget,
): Steps<void> {
  const lines = () => Array.from({ length: scanner.integer('a number of tags', 0, 1000) }, () => 0);
  const strings = lines();
  scanner.line();
  const [name = 'data'] = strings.map(() => scanner.line().replace(/^"(.*)"$/, '$1'));
  for (const _ of lines()) scanner.number();
  const integers = lines().map(() => scanner.integer('an integer tag', -(2 ** 31), 2 ** 31 - 1));
  scanner.line();
  const [, components, count] = integers;
  if (![1, 3, 9].includes(components) || !(count >= 0))
    throw new FileError(
      `readMsh: data '${excerpt(name)}' must have 1, 3 or 9 components, got ${components}.`,
    );
  budget.spend(8 * rows * components, `data '${excerpt(name)}'`);
  const values = new Float64Array(rows * components).fill(Number.NaN);
  const read = format.numbers(scanner.position, 'NodeData');
  for (let i = 0; i < count; i++) {
    const tag = read.int();
    const row = indexOf(tag);
    if (row < 0)
      throw new FileError(`readMsh: data '${excerpt(name)}' is given for tag ${tag}, which does not exist.`);
    for (let k = 0; k < components; k++) values[row * components + k] = read.double();
    if (i % (STEP_SIZE >> 5) === 0) yield read.position;
  }
  scanner.position = read.position;
  define(data, name, { components, values, type: 'Float64' });
}
