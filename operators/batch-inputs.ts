import { InvalidInputError } from '../common/errors.js';
import type { HostArray } from '../runtime/graph.js';
import type { TensorSpecs } from '../runtime/specs.js';
import type { EncoderInputs } from './encoder-inputs.js';
import { edgeBatch, edgeSpecs } from './graph-network/edge-inputs.js';

/** Arrays of the fields of `OperatorInputs`, by the same names. */
export type BatchArrays = Record<
  'cells' | 'faces' | 'cellMask' | 'faceMask' | 'cellMeasures' | 'faceMeasures',
  HostArray
>;

/**
 * Specifications of the same inputs for a compiler, cell and face counts left open.
 *
 * @param edgeFeatures of inputs that were built with edges
 */
export function batchSpecs(
  cellFeatures: number,
  faceFeatures: number,
  batch: number | string,
  edgeFeatures?: number,
): TensorSpecs {
  const dtype = 'float32';
  return {
    cells: { shape: [batch, 'cells', cellFeatures], dtype },
    faces: { shape: [batch, 'faces', faceFeatures], dtype },
    cellMask: { shape: [batch, 'cells'], dtype },
    faceMask: { shape: [batch, 'faces'], dtype },
    cellMeasures: { shape: [batch, 'cells'], dtype },
    faceMeasures: { shape: [batch, 'faces'], dtype },
    ...(edgeFeatures ? edgeSpecs(edgeFeatures, batch) : {}),
  };
}

/**
 * Stacks meshes of different sizes, padded with zeros to the largest of each count.
 *
 * @throws InvalidInputError when the batch is empty, the feature counts differ, or some members have edges and others not
 */
export function batchInputs(members: readonly EncoderInputs[]): BatchArrays {
  if (members.length === 0) throw new InvalidInputError('batchInputs: the batch is empty');
  const [{ cellFeatures, faceFeatures }] = members;
  for (const member of members) {
    if (member.cellFeatures === cellFeatures && member.faceFeatures === faceFeatures) continue;
    throw new InvalidInputError(
      `batchInputs: all members need ${cellFeatures} cell and ${faceFeatures} face features, ` +
        `got ${member.cellFeatures} and ${member.faceFeatures}; build them with the same options`,
    );
  }
  const cells = Math.max(...members.map(({ cellCount }) => cellCount));
  const faces = Math.max(...members.map(({ faceCount }) => faceCount));
  const edges = members.flatMap((member) => member.edges ?? []);
  if (edges.length > 0 && edges.length < members.length) {
    throw new InvalidInputError(
      `batchInputs: ${edges.length} of ${members.length} members have edges; build them with the same options`,
    );
  }
  const stack = (
    rows: number,
    shape: number[],
    values: (member: EncoderInputs) => Float32Array,
  ): HostArray => {
    const size = shape.reduce((product, extent) => product * extent, rows);
    const data = new Float32Array(members.length * size);
    members.forEach((member, b) => {
      data.set(values(member), b * size);
    });
    return { shape: [members.length, rows, ...shape], data };
  };
  return {
    cells: stack(cells, [cellFeatures], (member) => member.cells),
    faces: stack(faces, [faceFeatures], (member) => member.faces),
    cellMask: stack(cells, [], ({ cellCount }) => new Float32Array(cellCount).fill(1)),
    faceMask: stack(faces, [], ({ faceCount }) => new Float32Array(faceCount).fill(1)),
    cellMeasures: stack(cells, [], (member) => member.cellMeasures),
    faceMeasures: stack(faces, [], (member) => member.faceMeasures),
    ...(edges.length === members.length ? edgeBatch(edges, cells, faces) : {}),
  };
}
