import { z } from 'zod';
import {
  boundaryControlShape,
  budgetShape,
  limitShape,
  objectiveShape,
  planShape,
  probability,
} from '../control/request-schema.js';
import { cellValuesSchema, modelName, problemSchema } from './problem-schema.js';

const name = z.string().max(200);
const patchNames = z.union([name, z.array(name).min(1).max(1000)]);

const regionSchema = z.union([
  z.string().describe('a region of the mesh'),
  z.strictObject({ low: z.array(z.number()), high: z.array(z.number()) }).describe('a box of cell centroids'),
  z.strictObject({ values: z.array(z.number()) }).describe('one value per cell; 0 leaves a cell out'),
]);

/** Cells that count. */
export type RegionRequest = z.infer<typeof regionSchema>;

const shapeSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('uniform') }),
    z.strictObject({ kind: z.literal('pieces'), count: z.int().min(1).max(64) }),
    z.strictObject({ kind: z.literal('modes'), count: z.int().min(1).max(64) }),
  ],
  { error: 'expected the kind uniform, pieces or modes' },
);

const boundaryControlSchema = z.strictObject({
  name: name.optional(),
  patches: patchNames.describe('a name that ends in * stands for all patches that begin so'),
  ...boundaryControlShape,
  bounds: z.tuple([z.number(), z.number()]),
  shape: shapeSchema.optional(),
});

const { weight, smoothing, measure } = objectiveShape;
const region = regionSchema.optional();

const termSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('peak'), weight, region, smoothing }),
    z.strictObject({ kind: z.literal('mean'), weight, region }),
    z.strictObject({ kind: z.literal('uniformity'), weight, region }),
    z.strictObject({ kind: z.literal('target'), weight, region, field: cellValuesSchema }),
    z.strictObject({ kind: z.literal('cost'), weight, measure }),
  ],
  { error: 'expected the kind peak, mean, uniformity, target or cost' },
);

const limitSchema = z.strictObject({
  ...limitShape,
  region,
  form: z.union([z.literal('constraint'), z.strictObject({ penalty: z.number().positive() })]).optional(),
});

const budgetSchema = z.strictObject({
  controls: z.array(name).max(100).optional(),
  ...budgetShape,
});

/** A problem with what may be changed on its boundary, and to what end. */
export const controlRequestSchema = problemSchema.extend({
  controls: z.array(boundaryControlSchema).min(1).max(100),
  limit: limitSchema.optional().describe('temperatures that must be kept in every load case'),
  objective: z.array(termSchema).min(1).max(20).optional().describe('by default the cost of control'),
  budgets: z.array(budgetSchema).max(20).optional(),
  loadCases: z
    .array(
      z.strictObject({
        name: name.optional(),
        source: cellValuesSchema,
        probability,
      }),
    )
    .min(1)
    .max(64)
    .optional()
    .describe('by default the source of the problem'),
  ...planShape,
  model: modelName
    .optional()
    .describe('surrogate that plans may be made with; they are verified all the same'),
  outOfRange: z.enum(['try', 'refuse']).optional(),
  refinementSteps: z.int().min(0).max(100).optional(),
  starts: z.int().min(1).max(32).optional(),
  relativeTolerance: z.number().min(1e-14).max(1e-3).optional(),
  nonOrthogonalCorrection: z.boolean().optional(),
});

export type ControlRequest = z.infer<typeof controlRequestSchema>;

const figure = z.number().nullable();
const beforeAndAfter = z.object({ before: z.number(), predicted: figure, verified: z.number() });

/** What `/control` answers. */
export const controlledSchema = z.object({
  mesh: z.object({ dimension: z.int(), cells: z.int() }),
  verdict: z
    .enum(['success', 'surrogate mismatch', 'optimizer failure', 'infeasible', 'outside training range'])
    .describe('on certified fields, whatever proposed the plan'),
  sentence: z.string().describe('the verdict for people'),
  method: z.enum(['exact', 'surrogate', 'adjoint', 'adam']),
  reason: z.string().describe('why this method'),
  peak: beforeAndAfter.describe('largest temperature over all load cases'),
  objective: beforeAndAfter,
  cost: z.number(),
  excess: figure.describe('of the fields over the limits, K, error bound included; null without limits'),
  certificate: z.object({
    relativeResidual: z.number(),
    errorBound: z.number(),
    nonOrthogonalCorrection: z.boolean(),
  }),
  gradientCosine: figure,
  refinement: z.object({ steps: z.int(), solverSlopes: z.boolean() }),
  trainedRange: z.object({ outside: z.boolean(), reasons: z.array(z.string()) }).optional(),
  solves: z.int(),
  seconds: z.object({ before: z.number(), plan: z.number(), verify: z.number(), total: z.number() }),
  cases: z.array(z.object({ name: z.string(), peakBefore: z.number(), peakAfter: z.number() })),
  controls: z.array(
    z.object({
      name: z.string(),
      quantity: z.string(),
      unit: z.string(),
      bounds: z.tuple([z.number(), z.number()]),
      parameters: z.record(z.string(), z.number()),
      least: z.number(),
      mean: z.number(),
      largest: z.number(),
      integral: z.number(),
    }),
  ),
  infeasible: z
    .object({
      leastExcess: z.number(),
      witnesses: z.array(z.object({ cell: z.int(), loadCase: z.int(), weight: z.number() })),
    })
    .optional(),
  boundaryConditions: z.record(z.string(), z.unknown()).describe('those of the plan, as /solve takes them'),
  history: z.array(
    z.object({
      stage: z.string(),
      parameters: z.array(z.number()),
      objective: figure,
      peak: figure,
      excess: figure,
      certified: z.boolean(),
    }),
  ),
  before: z.array(z.array(z.number())).describe('u of every load case without control, `[case][cell]`'),
  after: z.array(z.array(z.number())).describe('u of every load case with the plan, `[case][cell]`'),
});
