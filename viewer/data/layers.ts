import { planeRanges } from '../filters/cell-blocks.js';
import { valueAt } from '../filters/cell-locator.js';
import { cellCentre } from '../filters/cell-set.js';
import { cellSurface } from '../filters/cell-surface.js';
import { cornerValues, type ScalarField } from '../filters/field.js';
import { levelSet, planeDistances } from '../filters/level-set.js';
import { spreadCells } from '../filters/spread-cells.js';
import { streamlines } from '../filters/streamlines.js';
import { joinTriangles, type Triangles } from '../filters/triangles.js';
import type { Dataset, Threshold, Warp } from './dataset.js';
import {
  type FieldReference,
  MISSING_VALUE,
  type Normalisation,
  type ShownScalar,
  type VectorReference,
} from './field-reference.js';

/** A plane n·x = offset in the drawn frame, |n| = 1. */
export interface Plane {
  readonly normal: readonly number[];
  readonly offset: number;
}

/** What triangles are made of the cells. Planes and positions are in the drawn frame. */
export type TriangleRequest = { readonly warp?: Warp; readonly threshold?: Threshold } & (
  | { readonly kind: 'surface' }
  | { readonly kind: 'planes'; readonly planes: readonly Plane[] }
  | { readonly kind: 'iso'; readonly field: FieldReference; readonly levels: readonly number[] }
);

/** Arrows, or lines along a vector field. */
export interface GlyphRequest {
  readonly warp?: Warp;
  readonly threshold?: Threshold;
  readonly vector: VectorReference;
  readonly count: number;
}
export interface StreamlineRequest extends GlyphRequest {
  /** Longest way from a seed in one direction, in the drawn frame */
  readonly length: number;
}

/** A field with the normalisation that it is drawn with. */
export type DrawnScalar = ShownScalar & Normalisation;

export function trianglesOf(data: Dataset, request: TriangleRequest): Triangles {
  const cells = data.shape(request.warp);
  const keep = data.mask(request.threshold);
  if (request.kind === 'surface') return cellSurface(cells, data.neighbours, keep);
  if (cells.dimension === 2) return joinTriangles([]);
  if (request.kind === 'iso') {
    const { values, ranges } = data.blockRanges(request.field);
    return joinTriangles(
      request.levels.map((level) => levelSet(cells, values, level, { blocks: ranges, keep })),
    );
  }
  const boxes = data.blockBoxes(request.warp);
  return joinTriangles(
    request.planes.map(({ normal, offset }) =>
      levelSet(cells, planeDistances(cells.points, normal), offset, {
        blocks: planeRanges(boxes, normal),
        keep,
      }),
    ),
  );
}

/** `[corner]` numbers to draw. */
export function drawnValues(
  data: Dataset,
  triangles: Triangles,
  scalar: DrawnScalar,
): Float32Array<ArrayBuffer> {
  return normalised(cornerValues(triangles, data.scalar(scalar)), scalar);
}

/** Arrows: where they start, where they point (drawn length 1 for the longest), and numbers to colour them with. */
export interface Glyphs {
  readonly origins: Float32Array<ArrayBuffer>;
  readonly directions: Float32Array<ArrayBuffer>;
  readonly scalars: readonly Float32Array<ArrayBuffer>[];
  /** Length of the longest vector, in its unit */
  readonly longest: number;
}

export function glyphsOf(data: Dataset, request: GlyphRequest, scalars: readonly DrawnScalar[]): Glyphs {
  const cells = data.shape(request.warp);
  const vectors = data.vector(request.vector);
  const chosen = spreadCells(data.cells, request.count, data.mask(request.threshold));
  const origins = new Float32Array(3 * chosen.length);
  const directions = new Float32Array(3 * chosen.length);
  let longest = 0;
  chosen.forEach((cell, i) => {
    origins.set(cellCentre(cells, cell), 3 * i);
    const mean = meanOfPoints(data, cell, vectors, 3);
    const length = Math.hypot(...mean);
    if (!Number.isFinite(length)) return;
    longest = Math.max(longest, length);
    directions.set(mean, 3 * i);
  });
  if (longest > 0) for (let i = 0; i < directions.length; i++) directions[i] /= longest;
  return {
    origins,
    directions,
    longest,
    scalars: scalars.map((scalar) => {
      const { association, values } = data.scalar(scalar);
      const at = (cell: number) =>
        association === 'cell' ? values[cell] : meanOfPoints(data, cell, values, 1)[0];
      return normalised(Float64Array.from(chosen, at), scalar);
    }),
  };
}

function meanOfPoints(
  { cells }: Dataset,
  cell: number,
  values: ArrayLike<number>,
  components: number,
): number[] {
  const { cellOffsets, cellPoints } = cells;
  const size = cellOffsets[cell + 1] - cellOffsets[cell];
  const mean = new Array<number>(components).fill(0);
  for (let i = cellOffsets[cell]; i < cellOffsets[cell + 1]; i++)
    for (let k = 0; k < components; k++) mean[k] += values[components * cellPoints[i] + k] / size;
  return mean;
}

/** Lines as pieces: ends of each and numbers to colour them with. */
export interface LinePieces {
  /** `[piece][3]` */
  readonly starts: Float32Array<ArrayBuffer>;
  readonly ends: Float32Array<ArrayBuffer>;
  /** `[scalar][piece][start, end]` */
  readonly scalars: readonly Float32Array<ArrayBuffer>[];
  readonly lineCount: number;
}

/** Steps across the longest side of the body. */
const STEPS_PER_SIZE = 120;

export function streamlinesOf(
  data: Dataset,
  request: StreamlineRequest,
  scalars: readonly DrawnScalar[],
): LinePieces {
  const cells = data.shape(request.warp);
  const chosen = spreadCells(data.cells, request.count, data.mask(request.threshold));
  const seeds = new Float64Array(3 * chosen.length);
  chosen.forEach((cell, i) => {
    seeds.set(cellCentre(cells, cell), 3 * i);
  });
  const step = 1 / STEPS_PER_SIZE;
  const maximumSteps = Math.max(1, Math.round(request.length * STEPS_PER_SIZE));
  const vectors = data.vector(request.vector);
  const lines = streamlines(cells, vectors, { seeds, step, maximumSteps }, data.locator(request.warp));
  const lineCount = lines.offsets.length - 1;
  const pieceCount = lines.places.length - lineCount;
  const starts = new Float32Array(3 * pieceCount);
  const ends = new Float32Array(3 * pieceCount);
  const pieces: number[] = [];
  for (let line = 0; line < lineCount; line++)
    for (let i = lines.offsets[line]; i + 1 < lines.offsets[line + 1]; i++) {
      starts.set(lines.positions.subarray(3 * i, 3 * i + 3), 3 * pieces.length);
      ends.set(lines.positions.subarray(3 * i + 3, 3 * i + 6), 3 * pieces.length);
      pieces.push(i);
    }
  return {
    starts,
    ends,
    lineCount,
    scalars: scalars.map((scalar) => {
      const field: ScalarField = data.scalar(scalar);
      const values = Float64Array.from(lines.places, (place) => valueAt(place, field));
      return normalised(
        Float64Array.from({ length: 2 * pieceCount }, (_, i) => values[pieces[i >> 1] + (i & 1)]),
        scalar,
      );
    }),
  };
}

function normalised(values: Float64Array, { offset, scale }: Normalisation): Float32Array<ArrayBuffer> {
  const drawn = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    drawn[i] = value - value === 0 ? (value - offset) / scale : MISSING_VALUE;
  }
  return drawn;
}
