import type { DataSummary } from '../data/data-service.js';
import type { Threshold, Warp } from '../data/dataset.js';
import type { FieldReference, ShownScalar, VectorReference } from '../data/field-reference.js';
import type { GlyphRequest, Plane, StreamlineRequest, TriangleRequest } from '../data/layers.js';
import type { ColourRange } from './colour-range.js';
import type { HiddenSide } from './layer-material.js';
import type { ViewState } from './view-state.js';

/** One thing to draw, as the state asks for it: what the worker makes, and how the page shows it. */
export type PlannedLayer = {
  readonly id: string;
  readonly hidden: readonly HiddenSide[];
  readonly opacity: number;
  /** How dark the edges of cells are */
  readonly edges: number;
  /** 1 dims faces that look away, so that a body has shape; 0 shows the colours of the map as they are */
  readonly shading: 0 | 1;
} & (
  | { readonly kind: 'triangles'; readonly request: TriangleRequest }
  | { readonly kind: 'glyphs'; readonly request: GlyphRequest; readonly size: number }
  | { readonly kind: 'streamlines'; readonly request: StreamlineRequest }
);

const axes = ['x', 'y', 'z'] as const;
/** Keeps what lies in a hiding plane from flickering. */
const MARGIN = 1e-6;
const EDGES = 0.45;

/** What each panel colours: the field; or field, reference and their difference; or the field alone to be blended. */
export function shownScalars({ field, compare }: ViewState): ShownScalar[] {
  if (!field) return [];
  const { reference } = compare;
  if (!compare.shown || !reference || compare.view === 'blend') return [{ field }];
  return [{ field }, { field: reference }, { field, minus: reference }];
}

/** What the field is blended with. */
export function blendedScalar({ compare }: ViewState): ShownScalar | undefined {
  return compare.shown && compare.view === 'blend' && compare.reference
    ? { field: compare.reference }
    : undefined;
}

/** A plane across the body, `position` of the way from its one side to the other along the normal. */
export function planeAcross(
  halfExtent: readonly number[],
  normal: readonly number[],
  position: number,
): Plane {
  const length = Math.hypot(...normal) || 1;
  const unit = normal.map((x) => x / length);
  const reach = unit.reduce((sum, x, axis) => sum + Math.abs(x) * halfExtent[axis], 0);
  return { normal: unit, offset: reach * (2 * position - 1) };
}

/** The values of the iso-surfaces: those given, or evenly spaced inside the range. */
export function isoLevels({ count, values }: ViewState['iso'], range: ColourRange): number[] {
  if (values.length > 0) return values;
  const { minimum, maximum } = range;
  return Array.from({ length: count }, (_, k) => minimum + ((k + 1) / (count + 1)) * (maximum - minimum));
}

