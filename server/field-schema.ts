import { z } from 'zod';

const finite = z.number().nullable();

const guessReport = z.object({
  used: z.boolean(),
  reason: z.string(),
  relativeResidual: finite,
  energyError: finite,
  relativeEnergyError: finite,
  iterationsSaved: finite,
});

const field = {
  mesh: z.object({ dimension: z.int(), cells: z.int() }),
  statistics: z.object({ minimum: z.number(), maximum: z.number(), mean: z.number() }),
  warnings: z.array(z.string()).describe('sentences for people'),
  solution: z.array(z.number()).describe('u of every cell, in the order of the mesh'),
};

/** What `/solve` answers. */
export const solvedSchema = z.object({
  ...field,
  certified: z.boolean().describe('whether the residual that was computed meets the tolerance'),
  certificate: z.object({
    status: z.enum(['converged', 'maximum-iterations', 'breakdown', 'stagnated']),
    reason: z.string(),
    iterations: z.int(),
    corrections: z.int(),
    nonOrthogonalCorrection: z.number(),
    residualNorm: z.number().describe('‖b + s c(u) − B u‖ of the solution, computed anew'),
    relativeResidual: z.number(),
    energyError: finite,
    preconditioner: z.string(),
    diagonalShift: z.number(),
    guess: guessReport.optional(),
    seconds: z.object({ setup: z.number(), guess: z.number(), solve: z.number() }),
  }),
  residualHistory: z.array(z.number()),
  heatBalance: z
    .object({
      patches: z.array(
        z.object({ name: z.string(), area: z.number(), rate: z.number(), meanFlux: z.number() }),
      ),
      source: z.number(),
      reaction: z.number(),
      imbalance: z.number(),
      relativeImbalance: z.number(),
    })
    .optional(),
});

/** What `/predict` answers. */
export const predictedSchema = z.object({
  ...field,
  certified: z.literal(false).describe('a prediction has no certificate; /solve takes it as a guess'),
  model: z.string(),
  range: z
    .object({
      score: finite.describe(
        '0 at the middle of the trained range, 1 at its edge; null where none is recorded',
      ),
      outside: z.boolean(),
      reasons: z.array(z.string()),
      groups: z.record(z.string(), z.number()),
    })
    .describe('how the problem compares with what the model was trained on'),
  relativeResidual: z.number().describe('‖b − B u‖/‖b‖ of the prediction'),
});

/** Numbers of a field alone. */
export const binaryFieldSchema = z
  .string()
  .meta({ format: 'binary' })
  .describe(
    'u of every cell, load case by load case, as little-endian numbers; the header fieldsmith-report holds as much of the rest as it can',
  );

/** A mesh with fields, for ParaView. */
export const vtuSchema = z
  .string()
  .meta({ format: 'binary' })
  .describe(
    'a VTU file: the mesh with the fields on its cells; the header fieldsmith-report as beside numbers',
  );
