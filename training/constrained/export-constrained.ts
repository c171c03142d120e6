import { InvalidInputError } from '../../common/errors.js';
import { type ConstrainedOperator, isKnownFamily } from '../../operators/index.js';
import {
  exportOnnx,
  loadModel,
  type NamedArrays,
  type NamedTensors,
  type Parameters,
  type TensorSpecs,
} from '../../runtime/index.js';
import { storeArray } from '../model-card.js';
import { CONSTRAINED_CARD_KEY, type ConstrainedCard } from './constrained-card.js';

export interface ExportConstrainedOptions<Inputs> {
  /** Inputs of the file; named dimensions take any size. */
  readonly specs: TensorSpecs;
  /** What the network is given of them: one tensor for a grid operator, all of them for an operator on meshes. */
  readonly inputs: (tensors: NamedTensors) => Inputs;
  /** An input whose basis is stored and compared when the file is opened. */
  readonly probe: NamedArrays;
}

/** Of max |difference| / max |basis|, between processors. */
const PROBE_TOLERANCE = 1e-4;

/**
 * The network of an operator that ends with a constraint, as one ONNX file with the output `basis`, and the constraint's description in
 * its metadata: what opens it solves in TypeScript.
 *
 * @throws InvalidInputError for a family that `constraintFamily` does not know by its name
 */
export async function exportConstrained<Inputs, Sample>(
  operator: ConstrainedOperator<Inputs, Sample>,
  parameters: Parameters,
  { specs, inputs, probe }: ExportConstrainedOptions<Inputs>,
): Promise<Uint8Array> {
  const { network, constraint, solve } = operator.options;
  if (!isKnownFamily(constraint)) {
    throw new InvalidInputError(
      `exportConstrained: the constraint '${constraint.name}' is not one that a file can name; export the network alone`,
    );
  }
  const graph = (metadata?: Record<string, string>) =>
    exportOnnx((tensors, weights) => ({ basis: operator.basis(weights, inputs(tensors)) }), specs, {
      parameters,
      metadata,
    });
  const plain = await loadModel(graph(), { device: 'cpu' });
  try {
    const { basis } = await plain.run(probe);
    const card: ConstrainedCard = {
      format: 'fieldsmith-constrained-1',
      network,
      constraint,
      solve: JSON.parse(JSON.stringify(solve)),
      basisFields: basis.shape[basis.shape.length - 1],
      probe: {
        inputs: Object.fromEntries(Object.entries(probe).map(([name, array]) => [name, storeArray(array)])),
        basis: storeArray(basis),
        tolerance: PROBE_TOLERANCE,
      },
    };
    return graph({ [CONSTRAINED_CARD_KEY]: JSON.stringify(card) });
  } finally {
    await plain.dispose();
  }
}
