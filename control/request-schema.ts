import { z } from 'zod';

/**
 * What a controlled problem is said in, wherever it is written down: problem files of the command line and requests to the service
 * put their own names of patches, regions and shapes around it. Not among the exports of `control`, which needs no zod.
 */

/** u of a Dirichlet patch or the coolant's of a Robin patch; W/m² of a Neumann patch; h of a Robin patch. */
const quantity = z.enum(['temperature', 'flux', 'coefficient']);

/** Of a `BoundaryControl`, beside its patches, bounds and shape. */
export const boundaryControlShape = {
  quantity: quantity.describe(
    'u of a Dirichlet patch or the coolant’s of a Robin patch; W/m² of a Neumann patch; h of a Robin patch',
  ),
  shared: z.boolean().optional().describe('equal values on all patches'),
  reference: z.number().optional().describe('value without control, where cost is zero'),
  cost: z.number().min(0).optional(),
} as const;

/** Of `ObjectiveTerm`: names of its kinds, and what some of them take. */
export const OBJECTIVE_KINDS = ['cost', 'peak', 'mean', 'uniformity', 'target'] as const;

export const objectiveShape = {
  weight: z.number().min(0).optional(),
  /** K, of a peak */
  smoothing: z.number().positive().optional(),
  /** Of a cost */
  measure: z.enum(['square', 'absolute']).optional(),
} as const;

/** Temperatures to keep: of `TemperatureLimit`. */
export const limitShape = {
  maximum: z.number().optional(),
  minimum: z.number().optional(),
} as const;

/** Of a `ControlBudget`, beside the names of its controls. */
export const budgetShape = {
  of: z.enum(['integral', 'mean']),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
} as const;

/** A load case's share in an expectation. */
export const probability = z.number().min(0).optional();

/** How to plan. */
export const planShape = {
  robust: z.enum(['worst', 'expectation']).optional(),
  method: z.enum(['auto', 'exact', 'surrogate', 'adjoint', 'adam']).optional(),
  seed: z.int().optional(),
} as const;
