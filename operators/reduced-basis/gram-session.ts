import { type ElementType, int, ints } from '../../runtime/graph.js';
import { concatBytes, messageField, numberField, textField } from '../../runtime/onnx/wire.js';
import { type ModelNode, writeOnnx } from '../../runtime/onnx/write.js';
import { createSession, tensorFactory } from '../../runtime/session.js';
import { PANEL, type Panels, panelCount } from './panels.js';
import type { GramProduct } from './projected-loss.js';

/** ONNX TensorProto.DataType DOUBLE, an element type that compiled models never hold. */
const FLOAT64 = 11;

export interface GramSession {
  /** For the option `gram` of `projectedLoss`. */
  readonly gram: GramProduct;
  dispose(): Promise<void>;
}

/**
 * ΦᵀBΦ as a float64 MatMul of ONNX Runtime, whose kernels use the processor's vector units.
 *
 * Eight meshes of 1,000 cells, one thread of a 2-core machine, best of several runs, rank 128 / 192: this 10 / 20 ms,
 * blocked TypeScript 31 / 80 ms, plain loops about 100 ms. Two threads were slower (9–20 ms at rank 128) beside the
 * threads that prepare samples, so the session keeps to one. Without ONNX Runtime the TypeScript product serves.
 */
export async function createGramSession(): Promise<GramSession> {
  const session = await createSession(gramModel(), { threads: 1 });
  const create = await tensorFactory();
  const tensor = ({ rows, columns, values }: Panels) =>
    create('float64' as ElementType, {
      shape: [panelCount(columns), rows, PANEL],
      data: values as unknown as Float32Array,
    });
  return {
    gram: async (basis, image) => {
      const { gram } = await session.run({ basis: tensor(basis), image: tensor(image) });
      return withoutPadding(gram.data as unknown as Float64Array, basis.columns);
    },
    dispose: () => session.dispose(),
  };
}

/** basis and image `[panels, rows, 4]` → gram `[4 · panels, 4 · panels]` */
function gramModel(): Uint8Array {
  const node = (op: string, inputs: string[], output: string, attributes: ModelNode['attributes'] = {}) => ({
    op,
    inputs,
    outputs: [output],
    attributes,
  });
  const model = writeOnnx({
    nodes: [
      node('Transpose', ['basis'], 'basisByColumn', { perm: ints([0, 2, 1]) }),
      node('Flatten', ['basisByColumn'], 'left', { axis: int(2) }),
      node('Transpose', ['image'], 'imageByRow', { perm: ints([1, 0, 2]) }),
      node('Flatten', ['imageByRow'], 'right', { axis: int(1) }),
      node('MatMul', ['left', 'right'], 'gram'),
    ],
    inputs: [],
    outputs: [],
    initializers: [],
  });
  // the writer knows no float64; protobuf merges a second graph field into the first
  const declare = (field: number, name: string, dimensions: readonly string[]) => {
    const shape = dimensions.map((dimension) => messageField(1, [textField(2, dimension)]));
    const type = messageField(1, [numberField(1, FLOAT64), messageField(2, shape)]);
    return messageField(field, [textField(1, name), messageField(2, [type])]);
  };
  const declarations = [
    declare(11, 'basis', ['panels', 'rows', 'width']),
    declare(11, 'image', ['panels', 'rows', 'width']),
    declare(12, 'gram', ['columns', 'columns']),
  ];
  return concatBytes([model, messageField(7, declarations)]);
}

/** Drops the zero columns that fill up the last panel. */
function withoutPadding(gram: Float64Array, columns: number): Float64Array {
  const padded = panelCount(columns) * PANEL;
  if (padded === columns) return gram;
  const result = new Float64Array(columns * columns);
  for (let row = 0; row < columns; row++) {
    result.set(gram.subarray(row * padded, row * padded + columns), row * columns);
  }
  return result;
}
