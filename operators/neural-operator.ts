import type { Random } from '../common/random.js';
import type { Parameters } from '../runtime/parameters.js';
import type { tf } from '../runtime/tf.js';

/** Parameters as tensors, by name; what a traced or eager forward pass reads. */
export type ParameterTensors = Readonly<Record<string, tf.Tensor>>;

/**
 * What every operator of this folder reads, padded to the largest mesh of the batch. Features are dimensionless.
 * Padded rows may hold anything finite; masks and measures are zero there.
 */
export interface OperatorInputs {
  /** `[batch, cells, features]`; for a field operator the last feature is the scaled source */
  readonly cells: tf.Tensor;
  /** `[batch, faces, features]`, boundary faces only */
  readonly faces: tf.Tensor;
  /** `[batch, cells]`, 1 for a cell, 0 for padding */
  readonly cellMask: tf.Tensor;
  /** `[batch, faces]` */
  readonly faceMask: tf.Tensor;
  /** `[batch, cells]`, share of the domain's volume; sums to 1 over each mesh, 0 in padding */
  readonly cellMeasures: tf.Tensor;
  /** `[batch, faces]`, share of the boundary's area */
  readonly faceMeasures: tf.Tensor;
  /** Pairs of cells that share a face, once each, where the inputs were built with edges: `[batch, edges, features]` */
  readonly edges?: tf.Tensor;
  /** `[batch, edges]`, 1 for an edge, 0 for padding */
  readonly edgeMask?: tf.Tensor;
  /** `[batch, edges]`, cells numbered through the batch: cell c of member b is b · cells + c */
  readonly edgeOwners?: tf.Tensor;
  /** `[batch, edges]`, numbered alike */
  readonly edgeNeighbours?: tf.Tensor;
  /** Boundary faces as edges to their cells: `[batch, faces, features]` */
  readonly faceEdges?: tf.Tensor;
  /** `[batch, faces]`, numbered alike */
  readonly faceCells?: tf.Tensor;
}

/** A neural operator: plain TensorFlow.js functions of (parameters, inputs), so that it can run eagerly or be traced. */
export interface NeuralOperator<Options = unknown> {
  readonly name: string;
  readonly options: Options;
  /** What `forward` returns: one field value a cell, or a basis whose span a projection answers in. */
  readonly output: 'field' | 'basis';
  /** Fresh parameters; equal random streams give equal bytes. */
  initialParameters(random: Random): Parameters;
  /** `[batch, cells, outputs]` */
  forward(parameters: ParameterTensors, inputs: OperatorInputs): tf.Tensor;
}
