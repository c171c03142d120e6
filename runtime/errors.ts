import { FieldsmithError } from '../common/errors.js';
import type { Diagnosis } from './diagnosis.js';

/** A function that cannot be written as an ONNX graph, with the reason and, where known, the line that asks for it. */
export class CompileError extends FieldsmithError {}

/** Feeds of a compiled graph that do not match its inputs. */
export class FeedError extends FieldsmithError {}

/**
 * A training step whose loss or gradient is not finite. The state is left as it was before the step. Thrown by a training
 * step it carries where the first such value came from.
 */
export class DivergenceError extends FieldsmithError {
  readonly diagnosis?: Diagnosis;

  constructor(message: string, options: ErrorOptions & { readonly diagnosis?: Diagnosis } = {}) {
    super(message, options);
    this.diagnosis = options.diagnosis;
  }
}
