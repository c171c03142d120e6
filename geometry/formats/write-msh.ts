import { InvalidInputError } from '../../common/errors.js';
import type { Mesh } from '../mesh.js';
import { inTurn, runThrough, STEP_SIZE, type Steps } from '../steps.js';
import { type MshChunks, mshChunks } from './msh-chunks.js';
import { MSH_TYPE_OF_VTK } from './msh-element-types.js';
import { VTK_CELL } from './vtk-types.js';
import { spacePoints, vtkCellTypes } from './write-vtu.js';
import { concatenate, type FieldValues, writtenArray } from './written-arrays.js';

export interface WriteMshOptions {
  readonly encoding?: 'ascii' | 'binary';
  /** One value, or one row of up to 9 components, per cell */
  readonly cellData?: Readonly<Record<string, FieldValues>>;
  /** One value, or one row of up to 9 components, per point */
  readonly pointData?: Readonly<Record<string, FieldValues>>;
}

const PRISM = MSH_TYPE_OF_VTK.get(VTK_CELL.wedge);

export const WRITE_MSH_DEFAULTS = { encoding: 'binary' } as const;

/**
 * A mesh and fields on it as the bytes of a Gmsh file, MSH 4.1. Patches, interfaces and regions become physical groups, each
 * with one entity; fields become `$NodeData` and `$ElementData`, their rows filled with zeros to 1, 3 or 9 components.
 * Source: Gmsh reference manual, "MSH file format".
 *
 * @throws InvalidInputError if a cell or boundary face has no Gmsh element type (polygons, polyhedra), a name has a quote or
 * line break, or an array has not a whole number of components per row
 */
export function writeMsh(mesh: Mesh, options: WriteMshOptions = {}): Uint8Array {
  return concatenate(runThrough(writeMshSteps(mesh, options)));
}

interface Entity {
  /** Undefined for the cells of a mesh without regions, whose physical group has a number only */
  readonly name?: string;
  readonly dimension: number;
  readonly tag: number;
  /** Runs of elements of one type: [Gmsh type, element tags' owner index…] */
  readonly members: ArrayLike<number>;
  readonly kind: 'cells' | 'faces';
}

/** The same in chunks, in steps of values. */
export function* writeMshSteps(mesh: Mesh, options: WriteMshOptions = {}): Steps<readonly Uint8Array[]> {
  const { encoding, cellData = {}, pointData = {} } = { ...WRITE_MSH_DEFAULTS, ...options };
  const out = mshChunks(encoding);
  const entities = entitiesOf(mesh);
  out.text(`$MeshFormat\n4.1 ${encoding === 'ascii' ? 0 : 1} 8\n`);
  if (encoding === 'binary') {
    out.int(1);
    out.text('\n');
  }
  out.text('$EndMeshFormat\n');
  writeNames(out, entities);
  writeEntities(out, mesh, entities);
  const pointCount = mesh.points.length / mesh.dimension;
  const elementCount = entities.reduce((sum, { members }) => sum + members.length, 0);
  const turn = inTurn();
  yield* turn(writeNodes(out, mesh), 2 * pointCount, 3 * pointCount);
  const firstCell = yield* turn(writeElements(out, mesh, entities), elementCount, mesh.cellPoints.length);
  for (const [name, values] of Object.entries(pointData))
    yield* turn(
      writeData(out, 'NodeData', name, values, pointCount, (row) => row + 1),
      pointCount,
    );
  for (const [name, values] of Object.entries(cellData))
    yield* turn(writeData(out, 'ElementData', name, values, mesh.cellCount, firstCell), mesh.cellCount);
  return out.finish();
}

function entitiesOf(mesh: Mesh): readonly Entity[] {
  const { dimension, cellCount, regionNames, cellRegions } = mesh;
  const entities: Entity[] = [];
  const face = { dimension: dimension - 1, kind: 'faces' } as const;
  for (const { name, start, size } of mesh.patches)
    entities.push({
      ...face,
      name,
      tag: entities.length + 1,
      members: Int32Array.from({ length: size }, (_, i) => start + i),
    });
  for (const { name, faces } of mesh.interfaces ?? [])
    entities.push({ ...face, name, tag: entities.length + 1, members: faces });
  const cell = { dimension, kind: 'cells' } as const;
  if (!regionNames || !cellRegions)
    entities.push({ ...cell, tag: 1, members: Int32Array.from({ length: cellCount }, (_, c) => c) });
  else
    for (const [region, name] of regionNames.entries()) {
      const members = Int32Array.from({ length: cellCount }, (_, c) => c).filter(
        (c) => cellRegions[c] === region,
      );
      entities.push({ ...cell, name, tag: region + 1, members });
    }
  return entities;
}

/** Entities of equal name and dimension are one physical group. */
function physicalTag(entities: readonly Entity[], { name, dimension }: Entity): number {
  return entities.findIndex((other) => other.name === name && other.dimension === dimension) + 1;
}

