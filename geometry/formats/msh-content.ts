import { FileError } from '../../common/errors.js';
import { type GroupNames, groupsByTag } from './cell-groups.js';
import { indexOfTag } from './index-of-tag.js';
import type { MemoryBudget } from './memory-budget.js';
import type { FileArrays, MeshFile } from './mesh-file.js';
import { MSH_ELEMENT_TYPES, type MshElementType } from './msh-element-types.js';
import { VTK_CELL } from './vtk-types.js';

/** Collects nodes and elements of a Gmsh file, whose numbers of points are known block by block only. */
export class MshContent {
  points = new Float64Array(0);
  nodeTags = new Float64Array(0);
  private indexOfNode: ((tag: number) => number) | undefined;
  private cellEnds = new Int32Array(0);
  private cellPoints = new Int32Array(0);
  private cellTypes = new Uint8Array(0);
  private physicalTags = new Int32Array(0);
  elementTags: Float64Array | undefined;
  cellCount = 0;
  private linearised = 0;

  constructor(
    private readonly budget: MemoryBudget,
    keepElementTags: boolean,
  ) {
    if (keepElementTags) this.elementTags = new Float64Array(0);
  }

  startNodes(count: number): void {
    if (this.nodeTags.length > 0) throw new FileError('readMsh: the file has nodes twice; it is corrupt.');
    this.budget.spend(48 * count, `${count} nodes`);
    this.points = new Float64Array(3 * count);
    this.nodeTags = new Float64Array(count);
  }

  endNodes(): void {
    this.indexOfNode = indexOfTag(this.nodeTags);
  }

  nodeIndex(tag: number): number {
    return this.indexOfNode?.(tag) ?? -1;
  }

  startElements(count: number): void {
    if (!this.indexOfNode)
      throw new FileError('readMsh: the elements come before the nodes; the file is corrupt.');
    if (this.cellTypes.length > 0)
      throw new FileError('readMsh: the file has elements twice; it is corrupt.');
    this.budget.spend(17 * count, `${count} elements`);
    this.cellEnds = new Int32Array(count);
    this.cellTypes = new Uint8Array(count);
    this.physicalTags = new Int32Array(count);
    if (this.elementTags) this.elementTags = new Float64Array(count);
  }

  elementType(type: number): MshElementType {
    const found = MSH_ELEMENT_TYPES.get(type);
    if (!found)
      throw new FileError(
        `readMsh: elements of Gmsh type ${type} are not supported; save the mesh with order 1.`,
      );
    return found;
  }

  /** Adds one element; `nextTag` is called for each of its nodes, those between corners included. */
  addElement(tag: number, type: MshElementType, physical: number, nextTag: () => number): void {
    const cell = this.cellCount++;
    if (cell >= this.cellTypes.length)
      throw new FileError(
        `readMsh: there are more elements than the ${this.cellTypes.length} announced; the file is corrupt.`,
      );
    let end = cell === 0 ? 0 : this.cellEnds[cell - 1];
    if (end + type.corners > this.cellPoints.length) this.growCellPoints(end + type.corners);
    for (let i = 0; i < type.points; i++) {
      const nodeTag = nextTag();
      if (i >= type.corners) continue;
      const point = this.indexOfNode!(nodeTag);
      if (point < 0)
        throw new FileError(`readMsh: element ${tag} names node ${nodeTag}, which does not exist.`);
      this.cellPoints[end++] = point;
    }
    // the base of a prism looks in in Gmsh's order and out in VTK's: the two triangles change places
    if (type.vtk === VTK_CELL.wedge)
      for (let i = end - 6; i < end - 3; i++)
        [this.cellPoints[i], this.cellPoints[i + 3]] = [this.cellPoints[i + 3], this.cellPoints[i]];
    this.cellEnds[cell] = end;
    this.cellTypes[cell] = type.vtk;
    this.physicalTags[cell] = Math.abs(physical);
    if (this.elementTags) this.elementTags[cell] = tag;
    if (type.points > type.corners) this.linearised++;
  }

  /** @throws FileError if there are fewer nodes or elements than announced, or none */
  finish(names: GroupNames, data: { pointData: FileArrays; cellData: FileArrays }): MeshFile {
    if (this.cellTypes.length === 0)
      throw new FileError('readMsh: the file has no nodes and elements; it holds no mesh.');
    if (this.cellCount !== this.cellTypes.length)
      throw new FileError(
        `readMsh: the file announces ${this.cellTypes.length} elements and has ${this.cellCount}; it is truncated or corrupt.`,
      );
    const cellOffsets = new Int32Array(this.cellCount + 1);
    cellOffsets.set(this.cellEnds, 1);
    const { groups, cellGroups } = groupsByTag(this.cellTypes, this.physicalTags, names);
    return {
      points: this.points,
      cellOffsets,
      cellPoints: this.cellPoints.slice(0, cellOffsets[this.cellCount]),
      cellTypes: this.cellTypes,
      ...data,
      fieldData: {},
      groups,
      cellGroups,
      patchFaces: {},
      interfaceFaces: {},
      pieceCount: 1,
      linearisedCells: this.linearised,
    };
  }

  private growCellPoints(needed: number): void {
    const grown = new Int32Array(Math.max(needed, 2 * this.cellPoints.length, 4 * this.cellTypes.length));
    grown.set(this.cellPoints);
    this.cellPoints = grown;
  }
}
