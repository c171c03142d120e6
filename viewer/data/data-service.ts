import { InvalidInputError } from '../../common/errors.js';
import type { StepOptions } from '../../geometry/steps.js';
import { valueAt } from '../filters/cell-locator.js';
import { cellCentre } from '../filters/cell-set.js';
import { cellEdges } from '../filters/local-faces.js';
import { sampleLine } from '../filters/sample-line.js';
import {
  type DifferenceStatistics,
  differenceStatistics,
  type FieldStatistics,
  fieldStatistics,
  histogram,
  percentiles,
} from '../filters/statistics.js';
import type { Triangles } from '../filters/triangles.js';
import type { Dataset, Frame, Warp } from './dataset.js';
import type { FieldReference, ShownScalar } from './field-reference.js';
import {
  type DrawnScalar,
  drawnValues,
  type GlyphRequest,
  type Glyphs,
  glyphsOf,
  type LinePieces,
  type StreamlineRequest,
  streamlinesOf,
  type TriangleRequest,
  trianglesOf,
} from './layers.js';
import { describeModel, type ModelDescription } from './model-description.js';
import { bytesOf, type DataFile, openDataset, type SeriesStep, seriesOf } from './open-data.js';

/** What the page knows of the data. */
export interface DataSummary {
  readonly dimension: 2 | 3;
  readonly cellCount: number;
  readonly pointCount: number;
  readonly frame: Frame;
  readonly fields: readonly {
    readonly name: string;
    readonly association: 'cell' | 'point';
    readonly components: number;
    readonly unit: string;
  }[];
  readonly linearisedCells: number;
  readonly times: readonly number[];
  readonly step: number;
}

export interface DrawnTriangles {
  readonly positions: Float32Array<ArrayBuffer>;
  readonly edges: Uint8Array<ArrayBuffer>;
  readonly cells: Int32Array<ArrayBuffer>;
  readonly scalars: readonly Float32Array<ArrayBuffer>[];
}

/** A cell and the values there; positions in units of the file. */
export interface ProbedCell {
  readonly cell: number;
  /** Its number in the file */
  readonly fileCell: number;
  readonly centre: readonly number[];
  readonly position: readonly number[];
  readonly values: readonly number[];
  /** Segments around the cell, `[segment end][3]`, drawn frame */
  readonly outline: Float32Array<ArrayBuffer>;
}

/** Steps of a series that are kept in memory. */
const KEPT_STEPS = 3;

/** Everything that is done with the data, in a worker: opened, filtered, read out. One page has one. */
export class DataService {
  private steps: SeriesStep[] = [];
  private readonly opened = new Map<number, Dataset>();
  private current = -1;
  /** What each layer is made of at present */
  private readonly triangles = new Map<string, Triangles>();

  /** Opens files in place of what was open; nothing changes if they cannot be. */
  async open(files: readonly DataFile[], step: number, options: StepOptions): Promise<DataSummary> {
    const steps = await seriesOf(files, options);
    const first = Math.min(Math.max(0, step), steps.length - 1);
    const data = await openDataset(steps[first].file, options);
    this.steps = steps;
    this.opened.clear();
    this.triangles.clear();
    this.opened.set(first, data);
    this.current = first;
    return this.summary();
  }

  /** Goes to another step of the series. */
  async goTo(step: number, options: StepOptions): Promise<DataSummary> {
    await this.stepData(step, options);
    this.current = step;
    return this.summary();
  }

  /** What the card of a model's file says; the data that are open stay. */
  async describeModel(file: DataFile, options: StepOptions): Promise<ModelDescription> {
    return describeModel(await bytesOf(file, options), file.name);
  }

  /** Puts a field on the cells that are shown, in place of the one of its name. */
  setCellField(name: string, values: Float64Array, unit: string): DataSummary {
    this.data.setCellField(name, values, unit);
    return this.summary();
  }

  /** Takes a field of the cells away. */
  removeCellField(name: string): DataSummary {
    this.data.removeCellField(name);
    return this.summary();
  }

  /** A copy of a field's values. */
  cellValues(field: FieldReference): Float64Array {
    return Float64Array.from(this.data.scalar({ field }).values);
  }

  /** The file of the step that is shown. */
  shownFile(): DataFile {
    return this.steps[this.current].file;
  }

  layer(id: string, request: TriangleRequest, scalars: readonly DrawnScalar[]): DrawnTriangles {
    const triangles = trianglesOf(this.data, request);
    this.triangles.set(id, triangles);
    const { positions, edges, cells } = triangles;
    return { positions, edges, cells: cells.slice(), scalars: this.layerScalars(id, scalars) };
  }

  /** Other numbers for the triangles of a layer as they are. */
  layerScalars(id: string, scalars: readonly DrawnScalar[]): Float32Array<ArrayBuffer>[] {
    const triangles = this.triangles.get(id);
    if (!triangles) throw new InvalidInputError(`layerScalars: there is no layer "${id}".`);
    return scalars.map((scalar) => drawnValues(this.data, triangles, scalar));
  }

  glyphs(request: GlyphRequest, scalars: readonly DrawnScalar[]): Glyphs {
    return glyphsOf(this.data, request, scalars);
  }

  streamlines(request: StreamlineRequest, scalars: readonly DrawnScalar[]): LinePieces {
    return streamlinesOf(this.data, request, scalars);
  }

  statistics(scalar: ShownScalar): FieldStatistics {
    return fieldStatistics(this.data.scalar(scalar).values);
  }

  percentiles(scalar: ShownScalar, lower: number, upper: number): [number, number] {
    return percentiles(this.data.scalar(scalar).values, lower, upper);
  }

