import { InvalidInputError } from '../../common/errors.js';
import { boundingBox } from '../../geometry/bounding-box.js';
import { type BlockBoxes, type BlockRanges, blockBoxes, blockRanges } from '../filters/cell-blocks.js';
import { CellLocator } from '../filters/cell-locator.js';
import type { CellNeighbours } from '../filters/cell-neighbours.js';
import type { CellSet } from '../filters/cell-set.js';
import type { FileContent } from '../filters/cell-set-from-file.js';
import { type Field, pointValues, pointVectors, type ScalarField, scalarOf } from '../filters/field.js';
import { cellGradients } from '../filters/gradient.js';
import { fieldStatistics } from '../filters/statistics.js';
import { threshold } from '../filters/threshold.js';
import { warpByScalar, warpByVector } from '../filters/warp.js';
import type { FieldReference, ShownScalar, VectorReference } from './field-reference.js';
import { type Kept, keptValues } from './kept-values.js';

/** The frame that things are drawn in: drawn = (position − centre) / size, subtracted in double precision. */
export interface Frame {
  readonly centre: readonly number[];
  readonly size: number;
  /** `[3]` half lengths of the bounding box in the drawn frame */
  readonly halfExtent: readonly number[];
}

export function frameOf(points: Float64Array): Frame {
  const { low, high, longestSide } = boundingBox(points, 3);
  const size = longestSide || 1;
  return {
    size,
    centre: low.map((value, axis) => (value + high[axis]) / 2),
    halfExtent: low.map((value, axis) => (high[axis] - value) / 2 / size),
  };
}

/** How the body is deformed before anything else is made of it. */
export type Warp = {
  /** The largest displacement as a share of the body's size */
  readonly amount: number;
} & (
  | { readonly by: 'scalar'; readonly field: FieldReference; readonly axis: 0 | 1 | 2 }
  | { readonly by: 'vector'; readonly vector: VectorReference }
);

/** Keeps the cells with values of a field in a range. */
export interface Threshold {
  readonly field: FieldReference;
  readonly minimum: number;
  readonly maximum: number;
}

const pointVectorField = { name: '', association: 'point', components: 3, unit: '' } as const;

/** Results of one kind that are kept: a slider goes back and forth between few. */
const KEPT = 6;

/** What a file without fields is coloured with. */
function cellNumbers({ fileCells }: FileContent): Field {
  return { name: 'cell number', association: 'cell', components: 1, values: fileCells, unit: '' };
}

/** The cells of a file in the drawn frame, its fields, and what has been computed of them, each thing once. */
export class Dataset {
  readonly cells: CellSet;
  private list: readonly Field[];
  private readonly scalars: Kept<ScalarField> = keptValues(KEPT);
  private readonly vectors: Kept<Float64Array> = keptValues(KEPT);
  private readonly warped: Kept<CellSet> = keptValues(2);
  private readonly masks: Kept<Uint8Array> = keptValues(2);
  private readonly boxes: Kept<BlockBoxes> = keptValues(2);
  private readonly ranges: Kept<BlockRanges> = keptValues(2);
  private readonly locators: Kept<CellLocator> = keptValues(1);

  constructor(
    readonly content: FileContent,
    readonly neighbours: CellNeighbours,
    readonly frame: Frame = frameOf(content.cells.points),
  ) {
    const { centre, size } = frame;
    const points = content.cells.points.map((x, i) => (x - centre[i % 3]) / size);
    this.cells = { ...content.cells, points };
    this.list = content.fields.length > 0 ? content.fields : [cellNumbers(content)];
  }

  get fields(): readonly Field[] {
    return this.list;
  }

  /**
   * Puts a field on the cells, in place of the one of its name, and lets go of what was computed of that.
   *
   * @throws InvalidInputError if there is not one value a cell
   */
  setCellField(name: string, values: Float64Array, unit: string): void {
    const { cellCount } = this.cells;
    if (values.length !== cellCount)
      throw new InvalidInputError(
        `setCellField: "${name}" has ${values.length} values, the data ${cellCount} cells; is it of another mesh?`,
      );
    const field: Field = { name, association: 'cell', components: 1, values, unit };
    const at = this.list.findIndex((each) => each.name === name && each.association === 'cell');
    this.list = at < 0 ? [...this.list, field] : this.list.with(at, field);
    this.forget(name);
  }

