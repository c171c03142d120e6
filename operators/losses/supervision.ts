import { InvalidInputError } from '../../common/errors.js';
import type { HostArray } from '../../runtime/graph.js';
import type { PoissonOperator } from '../../solvers/index.js';

/** What supervises one member of a batch; the solver's side of it, in float64. */
export interface SupervisionSample {
  readonly operator: PoissonOperator;
  /** b, volume-integrated, `[source][cell]` */
  readonly rightHandSides: readonly Float64Array[];
  /** The field that a network's output of 1 stands for; default 1. Projections need none. */
  readonly fieldScale?: number;
  /** Known answers, `[source][cell]`, for the loss on labels. */
  readonly solutions?: readonly Float64Array[];
}

/** Where a run stands, for what changes on its way. */
export interface TrainingMoment {
  /** Updates made before the one at hand. */
  readonly step: number;
  /** Updates of the whole run. */
  readonly steps: number;
}

/** Passed through a training step's `context` to its host functions. */
export interface SupervisionContext {
  readonly samples: readonly SupervisionSample[];
  readonly moment?: TrainingMoment;
}

/** A loss and its cotangent with respect to the fields, `[sample][source][cell]`. */
export interface LossValue {
  readonly value: number;
  readonly cotangents: readonly (readonly Float64Array[])[];
}

/**
 * A loss on predicted fields, evaluated in float64 beside the graph. Its cotangent is written by hand: what it holds
 * constant, and how a gradient flows through a solver where it does not, is the loss's own matter.
 */
export interface FieldLoss {
  readonly name: string;
  /** What it was made with, as plain data; recorded with a run and compared when the run is resumed. */
  readonly options: Readonly<Record<string, unknown>>;
  /**
   * @param fields û, `[sample][source][cell]`
   * @param moment where the run stands; without it, at its end
   */
  evaluate(
    samples: readonly SupervisionSample[],
    fields: readonly (readonly Float64Array[])[],
    moment?: TrainingMoment,
  ): LossValue;
  /**
   * d, `[source][cell]`, what the loss takes for the error u − û of one sample, where it has such a proxy; of zero volume
   * mean where the operator is singular.
   */
  errorProxy?(
    sample: SupervisionSample,
    fields: readonly Float64Array[],
    moment?: TrainingMoment,
  ): Float64Array[];
}

/** @throws InvalidInputError when no samples came with the step */
export function supervisionSamples(
  context: unknown,
  batch: number,
  caller: string,
): readonly SupervisionSample[] {
  const samples = (context as SupervisionContext | undefined)?.samples;
  if (samples?.length !== batch) {
    throw new InvalidInputError(
      `${caller}: expected a context with one sample for each of the ${batch} members of the batch, ` +
        `got ${samples ? samples.length : 'none'}; pass { samples } to the step`,
    );
  }
  return samples;
}

export const supervisionMoment = (context: unknown): TrainingMoment | undefined =>
  (context as SupervisionContext | undefined)?.moment;

export const float32Result = (
  shape: readonly number[],
  data: Float32Array = new Float32Array(product(shape)),
): HostArray => ({
  shape: [...shape],
  data,
});

const product = (shape: readonly number[]) => shape.reduce((size, extent) => size * extent, 1);
