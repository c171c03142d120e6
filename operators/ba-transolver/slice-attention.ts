import { tf } from '../../runtime/tf.js';
import { linear } from '../layers.js';
import type { ParameterTensors } from '../neural-operator.js';
import { type BaTransolverOptions, headDimension } from './options.js';

/** ε of the two weightings: of counts, and of measures that sum to 1. */
export const EMPTY_SLICE = { counted: 1e-5, 'measure-weighted': 1e-8 } as const;

/** One kind of node (cells or faces) seen through slices. */
export interface Slicing {
  /** `[batch, heads, nodes, slices]`, rows sum to 1 */
  readonly membership: tf.Tensor;
  /** `[batch, 1, nodes, 1]`, weights of the nodes in averages */
  readonly weights: tf.Tensor;
  /** ε, which guards the average of a slice that no node belongs to */
  readonly emptySlice: number;
}

export interface SliceAttention {
  /** `[batch, cells, width]` */
  readonly output: tf.Tensor;
  /** The same for the faces, `[batch, faces, width]`, where the block updates them */
  readonly faceOutput?: tf.Tensor;
  /** h, the normalised cell features it was computed from, `[batch, cells, width]` */
  readonly normalisedCells: tf.Tensor;
  readonly cellSlicing: Slicing;
  /** `[batch, heads, cell slices, head]`, tokens of the cells before attention */
  readonly cellTokens: tf.Tensor;
}

/** `[batch, nodes, heads · d]` → `[batch, heads, nodes, d]` */
export function splitHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, nodes, inner] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, nodes, heads, inner / heads]), [0, 2, 1, 3]);
}

/** `[batch, heads, nodes, d]` → `[batch, nodes, heads · d]` */
export function mergeHeads(x: tf.Tensor): tf.Tensor {
  const [batch, heads, nodes, d] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, nodes, heads * d]);
}

/**
 * z_g = Σ_n w_ng μ_n x_n / (Σ_n w_ng μ_n + ε) with node weights μ, for x `[batch, heads, nodes, d]`.
 *
 * The sum below the line is one more column of the product above it, and the node weights go onto x: the largest arrays
 * of the network, w and its cotangent, are not touched besides. With w μ as an array of its own and its sum over the nodes
 * one training step of width 128, 2 × 2,048 cells took 249 ms of one core, so 229 (its narrow products turned round, too).
 */
export function sliceAverage({ membership, weights, emptySlice }: Slicing, x: tf.Tensor): tf.Tensor {
  const [batch, heads, , d] = x.shape as [number, number, number, number];
  const spread = tf.mul(weights, tf.ones([1, heads, 1, 1]));
  const columns = tf.concat([tf.mul(x, weights), spread], 3);
  const sums = tf.matMul(membership, columns, true, false);
  const numerator = tf.slice(sums, [0, 0, 0, 0], [batch, heads, -1, d]);
  const denominator = tf.slice(sums, [0, 0, 0, d], [batch, heads, -1, 1]);
  return tf.div(numerator, tf.add(denominator, emptySlice));
}

/** Faces as {@link sliceAttention} reads them. */
export interface AttendedFaces {
  /** b, normalised, `[batch, faces, width]` */
  readonly features: tf.Tensor;
  /** `[batch, faces]`, masks or measures, zero in padding */
  readonly weights: tf.Tensor;
  /** Whether the faces are answered, too: only then are their tokens queried. */
  readonly update: boolean;
}

/**
 * Boundary-aware slice attention: w = softmax((S x + s)/τ) per node and head, tokens z = Σ_n w_n f_n / Σ_n w_n of cells
 * and of faces, Z' = softmax(QKᵀ/√D) V over both, y_n = Σ_g w_ng Z'_g over the tokens of the node's kind. Without faces
 * it is Transolver's.
 *
 * `h` `[batch, cells, width]` is normalised; `cellWeights` `[batch, cells]` are masks or measures, zero in padding.
 */
