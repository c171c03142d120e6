import { FileError } from '../../common/errors.js';
import type { StepperDescription } from '../../operators/index.js';
import { type Parameters, readInitializers, readOnnx } from '../../runtime/index.js';
import { parseStepperCard, STEPPER_CARD_KEY } from './stepper-card.js';

/** What of a stepper its bounds are computed from: a trained one is one. */
export interface StepperWithWeights {
  readonly stepper: { readonly options: unknown };
  readonly operatorParameters: Parameters;
}

/**
 * Operator, scales and weights of a file of `exportStepper`, for {@link certifyContraction}.
 *
 * @throws FileError when the file is no stepper, or has none of its operator's weights under their names
 */
export function stepperFromOnnx(onnx: Uint8Array): StepperWithWeights {
  const card = parseStepperCard(readOnnx(onnx).metadata[STEPPER_CARD_KEY]);
  const operatorParameters = readInitializers(onnx);
  if (!Object.keys(operatorParameters).some((name) => name.endsWith('.weight'))) {
    throw new FileError(
      'stepperFromOnnx: the file holds no array named …weight; export it with exportStepper',
    );
  }
  const options: StepperDescription = card;
  return { stepper: { options }, operatorParameters };
}
