import { z } from 'zod';
import { FileError } from '../../common/errors.js';
import { storedArraySchema } from '../model-card.js';

const named = z.object({ name: z.string(), options: z.unknown() });

/** `all` or a number is not enough for zod to know what it may hold; the solve checks the rest when it is used. */
const solve = z.looseObject({
  mode: z.enum(['independent', 'coupled']),
  norm: z.enum(['least-squares', 'ritz']),
  experts: z.union([z.int().min(1), z.array(z.int().min(1)).min(1)]),
  overlap: z.number().min(0).max(1),
  samples: z.union([z.int().min(1), z.literal('all')]),
  seed: z.int(),
  weights: z.record(z.string(), z.number()),
  ridge: z.union([
    z.literal('none'),
    z.object({ norm: z.enum(['function', 'coefficients']), weight: z.number().positive() }),
  ]),
  laws: z.enum(['none', 'in-solve', 'projected']),
  start: z.number(),
  solver: z.record(z.string(), z.number()),
  hessian: z.enum(['full', 'gauss-newton']),
  onFailure: z.enum(['continue', 'stop']),
});

/** What an exported operator with a constraint is: `constraint` in the ONNX file's metadata, as JSON. */
export const constrainedCardSchema = z.object({
  format: z.literal('fieldsmith-constrained-1'),
  /** What proposes the basis: the graph of the file. */
  network: named,
  /** The family, found again by its name. */
  constraint: named,
  /** How its solves were set in training; any of it may be changed in use. */
  solve,
  /** N */
  basisFields: z.int().min(1),
  /** Inputs with the basis that the CPU computed of them. */
  probe: z.object({
    inputs: z.record(z.string(), storedArraySchema),
    basis: storedArraySchema,
    tolerance: z.number().positive(),
  }),
});

export type ConstrainedCard = z.infer<typeof constrainedCardSchema>;

/** Key of the card in the ONNX file's metadata. */
export const CONSTRAINED_CARD_KEY = 'constraint';

/** @throws FileError where the text is no such card, naming the first field that is not as it should be */
export function parseConstrainedCard(text: string | undefined): ConstrainedCard {
  if (text === undefined) {
    throw new FileError(
      'openConstrained: the ONNX file has no constraint in its metadata; export it with exportConstrained',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FileError(
      `openConstrained: the constraint's description is not JSON: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  const result = constrainedCardSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new FileError(
      `openConstrained: bad description: ${issue.path.join('.') || 'the whole'}: ${issue.message}`,
    );
  }
  return result.data;
}
