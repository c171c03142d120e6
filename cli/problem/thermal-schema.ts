import { z } from 'zod';
import { probability } from '../../control/request-schema.js';
import { TRANSIENT_METHODS } from '../../solvers/transient/runge-kutta.js';
import { conductivitySchema } from './conductivity-schema.js';
import { lengthUnit, meshSchema, positive } from './mesh-schema.js';

/** A number, or its course over time: [seconds, value] pairs with straight lines between them. */
export const quantity = z.union([z.number(), z.array(z.tuple([z.number(), z.number()])).min(1)], {
  error: 'expected a number, or its course over time as [[seconds, value], …]',
});

export type Quantity = z.infer<typeof quantity>;

const heat = z.strictObject({
  /** Everywhere if left out */
  region: z.string().optional(),
  /** W in the region */
  power: quantity.optional(),
  /** W/m³ */
  density: quantity.optional(),
});

const condition = z.strictObject({
  type: z.enum(['temperature', 'flux', 'insulated', 'convection']),
  /** °C of a temperature, W/m² of a flux */
  value: quantity.optional(),
  /** W/(m² K) */
  coefficient: z.number().min(0).optional(),
  /** °C */
  ambient: quantity.optional(),
});

const loadCase = z.strictObject({
  name: z.string().min(1),
  probability,
  heat: z.array(heat).min(1),
});

const time = z.strictObject({
  /** s */
  end: positive,
  /** Fields kept, start and end included */
  frames: z.int().min(2).optional(),
  /** K, estimated error of a step */
  tolerance: positive.optional(),
  /** s, equal steps instead */
  timeStep: positive.optional(),
  method: z.enum(TRANSIENT_METHODS).optional(),
});

const byRegion = (what: string) =>
  z.union([positive, z.record(z.string(), positive)], {
    error: `expected ${what} as one positive number, or by region with default for the rest`,
  });

/** What heats a part and what cools it: lengths in `lengthUnit`, all else in SI units and °C. */
export const thermalShape = {
  lengthUnit,
  mesh: meshSchema,
  /** Of a plate, in the length unit: power in W becomes W/m³ with it */
  thickness: positive.optional(),
  /** W/(m K): one number or a law of the temperature, or either by region with `default` for the rest */
  conductivity: conductivitySchema,
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
  /** A run or model folder or an .onnx file, relative to the problem file, or the name of a model of the package */
  surrogate: z.string().min(1).optional(),
  /** J/(m³ K), ρ c_p, of heat in time */
  heatCapacity: byRegion('J/(m³ K)').optional(),
  /** °C at the start */
  initial: z.number().optional(),
  time: time.optional(),
} as const;

const thermal = z.object(thermalShape);
export type ThermalSection = z.infer<typeof thermal>;
export type HeatSection = ThermalSection['heat'];
export type ConditionSection = ThermalSection['boundary'][string];
