import { type Dim, dimText } from '../dimensions.js';
import type { Attribute, ElementData, ElementType } from '../graph.js';
import { ELEMENT_TYPE_CODES } from '../lowering.js';
import {
  bytesField,
  concatBytes,
  floatField,
  messageField,
  numberField,
  type Part,
  textField,
  varint,
} from './wire.js';

/** Operator set of the written models; reductions take their axes as inputs since 18. */
const OPSET = 18;
/** ONNX format version that belongs to operator set 18. */
const IR_VERSION = 8;

export interface ModelNode {
  readonly op: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface ModelTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dim[];
}

export interface Model {
  readonly nodes: readonly ModelNode[];
  readonly inputs: readonly ModelTensor[];
  readonly outputs: readonly ModelTensor[];
  readonly initializers: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: ElementType;
    readonly data: ElementData;
  }[];
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A model as an ONNX file. Sizes that follow named dimensions are written as texts such as `cells` or `2*cells`. */
export function writeOnnx({ nodes, inputs, outputs, initializers, metadata = {} }: Model): Uint8Array {
  const graph = [
    ...nodes.map((node) => messageField(1, nodeParts(node))),
    textField(2, 'fieldsmith'),
    ...initializers.map(({ name, shape, type, data }) =>
      messageField(5, [
        bytesField(1, concatBytes(shape.map((size) => varint(size)))),
        numberField(2, ELEMENT_TYPE_CODES[type]),
        textField(8, name),
        bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
      ]),
    ),
    ...inputs.map((tensor) => messageField(11, tensorParts(tensor))),
    ...outputs.map((tensor) => messageField(12, tensorParts(tensor))),
  ];
  return concatBytes([
    numberField(1, IR_VERSION),
    textField(2, 'fieldsmith'),
    messageField(7, graph),
    messageField(8, [textField(1, ''), numberField(2, OPSET)]),
    ...Object.entries(metadata).map(([key, value]) =>
      messageField(14, [textField(1, key), textField(2, value)]),
    ),
  ]);
}

function nodeParts({ op, domain, inputs, outputs, attributes }: ModelNode): Part[] {
  const parts = [
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, op),
  ];
  for (const [name, attribute] of Object.entries(attributes))
    parts.push(messageField(5, attributeParts(name, attribute)));
  if (domain) parts.push(textField(7, domain));
  return parts;
}

function attributeParts(name: string, attribute: Attribute): Part[] {
  if ('int' in attribute) return [textField(1, name), numberField(3, attribute.int), numberField(20, 2)];
  if ('float' in attribute) return [textField(1, name), floatField(2, attribute.float), numberField(20, 1)];
  if ('text' in attribute) return [textField(1, name), textField(4, attribute.text), numberField(20, 3)];
  return [textField(1, name), ...attribute.ints.map((value) => numberField(8, value)), numberField(20, 7)];
}

function tensorParts({ name, type, dims }: ModelTensor): Part[] {
  const shape = dims.map((dim) =>
    messageField(1, [typeof dim === 'number' ? numberField(1, dim) : textField(2, dimText(dim))]),
  );
  const tensorType = [numberField(1, ELEMENT_TYPE_CODES[type]), messageField(2, shape)];
  return [textField(1, name), messageField(2, [messageField(1, tensorType)])];
}
