import { z } from 'zod';
import { controlStateSchema } from '../control/control-state.js';
import { fieldReferenceSchema, vectorReferenceSchema } from '../data/field-reference.js';
import { liveStateSchema } from '../live/live-state.js';
import { colourMapNames } from './colour-maps.js';

const share = z.number().min(0).max(1);
const triple = z.tuple([z.number(), z.number(), z.number()]);
const colour = z.string().regex(/^#[0-9a-f]{6}$/i);

/**
 * Everything that a person sets in the viewer, as one value; what is on screen follows from it and the data. A session is this
 * as JSON. Positions of planes, boxes and lines are shares of the body's extent, so that they fit another step or sample.
 */
export const viewStateSchema = z.object({
  version: z.literal(1).default(1),
  /** Name of the data that it was set for, its address if it has one, the sample of a run and the step of a series */
  data: z
    .object({
      name: z.string().default(''),
      address: z.string().optional(),
      sample: z.int().nonnegative().default(0),
      step: z.int().nonnegative().default(0),
    })
    .prefault({}),
  field: fieldReferenceSchema.nullable().default(null),
  colours: z
    .object({
      map: z.enum(colourMapNames as [string, ...string[]]).default('viridis'),
      reversed: z.boolean().default(false),
      scale: z.enum(['linear', 'log']).default('linear'),
      range: z.enum(['automatic', 'percentile', 'locked']).default('automatic'),
      minimum: z.number().default(0),
      maximum: z.number().default(1),
      /** Percent of the values left out at each end */
      percent: z.number().min(0).max(49).default(2),
      /** Whether values outside the range have colours of their own */
      markOutside: z.boolean().default(false),
      below: colour.default('#000000'),
      above: colour.default('#ffffff'),
      missing: colour.default('#c93cbe'),
    })
    .prefault({}),
  surface: z
    .object({
      shown: z.boolean().default(true),
      opacity: share.default(1),
    })
    .prefault({}),
  /** Edges of cells, on the surface and on cuts */
  edges: z.object({ surface: z.boolean().default(true), cuts: z.boolean().default(true) }).prefault({}),
  cut: z
    .object({
      shown: z.boolean().default(false),
      normal: triple.default([1, 0, 0]),
      position: share.default(0.5),
      /** Take away the half that the normal points to (flipped: the other one) */
      clip: z.boolean().default(true),
      flipped: z.boolean().default(false),
    })
    .prefault({}),
  slices: z
    .object({
      x: z.boolean().default(false),
      y: z.boolean().default(false),
      z: z.boolean().default(false),
      position: z.tuple([share, share, share]).default([0.5, 0.5, 0.5]),
    })
    .prefault({}),
  box: z
    .object({
      shown: z.boolean().default(false),
      low: z.tuple([share, share, share]).default([0, 0, 0]),
      high: z.tuple([share, share, share]).default([1, 1, 1]),
    })
    .prefault({}),
  threshold: z
    .object({
      shown: z.boolean().default(false),
      minimum: z.number().nullable().default(null),
      maximum: z.number().nullable().default(null),
    })
    .prefault({}),
  iso: z
    .object({
      shown: z.boolean().default(false),
      /** Evenly spaced over the range, where no values are given */
      count: z.int().min(1).max(20).default(3),
      values: z.array(z.number()).default([]),
      opacity: share.default(1),
    })
    .prefault({}),
  warp: z
    .object({
      shown: z.boolean().default(false),
      by: z.enum(['scalar', 'vector']).default('scalar'),
      axis: z.enum(['x', 'y', 'z']).default('z'),
      vector: vectorReferenceSchema.nullable().default(null),
      /** The largest displacement as a share of the body's size */
      amount: z.number().min(-2).max(2).default(0.2),
    })
    .prefault({}),
  glyphs: z
    .object({
      shown: z.boolean().default(false),
      vector: vectorReferenceSchema.nullable().default(null),
      count: z.int().min(1).max(20000).default(400),
      scale: z.number().min(0.1).max(10).default(1),
    })
    .prefault({}),
  streamlines: z
    .object({
      shown: z.boolean().default(false),
      vector: vectorReferenceSchema.nullable().default(null),
      count: z.int().min(1).max(2000).default(60),
      /** Longest way from a seed, as a multiple of the body's size */
      length: z.number().min(0.05).max(5).default(1.5),
    })
    .prefault({}),
  compare: z
    .object({
      shown: z.boolean().default(false),
      reference: fieldReferenceSchema.nullable().default(null),
      view: z.enum(['panels', 'blend']).default('panels'),
      blend: share.default(0.5),
      lockedError: z.number().positive().nullable().default(null),
      /** Residuals of both in their places, where they are known */
      residual: z.boolean().default(false),
    })
    .prefault({}),
  probe: z
    .object({
      cell: z.int().nonnegative().nullable().default(null),
      line: z.boolean().default(false),
      from: triple.default([0, 0.5, 0.5]),
      to: triple.default([1, 0.5, 0.5]),
      overTime: z.boolean().default(false),
    })
    .prefault({}),
  camera: z
    .object({
      projection: z.enum(['orthographic', 'perspective']).default('orthographic'),
      /** In the drawn frame; null for the view that fits */
      position: triple.nullable().default(null),
      target: triple.default([0, 0, 0]),
      zoom: z.number().positive().default(1),
    })
    .prefault({}),
  /** Milliseconds a step of a series is shown for when it plays, and whether it begins anew */
  playback: z
    .object({
      interval: z.literal([1000, 333, 100]).default(333),
      loop: z.boolean().default(true),
    })
    .prefault({}),
  /** Saved pictures, over the size on screen */
  picture: z.object({ scale: z.literal([1, 2, 4, 8]).default(2) }).prefault({}),
  /** The surrogate that answers live */
  live: liveStateSchema.prefault({}),
  /** Boundary temperatures to plan */
  control: controlStateSchema.prefault({}),
});

export type ViewState = z.infer<typeof viewStateSchema>;

export const initialState = (): ViewState => viewStateSchema.parse({});

/** A path to a value of the state, as the controls of the panel name it: `cut.position`, `slices.position.0`. */
export type StatePath = string;

export function readPath(state: ViewState, path: StatePath): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], state);
}

/** The state with one value replaced; everything else is the same object as before. */
export function withPath(state: ViewState, path: StatePath, value: unknown): ViewState {
  const replace = (at: unknown, keys: readonly string[]): unknown => {
    if (keys.length === 0) return value;
    const [key, ...rest] = keys;
    const inner = replace((at as Record<string, unknown>)[key], rest);
    if (Array.isArray(at)) return at.map((each, i) => (String(i) === key ? inner : each));
    return { ...(at as object), [key]: inner };
  };
  return replace(state, path.split('.')) as ViewState;
}
