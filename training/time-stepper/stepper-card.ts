import { z } from 'zod';
import { FileError } from '../../common/errors.js';
import { storedArraySchema } from '../model-card.js';

const perComponent = z.array(z.number().positive()).min(1);

/** What an exported time stepper is: `stepper` in the ONNX file's metadata, as JSON. */
export const stepperCardSchema = z.object({
  format: z.literal('fieldsmith-stepper-1'),
  operator: z.object({ name: z.string(), options: z.unknown() }),
  scales: z.object({ state: perComponent, increment: perComponent, difference: perComponent }),
  conservative: z.boolean(),
  /** Time that one step advances. */
  interval: z.number().positive(),
  components: z.int().min(1),
  /** How many of them, the last ones, no step changes. */
  constants: z.int().min(0).default(0),
  /** Grid, length of the domain and range of ν of the training data; the grid may differ in use. */
  trained: z.object({
    points: z.array(z.int().min(1)).min(1),
    length: z.array(z.number().positive()).min(1),
    viscosity: z.tuple([z.number(), z.number()]),
    method: z.unknown(),
    steps: z.int().min(1),
    batchSize: z.int().min(1),
    seed: z.int(),
  }),
  /** A state with the next one as the CPU computed it. */
  probe: z.object({ state: storedArraySchema, next: storedArraySchema, tolerance: z.number().positive() }),
});

export type StepperCard = z.infer<typeof stepperCardSchema>;

/** Key of the card in the ONNX file's metadata. */
export const STEPPER_CARD_KEY = 'stepper';

/** @throws FileError where the text is no such card, naming the first field that is not as it should be */
export function parseStepperCard(text: string | undefined): StepperCard {
  if (text === undefined) {
    throw new FileError(
      'openStepper: the ONNX file has no stepper card in its metadata; export it with exportStepper',
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FileError(`openStepper: the stepper card is not JSON: ${(cause as Error).message}`, { cause });
  }
  const result = stepperCardSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new FileError(
      `openStepper: bad stepper card: ${issue.path.join('.') || 'the whole'}: ${issue.message}`,
    );
  }
  return result.data;
}