function writeNames(out: MshChunks, entities: readonly Entity[]): void {
  const lines = new Map<string, string>();
  for (const entity of entities) {
    if (entity.name === undefined) continue;
    if (/["\n\r]/.test(entity.name))
      throw new InvalidInputError(
        `writeMsh: names in a Gmsh file cannot hold quotes or line breaks, got ${JSON.stringify(entity.name)}.`,
      );
    const tag = physicalTag(entities, entity);
    lines.set(`${entity.dimension} ${tag}`, `${entity.dimension} ${tag} "${entity.name}"\n`);
  }
  out.text(`$PhysicalNames\n${lines.size}\n${[...lines.values()].join('')}$EndPhysicalNames\n`);
}

function writeEntities(out: MshChunks, mesh: Mesh, entities: readonly Entity[]): void {
  const points = spacePoints(mesh);
  const [low, high] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let k = 0; k < 3; k++) {
    low[k] = points[k];
    high[k] = points[k];
    for (let i = k; i < points.length; i += 3) {
      low[k] = Math.min(low[k], points[i]);
      high[k] = Math.max(high[k], points[i]);
    }
  }
  out.text('$Entities\n');
  for (let dimension = 0; dimension < 4; dimension++)
    out.size(entities.filter((entity) => entity.dimension === dimension).length);
  out.line();
  for (const entity of [...entities].sort((a, b) => a.dimension - b.dimension)) {
    out.int(entity.tag);
    for (const value of [...low, ...high]) out.double(value);
    // readers such as meshio want a group for every element or for none
    out.size(1);
    out.int(physicalTag(entities, entity));
    out.size(0);
    out.line();
  }
  out.end('Entities');
}

/** In steps of twice the points. */
function* writeNodes(out: MshChunks, mesh: Mesh): Steps<void> {
  const points = spacePoints(mesh);
  const count = points.length / 3;
  out.text('$Nodes\n');
  for (const value of [1, count, 1, count]) out.size(value);
  out.line();
  for (const value of [mesh.dimension, 1, 0]) out.int(value);
  out.size(count);
  out.line();
  for (let p = 0; p < count; p++) {
    out.size(p + 1);
    out.line();
    if (p % (STEP_SIZE >> 4) === 0) yield p;
  }
  for (let p = 0; p < count; p++) {
    for (let k = 0; k < 3; k++) out.double(points[3 * p + k]);
    out.line();
    if (p % (STEP_SIZE >> 5) === 0) yield count + p;
  }
  out.end('Nodes');
}

/** Returns the element tag of every cell: elements are numbered in the order of the file. In steps of elements. */
function* writeElements(
  out: MshChunks,
  mesh: Mesh,
  entities: readonly Entity[],
): Steps<(cell: number) => number> {
  const cellTypes = vtkCellTypes(mesh);
  const typeOfCell = (c: number) => mshType(cellTypes[c], `cell ${c}`);
  const typeOfFace = (f: number) => {
    const size = mesh.faceOffsets[f + 1] - mesh.faceOffsets[f];
    return mshType(
      size === 2
        ? VTK_CELL.line
        : size === 3
          ? VTK_CELL.triangle
          : size === 4
            ? VTK_CELL.quadrilateral
            : VTK_CELL.polygon,
      `face ${f}`,
    );
  };
  // blocks of one type: cells keep their order inside a block only, so a mesh of several shapes has a block per run
  const blocks: { entity: Entity; type: number; members: number[] }[] = [];
  for (const entity of entities)
    for (let i = 0; i < entity.members.length; i++) {
      const type = entity.kind === 'cells' ? typeOfCell(entity.members[i]) : typeOfFace(entity.members[i]);
      const last = blocks[blocks.length - 1];
      if (last?.entity === entity && last.type === type) last.members.push(entity.members[i]);
      else blocks.push({ entity, type, members: [entity.members[i]] });
    }
  const count = blocks.reduce((sum, block) => sum + block.members.length, 0);
  out.text('$Elements\n');
  for (const value of [blocks.length, count, 1, count]) out.size(value);
  out.line();
  const tagOfCell = new Int32Array(mesh.cellCount);
  let tag = 0;
  for (const { entity, type, members } of blocks) {
    for (const value of [entity.dimension, entity.tag, type]) out.int(value);
    out.size(members.length);
    out.line();
    const [offsets, points] =
      entity.kind === 'cells' ? [mesh.cellOffsets, mesh.cellPoints] : [mesh.faceOffsets, mesh.facePoints];
    for (const member of members) {
      out.size(++tag);
      if (entity.kind === 'cells') tagOfCell[member] = tag;
      const [start, end] = [offsets[member], offsets[member + 1]];
      // the base of a prism looks out in VTK's order and in in Gmsh's: the two triangles change places
      const shift = type === PRISM ? 3 : 0;
      for (let i = 0; i < end - start; i++) out.size(points[start + ((i + shift) % (end - start))] + 1);
      out.line();
      if (tag % (STEP_SIZE >> 5) === 0) yield tag;
    }
  }
  out.end('Elements');
  return (cell) => tagOfCell[cell];
}

function mshType(vtkType: number, what: string): number {
  const type = MSH_TYPE_OF_VTK.get(vtkType);
  if (type === undefined)
    throw new InvalidInputError(
      `writeMsh: ${what} has no element type in Gmsh (VTK type ${vtkType}); write polygons and polyhedra as VTU.`,
    );
  return type;
}

function* writeData(
  out: MshChunks,
  section: 'NodeData' | 'ElementData',
  name: string,
  given: FieldValues,
  rows: number,
  tagOfRow: (row: number) => number,
): Steps<void> {
  const { values, components } = writtenArray(given, rows, `writeMsh: ${section}`, {}, name);
  const padded = [1, 3, 9].find((size) => size >= components);
  if (padded === undefined || /["\n\r]/.test(name))
    throw new InvalidInputError(
      `writeMsh: ${section} '${name}' must have at most 9 components and a name without quotes or line breaks, got ${components} components.`,
    );
  out.text(`$${section}\n1\n"${name}"\n1\n0\n3\n0\n${padded}\n${rows}\n`);
  for (let row = 0; row < rows; row++) {
    out.int(tagOfRow(row));
    for (let k = 0; k < padded; k++) out.double(k < components ? values[row * components + k] : 0);
    out.line();
    if (row % (STEP_SIZE >> 5) === 0) yield row;
  }
  out.end(section);
}