export function planLayers(state: ViewState, data: DataSummary, range: ColourRange): PlannedLayer[] {
  const { field } = state;
  if (!field) return [];
  const solid = data.dimension === 3;
  const { halfExtent } = data.frame;
  const shape = { warp: warpOf(state, field), threshold: thresholdOf(state, field) };
  const plane = planeAcross(halfExtent, state.cut.normal, state.cut.position);
  const cutSides = solid && state.cut.shown && state.cut.clip ? [hiddenBehind(plane, state.cut.flipped)] : [];
  const boxSides = solid && state.box.shown ? hiddenOutside(state.box, halfExtent) : [];
  const hidden = [...cutSides, ...boxSides];
  const plain = { opacity: 1, edges: 0, shading: 0 } as const;
  const planes = (id: string, list: readonly Plane[], sides: readonly HiddenSide[]): PlannedLayer => ({
    ...plain,
    id,
    kind: 'triangles',
    request: { kind: 'planes', planes: list, ...shape },
    hidden: sides,
    edges: state.edges.cuts ? EDGES : 0,
  });
  const layers: PlannedLayer[] = [];
  if (state.surface.shown)
    layers.push({
      ...plain,
      id: 'surface',
      kind: 'triangles',
      request: { kind: 'surface', ...shape },
      hidden,
      opacity: state.surface.opacity,
      edges: state.edges.surface ? EDGES : 0,
      shading: solid ? 1 : 0,
    });
  if (solid && state.cut.shown) layers.push(planes('cut', [plane], boxSides));
  if (solid)
    axes.forEach((axis, k) => {
      if (!state.slices[axis]) return;
      const normal = [0, 0, 0].with(k, 1);
      const slice = planeAcross(halfExtent, normal, state.slices.position[k]);
      layers.push(planes(`slice-${axis}`, [slice], hidden));
    });
  if (boxSides.length > 0) {
    // a side of the box on the side of the body needs no cap
    const caps = boxSides.filter(({ normal, offset }) =>
      normal.every((x, k) => x === 0 || offset < halfExtent[k] - MARGIN),
    );
    if (caps.length > 0)
      layers.push(
        planes('box', caps, [
          ...cutSides,
          ...boxSides.map((side) => ({ ...side, offset: side.offset + 10 * MARGIN })),
        ]),
      );
  }
  if (solid && state.iso.shown)
    layers.push({
      ...plain,
      id: 'iso',
      kind: 'triangles',
      request: { kind: 'iso', field, levels: isoLevels(state.iso, range), ...shape },
      hidden,
      opacity: state.iso.opacity,
      shading: 1,
    });
  const vector = (chosen: VectorReference | null) => chosen ?? defaultVector(data, field);
  const { glyphs, streamlines } = state;
  if (glyphs.shown)
    layers.push({
      ...plain,
      id: 'glyphs',
      kind: 'glyphs',
      request: { ...shape, vector: vector(glyphs.vector), count: glyphs.count },
      size: glyphs.scale * spacing(data, glyphs.count),
      hidden,
      shading: solid ? 1 : 0,
    });
  if (streamlines.shown)
    layers.push({
      ...plain,
      id: 'streamlines',
      kind: 'streamlines',
      request: {
        ...shape,
        vector: vector(streamlines.vector),
        count: streamlines.count,
        length: streamlines.length,
      },
      hidden,
    });
  return layers;
}

/** The first vector field of the data, or −∇ of the field that is shown. */
export function defaultVector(data: DataSummary, field: FieldReference): VectorReference {
  const found = data.fields.find(({ components }) => components === 2 || components === 3);
  const { name, association } = found ?? field;
  return { name, association, negativeGradient: !found };
}

/** Distance between neighbours of `count` things spread over the body, drawn frame. */
function spacing({ frame, dimension }: DataSummary, count: number): number {
  const sides = frame.halfExtent.slice(0, dimension).map((half) => Math.max(2 * half, 1e-3));
  return (sides.reduce((product, side) => product * side, 1) / count) ** (1 / dimension);
}

export function warpOf({ warp }: ViewState, field: FieldReference): Warp | undefined {
  if (!warp.shown) return undefined;
  const { amount } = warp;
  if (warp.by === 'vector' && warp.vector) return { by: 'vector', vector: warp.vector, amount };
  return { by: 'scalar', field, axis: axes.indexOf(warp.axis) as 0 | 1 | 2, amount };
}

function thresholdOf({ threshold }: ViewState, field: FieldReference): Threshold | undefined {
  if (!threshold.shown) return undefined;
  const { minimum, maximum } = threshold;
  // JSON has no infinities
  return { field, minimum: minimum ?? -Number.MAX_VALUE, maximum: maximum ?? Number.MAX_VALUE };
}

function hiddenBehind({ normal, offset }: Plane, flipped: boolean): HiddenSide {
  return flipped ? { normal: normal.map((x) => -x), offset: -offset } : { normal, offset };
}

function hiddenOutside({ low, high }: ViewState['box'], halfExtent: readonly number[]): HiddenSide[] {
  return axes.flatMap((_, k) => {
    const at = (share: number) => halfExtent[k] * (2 * share - 1);
    return [
      { normal: [0, 0, 0].with(k, 1), offset: at(high[k]) },
      { normal: [0, 0, 0].with(k, -1), offset: -at(low[k]) },
    ];
  });
}
