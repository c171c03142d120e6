import { InvalidInputError } from '../../common/errors.js';
import type { Random } from '../../common/random.js';
import { gelu } from '../../runtime/compositions/index.js';
import type { Parameters } from '../../runtime/parameters.js';
import { tf } from '../../runtime/tf.js';
import { addLayerNorm, addLinear, addPerceptron, type LinearInitialisation } from '../layer-parameters.js';
import { layerNorm, linear, perceptron } from '../layers.js';
import type { NeuralOperator, OperatorInputs, ParameterTensors } from '../neural-operator.js';
import { checkGraphNetworkOptions, GRAPH_NETWORK_DEFAULTS, type GraphNetworkOptions } from './options.js';

/** What a round of messages reads and changes. */
interface GraphState {
  /** `[all cells, width]`, the cells of all meshes behind one another */
  readonly cells: tf.Tensor;
  /** `[2 × all edges, width]`, from owner to neighbour, then the other way */
  readonly edges: tf.Tensor;
  /** `[all faces, width]`, ghosts behind the boundary faces, each at its cell */
  readonly ghosts: tf.Tensor;
}

/**
 * Encode, process, decode on the graph of cells that share a face, with a ghost behind every boundary face (the scheme of
 * MeshGraphNets, Pfaff et al., ICLR 2021). Per round, with LN of every update:
 *
 *     e_ij ← e_ij + MLP(e_ij, h_i, h_j)        edges, both ways
 *     g_k  ← g_k + MLP(g_k, h_cell(k))         ghosts
 *     h_i  ← h_i + MLP(h_i, Σ_j e_ji, Σ_k g_k)
 *
 * Its inputs need edges: `train(graphNetwork(…), task, { features: { edges: true } })`, and `encoderFeatureCounts` with the
 * same option counts them. `forward` returns û `[batch, cells, outputs]`, zero in padding.
 *
 * @throws InvalidInputError for sizes that are not positive integers; `forward` for inputs without edges
 */
export function graphNetwork(
  options: Partial<GraphNetworkOptions> = {},
): NeuralOperator<GraphNetworkOptions> {
  const complete = { ...GRAPH_NETWORK_DEFAULTS, ...options };
  checkGraphNetworkOptions(complete);
  return {
    name: 'graph-network',
    options: complete,
    output: 'field',
    initialParameters: (random) => initialParameters(complete, random),
    forward: (parameters, inputs) => forward(parameters, inputs, complete),
  };
}

function forward(
  parameters: ParameterTensors,
  inputs: OperatorInputs,
  options: GraphNetworkOptions,
): tf.Tensor {
  const { edges, edgeMask, edgeOwners, edgeNeighbours, faceEdges, faceCells } = inputs;
  if (!edges || !edgeMask || !edgeOwners || !edgeNeighbours || !faceEdges || !faceCells) {
    throw new InvalidInputError(
      'graphNetwork: the inputs have no edges; build them with the feature option `edges: true`',
    );
  }
  const [batch, cellCount] = inputs.cells.shape;
  const rows = (x: tf.Tensor, columns: number) => tf.reshape(x, [-1, columns]);
  const [owners, neighbours, at] = [edgeOwners, edgeNeighbours, faceCells].map(
    (indices) => tf.reshape(indices, [-1]) as tf.Tensor1D,
  );
  const edgeRows = rows(edges, options.edgeFeatures);
  const graph = {
    senders: tf.concat([owners, neighbours]) as tf.Tensor1D,
    receivers: tf.concat([neighbours, owners]) as tf.Tensor1D,
    edgeMask: tf.tile(rows(edgeMask, 1), [2, 1]),
    at,
    faceMask: rows(inputs.faceMask, 1),
  };
  const encoded = (name: string, x: tf.Tensor) =>
    layerNorm(parameters, `${name}.norm`, perceptron(parameters, name, x));
  let state: GraphState = {
    cells: encoded('encode_cells', rows(inputs.cells, options.cellFeatures)),
    edges: encoded('encode_edges', tf.concat([edgeRows, tf.mul(edgeRows, turned(options.edgeFeatures))])),
    ghosts: encoded(
      'encode_faces',
      tf.concat([rows(inputs.faces, options.faceFeatures), rows(faceEdges, options.edgeFeatures)], 1),
    ),
  };
  for (let layer = 0; layer < options.layers; layer++) {
    state = exchange(parameters, `layers.${layer}.`, state, graph);
  }
  const field = tf.reshape(perceptron(parameters, 'decode', state.cells), [
    batch,
    cellCount,
    options.outputs,
  ]);
  return tf.mul(field, tf.expandDims(inputs.cellMask, 2));
}

