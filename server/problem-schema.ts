import { z } from 'zod';
import { PRECONDITIONER_NAMES } from '../solvers/preconditioner-choice.js';
import { meshRequestSchema } from './mesh-request.js';

/** Hex digits of a SHA-256 digest: no other text can name a mesh. */
export const meshIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected the 64 hexadecimal digits that an upload was answered with')
  .describe('SHA-256 of the mesh, as POST /meshes answers it');

const perRegion = z.record(z.string(), z.number()).describe('one value per region of the mesh, by name');

const box = z.strictObject({
  low: z.array(z.number()).min(2).max(3),
  high: z.array(z.number()).min(2).max(3),
  value: z.number(),
});

export const cellValuesSchema = z.union([
  z.number().describe('the same in every cell'),
  z.strictObject({ values: z.array(z.number()) }).describe('one value per cell, in the order of the mesh'),
  z.strictObject({ regions: perRegion }),
  z.strictObject({ cellData: z.string() }).describe('a field of the uploaded file, by name'),
  z
    .strictObject({ boxes: z.array(box).max(1000), elsewhere: z.number().default(0) })
    .describe('cells whose centroid lies in a box; where boxes overlap, the last one counts'),
]);

/** Values of the cells. */
export type CellValues = z.infer<typeof cellValuesSchema>;

const conductivitySchema = z.union([
  ...cellValuesSchema.options,
  z
    .strictObject({ tensor: z.array(z.number()) })
    .describe('a symmetric tensor: xx, xy, yy in 2D; xx, xy, xz, yy, yz, zz in 3D'),
]);

const faceValuesSchema = z.union([
  z.number(),
  z.strictObject({ values: z.array(z.number()) }).describe('one value per face of the patch'),
]);

/** Values of the faces of a patch. */
export type FaceValues = z.infer<typeof faceValuesSchema>;

export const boundaryConditionSchema = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({ type: z.literal('dirichlet'), value: faceValuesSchema }),
      z.strictObject({ type: z.literal('neumann'), flux: faceValuesSchema.describe('W/m² into the domain') }),
      z.strictObject({ type: z.literal('robin'), coefficient: faceValuesSchema, ambient: faceValuesSchema }),
      z.strictObject({
        type: z.literal('periodic'),
        partner: z.string(),
        translation: z.array(z.number()).min(2).max(3).optional(),
      }),
    ],
    { error: 'expected the type dirichlet, neumann, robin or periodic' },
  )
  .meta({ id: 'BoundaryCondition' });

/** −∇·(κ∇u) + c u = q on a mesh, as a request states it. */
export const problemSchema = z.strictObject({
  mesh: z.union([z.strictObject({ id: meshIdSchema }), meshRequestSchema]),
  conductivity: conductivitySchema.default(1).describe('κ, W/(m K)'),
  reaction: cellValuesSchema.optional().describe('c ≥ 0, W/(m³ K)'),
  source: cellValuesSchema.default(0).describe('q, W/m³'),
  boundaryConditions: z
    .record(z.string(), boundaryConditionSchema)
    .describe('by patch; a name that ends in * stands for all patches that begin so and are not named'),
  contactResistances: z
    .array(z.strictObject({ interface: z.string(), resistance: z.number() }))
    .max(1000)
    .optional()
    .describe('m² K/W'),
});

export type ProblemRequest = z.infer<typeof problemSchema>;

export const modelName = z.string().max(200).describe('one of GET /models');

export const solveRequestSchema = problemSchema.extend({
  guess: z.strictObject({ model: modelName }).optional().describe('the solve starts from its prediction'),
  relativeTolerance: z.number().min(1e-15).max(0.5).optional(),
  maximumIterations: z.int().min(1).max(100_000).optional(),
  preconditioner: z.enum(['auto', ...PRECONDITIONER_NAMES]).optional(),
  nonOrthogonalCorrection: z.union([z.boolean(), z.number().min(0).max(1)]).optional(),
  neumannImbalance: z.enum(['refuse', 'remove']).optional(),
  heatBalance: z.boolean().default(false).describe('adds what crosses every patch to an answer in JSON'),
});

export type SolveRequest = z.infer<typeof solveRequestSchema>;

export const predictRequestSchema = problemSchema.extend({
  model: modelName,
  neumannImbalance: z.enum(['refuse', 'remove']).optional(),
  outOfRange: z
    .enum(['warn', 'refuse'])
    .default('warn')
    .describe('whether a problem outside of what the model was trained on is answered'),
});

export type PredictRequest = z.infer<typeof predictRequestSchema>;