  /** Takes a field of the cells away. */
  removeCellField(name: string): void {
    this.list = this.list.filter((field) => field.name !== name || field.association !== 'cell');
    this.forget(name);
  }

  /** @throws InvalidInputError if there is no such field */
  field({ name, association }: Pick<FieldReference, 'name' | 'association'>): Field {
    const found = this.fields.find((field) => field.name === name && field.association === association);
    if (found) return found;
    const names = this.fields.map((field) => `"${field.name}" (${field.association})`).join(', ');
    throw new InvalidInputError(
      `The data have no ${association} field "${name}"; they have ${names || 'none'}.`,
    );
  }

  /** @throws InvalidInputError if there is no such field, or a difference is of fields on cells and points */
  scalar({ field, minus }: ShownScalar): ScalarField {
    return this.scalars(JSON.stringify([field, minus]), () => {
      const values = scalarOf(this.field(field), field.component);
      if (!minus) return values;
      if (minus.association !== field.association)
        throw new InvalidInputError(
          `"${field.name}" is on the ${field.association}s and "${minus.name}" on the ${minus.association}s; only fields in the same places can be compared.`,
        );
      const other = this.scalar({ field: minus }).values;
      return { ...values, values: values.values.map((value, i) => value - other[i]) };
    });
  }

  /** `[point][3]` in units of the field, for −∇ per unit length of the file. */
  vector(reference: VectorReference): Float64Array {
    return this.vectors(JSON.stringify(reference), () => {
      const field = this.field(reference);
      if (!reference.negativeGradient) return pointVectors(this.cells, field);
      const values = pointValues(
        this.cells,
        this.scalar({ field: { ...reference, component: 'magnitude' } }),
      );
      const gradients = cellGradients(this.cells, values).map((slope) => -slope / this.frame.size);
      return pointVectors(this.cells, { ...field, association: 'cell', components: 3, values: gradients });
    });
  }

  /** The cells, deformed. */
  shape(warp: Warp | undefined): CellSet {
    if (!warp || warp.amount === 0) return this.cells;
    return this.warped(JSON.stringify(warp), () => {
      const { amount } = warp;
      const { points } = this.cells;
      if (warp.by === 'vector') {
        const vectors = this.vector(warp.vector);
        const lengths = scalarOf({ ...pointVectorField, values: vectors }, 'magnitude').values;
        const { maximum } = fieldStatistics(lengths);
        return { ...this.cells, points: warpByVector(points, vectors, maximum > 0 ? amount / maximum : 0) };
      }
      // from the lowest value on, so that a small variation of a large value shows
      const values = pointValues(this.cells, this.scalar({ field: warp.field }));
      const { minimum, maximum } = fieldStatistics(values);
      const heights = values.map((value) => (value - minimum) / (maximum - minimum || 1));
      return { ...this.cells, points: warpByScalar(points, heights, amount, warp.axis) };
    });
  }

  /** `[cell]` 1 for the cells kept; undefined for all. */
  mask(range: Threshold | undefined): Uint8Array | undefined {
    if (!range) return undefined;
    return this.masks(JSON.stringify(range), () =>
      threshold(this.cells, this.scalar({ field: range.field }), range.minimum, range.maximum),
    );
  }

  blockBoxes(warp: Warp | undefined): BlockBoxes {
    return this.boxes(JSON.stringify(warp) ?? '', () => blockBoxes(this.shape(warp)));
  }

  blockRanges(field: FieldReference): { values: Float64Array; ranges: BlockRanges } {
    const values = pointValues(this.cells, this.scalar({ field }));
    return { values, ranges: this.ranges(JSON.stringify(field), () => blockRanges(this.cells, values)) };
  }

  locator(warp: Warp | undefined): CellLocator {
    return this.locators(JSON.stringify(warp) ?? '', () => new CellLocator(this.shape(warp)));
  }

  /** Lets go of all that was computed of a field. */
  private forget(field: string): void {
    const key = JSON.stringify(field);
    for (const kept of [
      this.scalars,
      this.vectors,
      this.warped,
      this.masks,
      this.boxes,
      this.ranges,
      this.locators,
    ])
      kept.forget(key);
  }
}