function exchange(
  parameters: ParameterTensors,
  prefix: string,
  { cells, edges, ghosts }: GraphState,
  graph: Record<'senders' | 'receivers' | 'at', tf.Tensor1D> & Record<'edgeMask' | 'faceMask', tf.Tensor>,
): GraphState {
  // the first layer of a perceptron of several rows is a sum: what is of cells is multiplied before it is spread
  const updated = (name: string, own: tf.Tensor, others: readonly tf.Tensor[]) => {
    const sum = others.reduce((a, b) => tf.add(a, b), linear(parameters, `${prefix}${name}.own`, own));
    const update = linear(parameters, `${prefix}${name}.post`, gelu(sum));
    return tf.add(own, layerNorm(parameters, `${prefix}${name}.norm`, update));
  };
  const cellTerm = (name: string) => linear(parameters, `${prefix}${name}`, cells);
  const count = cells.shape[0];
  const newEdges = updated('edges', edges, [
    tf.gather(cellTerm('edges.sender'), graph.senders),
    tf.gather(cellTerm('edges.receiver'), graph.receivers),
  ]);
  const newGhosts = updated('ghosts', ghosts, [tf.gather(cellTerm('ghosts.cell'), graph.at)]);
  const received = tf.unsortedSegmentSum(tf.mul(newEdges, graph.edgeMask), graph.receivers, count);
  const fromGhosts = tf.unsortedSegmentSum(tf.mul(newGhosts, graph.faceMask), graph.at, count);
  const newCells = updated('cells', cells, [
    linear(parameters, `${prefix}cells.received`, received),
    linear(parameters, `${prefix}cells.ghosts`, fromGhosts),
  ]);
  return { cells: newCells, edges: newEdges, ghosts: newGhosts };
}

/** −1 for the components of x − x', 1 for the features that both ends share, `[1, feature]`. */
function turned(edgeFeatures: number): tf.Tensor {
  const dimension = edgeFeatures - 3;
  return tf.tensor2d([Array.from({ length: edgeFeatures }, (_, feature) => (feature < dimension ? -1 : 1))]);
}

function initialParameters(options: GraphNetworkOptions, random: Random): Parameters {
  const { cellFeatures, faceFeatures, edgeFeatures, width, layers, outputs } = options;
  const parameters: Parameters = {};
  const initial: LinearInitialisation = { random, rule: 'fan-in' };
  for (const [name, features] of [
    ['encode_cells', cellFeatures],
    ['encode_edges', edgeFeatures],
    ['encode_faces', faceFeatures + edgeFeatures],
  ] as const) {
    addPerceptron(parameters, name, features, width, width, initial);
    addLayerNorm(parameters, `${name}.norm`, width);
  }
  const terms = { edges: ['sender', 'receiver'], ghosts: ['cell'], cells: ['received', 'ghosts'] };
  for (let layer = 0; layer < layers; layer++) {
    for (const [name, others] of Object.entries(terms)) {
      const prefix = `layers.${layer}.${name}.`;
      addLinear(parameters, `${prefix}own`, width, width, initial);
      for (const other of others) {
        addLinear(parameters, `${prefix}${other}`, width, width, { ...initial, bias: 'none' });
      }
      addLinear(parameters, `${prefix}post`, width, width, initial);
      addLayerNorm(parameters, `${prefix}norm`, width);
    }
  }
  addPerceptron(parameters, 'decode', width, width, outputs, initial);
  return parameters;
}