export function sliceAttention(
  parameters: ParameterTensors,
  prefix: string,
  h: tf.Tensor,
  cellWeights: tf.Tensor,
  faces: AttendedFaces | undefined,
  options: BaTransolverOptions,
): SliceAttention {
  const { heads, cellSlices } = options;
  const features = (x: tf.Tensor) => splitHeads(linear(parameters, `${prefix}in_project_fx`, x), heads);
  const spread = ({ membership }: Slicing, answers: tf.Tensor) =>
    linear(parameters, `${prefix}to_out.0`, mergeHeads(tf.matMul(membership, answers)));
  const cellSlicing = slice(parameters, prefix, 'in_project_slice_int', h, cellWeights, options);
  const cellTokens = sliceAverage(cellSlicing, features(h));
  const faceSlicing =
    faces && slice(parameters, prefix, 'in_project_slice_bd', faces.features, faces.weights, options);
  const tokens = faceSlicing
    ? tf.concat([cellTokens, sliceAverage(faceSlicing, features(faces.features))], 2)
    : cellTokens;

  const query = linear(parameters, `${prefix}to_q`, faces?.update ? tokens : cellTokens);
  const key = linear(parameters, `${prefix}to_k`, tokens);
  const value = linear(parameters, `${prefix}to_v`, tokens);
  const scores = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(headDimension(options)));
  const answers = tf.matMul(tf.softmax(scores), value);
  const shared = { normalisedCells: h, cellSlicing, cellTokens };
  if (!faceSlicing || !faces.update) return { output: spread(cellSlicing, answers), ...shared };

  const [batch, , , d] = answers.shape as [number, number, number, number];
  const cellAnswers = tf.slice(answers, [0, 0, 0, 0], [batch, heads, cellSlices, d]);
  const faceAnswers = tf.slice(answers, [0, 0, cellSlices, 0], [batch, heads, -1, d]);
  return {
    output: spread(cellSlicing, cellAnswers),
    faceOutput: spread(faceSlicing, faceAnswers),
    ...shared,
  };
}

function slice(
  parameters: ParameterTensors,
  prefix: string,
  projection: string,
  x: tf.Tensor,
  nodeWeights: tf.Tensor,
  options: BaTransolverOptions,
): Slicing {
  const { heads } = options;
  const [batch, nodes] = nodeWeights.shape;
  // x feeds nothing but the slice logits, so 1/τ goes into its weights instead of onto every node
  const perHead = inverseTemperatures(parameters, prefix, options);
  const d = headDimension(options);
  const scale = tf.reshape(tf.mul(perHead, tf.ones([1, d])), [heads * d, 1]);
  const scaled = {
    [`${projection}.weight`]: tf.mul(parameters[`${prefix}in_project_x.weight`], scale),
    [`${projection}.bias`]: tf.mul(parameters[`${prefix}in_project_x.bias`], tf.reshape(scale, [-1])),
  };
  const projected = splitHeads(linear(scaled, projection, x), heads);
  const logits = linear(
    { [`${projection}.weight`]: parameters[`${prefix}${projection}.weight`] },
    projection,
    projected,
  );
  const shift = tf.mul(parameters[`${prefix}${projection}.bias`], tf.reshape(perHead, [1, heads, 1, 1]));
  const membership = tf.softmax(tf.add(logits, shift));
  return {
    membership,
    weights: tf.reshape(nodeWeights, [batch, 1, nodes, 1]),
    emptySlice: EMPTY_SLICE[options.slices],
  };
}

/** 1/τ of every head, `[heads, 1]` */
function inverseTemperatures(
  parameters: ParameterTensors,
  prefix: string,
  options: BaTransolverOptions,
): tf.Tensor {
  const free = tf.reshape(parameters[`${prefix}temperature`], [options.heads, 1]);
  const temperature =
    options.temperature === 'free' ? free : tf.add(tf.softplus(free), options.temperatureFloor);
  return tf.div(1, temperature);
}
