import { z } from 'zod';

const point = z.tuple([z.number(), z.number()]);
const positive = z.number().positive();

const rectangle = z.strictObject({ from: point, to: point });

const hole = z.strictObject({
  name: z.string().min(1),
  centre: point,
  radius: positive,
});

const region = z.strictObject({
  name: z.string().min(1),
  from: point,
  to: point,
});

const mesh = z.strictObject({
  /** A mesh file, relative to the problem file: Gmsh, VTU or VTK */
  file: z.string().optional(),
  rectangle: rectangle.optional(),
  /** Round holes of the rectangle, each a patch of its name */
  holes: z.array(hole).default([]),
  /** Rectangles of other materials or with heat sources inside it */
  regions: z.array(region).default([]),
  /** Edge length, in the length unit */
  cellSize: positive.optional(),
  cells: z.int().positive().optional(),
});

const heat = z.strictObject({
  /** Everywhere if left out */
  region: z.string().optional(),
  /** W in the region */
  power: z.number().optional(),
  /** W/m³ */
  density: z.number().optional(),
});

const condition = z.strictObject({
  type: z.enum(['temperature', 'flux', 'insulated', 'convection']),
  /** °C of a temperature, W/m² of a flux */
  value: z.number().optional(),
  /** W/(m² K) */
  coefficient: z.number().min(0).optional(),
  /** °C */
  ambient: z.number().optional(),
});

const patches = z.union([z.string(), z.array(z.string()).min(1)]);

const control = z.strictObject({
  name: z.string().optional(),
  patches,
  quantity: z.enum(['temperature', 'flux', 'coefficient']),
  bounds: point,
  /** Groups of faces along each patch with a value each */
  pieces: z.int().positive().optional(),
  /** Smooth modes along each patch instead */
  modes: z.int().positive().optional(),
  /** Equal on all patches */
  shared: z.boolean().optional(),
  reference: z.number().optional(),
  cost: z.number().min(0).optional(),
});

const objective = z.strictObject({
  kind: z.enum(['cost', 'peak', 'mean', 'uniformity', 'target']),
  weight: z.number().min(0).optional(),
  region: z.string().optional(),
  /** K, of a peak */
  smoothing: positive.optional(),
  /** °C, of a target */
  temperature: z.number().optional(),
  /** Of a cost */
  measure: z.enum(['square', 'absolute']).optional(),
});

const loadCase = z.strictObject({
  name: z.string().min(1),
  probability: z.number().min(0).optional(),
  heat: z.array(heat).min(1),
});

/** A control problem as a file: lengths in `lengthUnit`, all else in SI units and °C. */
export const problemSchema = z.strictObject({
  title: z.string().default('Boundary control'),
  lengthUnit: z.enum(['m', 'mm', 'cm']).default('m'),
  mesh,
  /** Of a plate, in the length unit: power in W becomes W/m³ with it */
  thickness: positive.optional(),
  /** W/(m K): one number, or by region with `default` for the rest */
  conductivity: z.union([positive, z.record(z.string(), positive)]),
  /** Heat given off by the faces of a plate */
  surface: z
    .strictObject({
      coefficient: z.number().min(0),
      ambient: z.number(),
      sides: z.int().min(1).max(2).default(1),
    })
    .optional(),
  heat: z.array(heat).default([]),
  loadCases: z.array(loadCase).min(1).optional(),
  /** By patch; a trailing * stands for any rest of a name, `default` for all others */
  boundary: z.record(z.string(), condition),
  controls: z.array(control).min(1),
  limit: z
    .strictObject({
      maximum: z.number().optional(),
      minimum: z.number().optional(),
      region: z.string().optional(),
      penalty: positive.optional(),
    })
    .optional(),
  objective: z.array(objective).min(1).optional(),
  budgets: z
    .array(
      z.strictObject({
        controls: z.array(z.string()).optional(),
        of: z.enum(['integral', 'mean']),
        minimum: z.number().optional(),
        maximum: z.number().optional(),
      }),
    )
    .optional(),
  robust: z.enum(['worst', 'expectation']).optional(),
  method: z.enum(['auto', 'exact', 'surrogate', 'adjoint', 'adam']).optional(),
  /** A model folder, relative to the problem file, or the name of one that comes with the package */
  surrogate: z.string().optional(),
  seed: z.int().optional(),
});

export type ProblemFile = z.infer<typeof problemSchema>;