  /** Counts over equal bins of the range, of the logarithms if `logarithmic`. */
  histogram(
    scalar: ShownScalar,
    minimum: number,
    maximum: number,
    bins: number,
    logarithmic: boolean,
  ): number[] {
    const { values } = this.data.scalar(scalar);
    if (!logarithmic) return histogram(values, minimum, maximum, bins);
    return histogram(
      values.map((value) => Math.log10(value)),
      Math.log10(minimum),
      Math.log10(maximum),
      bins,
    );
  }

  /** Figures of field − reference, with the cell where they differ most. */
  difference(field: FieldReference, reference: FieldReference): DifferenceStatistics & { worstCell: number } {
    const data = this.data;
    data.scalar({ field, minus: reference });
    const figures = differenceStatistics(
      data.scalar({ field }).values,
      data.scalar({ field: reference }).values,
    );
    const worstCell = field.association === 'cell' ? figures.worst : cellAround(data, figures.worst);
    return { ...figures, worstCell };
  }

  /** Values at a cell: the cell's own, and at a place inside it (its centre if none is given) those of point data. */
  probe(
    cell: number,
    position: readonly number[] | undefined,
    scalars: readonly ShownScalar[],
    warp: Warp | undefined,
  ): ProbedCell {
    const data = this.data;
    if (!(cell >= 0 && cell < data.cells.cellCount))
      throw new InvalidInputError(`There is no cell ${cell}; the data have ${data.cells.cellCount}.`);
    const shape = data.shape(warp);
    const at = position ?? cellCentre(shape, cell);
    const place = scalars.some(({ field }) => field.association === 'point')
      ? data.locator(warp).find(at[0], at[1], at[2])
      : undefined;
    const ends = cellEdges(data.cells, cell);
    const outline = new Float32Array(3 * ends.length);
    ends.forEach((p, i) => {
      outline.set(shape.points.subarray(3 * p, 3 * p + 3), 3 * i);
    });
    return {
      cell,
      fileCell: data.content.fileCells[cell],
      centre: this.inFile(cellCentre(data.cells, cell)),
      position: this.inFile(at),
      values: scalars.map((scalar) => {
        const field = data.scalar(scalar);
        if (field.association === 'cell') return field.values[cell];
        return place ? valueAt(place, field) : Number.NaN;
      }),
      outline,
    };
  }

  /** Values along a line from a to b, in the drawn frame; distances in units of the file. */
  sampleLine(
    a: readonly number[],
    b: readonly number[],
    scalars: readonly ShownScalar[],
    count: number,
  ): { distances: Float64Array; values: readonly Float64Array[] } {
    const fields = scalars.map((scalar) => this.data.scalar(scalar));
    const { distances, values } = sampleLine(this.data.locator(undefined), fields, a, b, count);
    return { distances: distances.map((distance) => distance * this.data.frame.size), values };
  }

  /** Values of one cell at every step of the series; NaN where a step has no such cell. */
  async overTime(
    cell: number,
    scalars: readonly ShownScalar[],
    options: StepOptions,
  ): Promise<{ times: number[]; values: number[][] }> {
    const values: number[][] = scalars.map(() => []);
    for (let step = 0; step < this.steps.length; step++) {
      options.progress?.update('reading steps', step, this.steps.length);
      const data = await this.stepData(step, { signal: options.signal });
      const centre = cell < data.cells.cellCount ? cellCentre(data.cells, cell) : undefined;
      scalars.forEach((scalar, i) => {
        const field = data.scalar(scalar);
        if (!centre) values[i].push(Number.NaN);
        else if (field.association === 'cell') values[i].push(field.values[cell]);
        else {
          const place = data.locator(undefined).find(centre[0], centre[1], centre[2]);
          values[i].push(place ? valueAt(place, field) : Number.NaN);
        }
      });
    }
    return { times: this.steps.map(({ time }) => time), values };
  }

  private get data(): Dataset {
    const data = this.opened.get(this.current);
    if (!data) throw new InvalidInputError('No data are open.');
    return data;
  }

  private async stepData(step: number, options: StepOptions): Promise<Dataset> {
    const found = this.opened.get(step);
    if (found) return found;
    if (!this.steps[step])
      throw new InvalidInputError(`There is no step ${step}; there are ${this.steps.length}.`);
    // all steps in one frame, so that a body that moves is seen to move
    const data = await openDataset(this.steps[step].file, options, this.data.frame);
    this.opened.set(step, data);
    for (const old of this.opened.keys())
      if (this.opened.size > KEPT_STEPS && old !== this.current && old !== step) this.opened.delete(old);
    return data;
  }

  private inFile(position: readonly number[]): number[] {
    const { centre, size } = this.data.frame;
    return position.map((x, axis) => centre[axis] + size * x);
  }

  private summary(): DataSummary {
    const { cells, fields, frame, content } = this.data;
    return {
      dimension: cells.dimension,
      cellCount: cells.cellCount,
      pointCount: cells.points.length / 3,
      frame,
      fields: fields.map(({ name, association, components, unit }) => ({
        name,
        association,
        components,
        unit,
      })),
      linearisedCells: content.linearisedCells,
      times: this.steps.map(({ time }) => time),
      step: this.current,
    };
  }
}

function cellAround({ cells }: Dataset, point: number): number {
  const at = cells.cellPoints.indexOf(point);
  if (at < 0) return -1;
  let cell = 0;
  while (cells.cellOffsets[cell + 1] <= at) cell++;
  return cell;
}
