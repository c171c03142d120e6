import { float, type Graph, type Value } from '../graph.js';
import { cast, type KernelCall, type Lowering, type Lowerings } from '../lowering.js';
import { tf } from '../tf.js';

/** ONNX operators of the same meaning. On integers the rounding ones do nothing. */
const UNARY: Readonly<Record<string, string>> = {
  Abs: 'Abs',
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Erf: 'Erf',
  Exp: 'Exp',
  Floor: 'Floor',
  Log: 'Log',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Reciprocal: 'Reciprocal',
  Relu: 'Relu',
  Round: 'Round',
  Sigmoid: 'Sigmoid',
  Sign: 'Sign',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Sqrt: 'Sqrt',
  Tan: 'Tan',
  Tanh: 'Tanh',
};

const ROUNDING = new Set(['Ceil', 'Floor', 'Round']);

function unary(kernel: string): Lowering {
  return ({ graph, inputs: { x } }) =>
    ROUNDING.has(kernel) && x.type === 'int32' ? x : graph.op(UNARY[kernel], [x], x.shape);
}

const scalarLike = (graph: Graph, value: number, like: Value): Value => graph.scalar(value, like.type);

/** x > 0 ? x : slope·x */
function rectify(graph: Graph, x: Value, negative: Value): Value {
  const positive = graph.op('Greater', [x, scalarLike(graph, 0, x)], x.shape, {}, 'bool');
  return graph.op('Where', [positive, x, negative], x.shape, {}, x.type);
}

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

export const elementwise: Lowerings = {
  ...Object.fromEntries(Object.keys(UNARY).map((kernel) => [kernel, unary(kernel)])),
  Expm1: ({ graph, inputs: { x } }) => {
    // e^x − 1 = tanh(x/2)·(e^x + 1) keeps the digits that the subtraction would lose near 0
    const half = graph.op('Tanh', [graph.op('Mul', [x, graph.scalar(0.5)], x.shape)], x.shape);
    return graph.op(
      'Mul',
      [half, graph.op('Add', [graph.op('Exp', [x], x.shape), graph.scalar(1)], x.shape)],
      x.shape,
    );
  },
  Log1p: ({ graph, inputs: { x } }) => {
    // log(1+x) = 2 atanh(x / (2+x)), exact near 0
    const ratio = graph.op('Div', [x, graph.op('Add', [x, graph.scalar(2)], x.shape)], x.shape);
    return graph.op('Mul', [graph.op('Atanh', [ratio], x.shape), graph.scalar(2)], x.shape);
  },
  Rsqrt: ({ graph, inputs: { x } }) => graph.op('Reciprocal', [graph.op('Sqrt', [x], x.shape)], x.shape),
  Square: ({ graph, inputs: { x } }) => graph.op('Mul', [x, x], x.shape),
  Relu6: ({ graph, inputs: { x } }) =>
    graph.op('Clip', [x, scalarLike(graph, 0, x), scalarLike(graph, 6, x)], x.shape),
  Elu: ({ graph, inputs: { x } }) => graph.op('Elu', [x], x.shape, { alpha: float(1) }),
  EluGrad: ({ graph, inputs: { dy, y } }) => {
    // d elu/dx = 1 for y ≥ 0, y + 1 below
    const slope = graph.op('Add', [graph.op('Min', [y, graph.scalar(0)], y.shape), graph.scalar(1)], y.shape);
    return graph.op('Mul', [dy, slope], y.shape);
  },
  Selu: ({ graph, inputs: { x } }) =>
    graph.op('Selu', [x], x.shape, { alpha: float(SELU_ALPHA), gamma: float(SELU_SCALE) }),
  LeakyRelu: ({ graph, inputs: { x }, attributes }: KernelCall<tf.LeakyReluAttrs>) =>
    graph.op('LeakyRelu', [x], x.shape, { alpha: float(attributes.alpha) }),
  Prelu: ({ graph, inputs: { x, alpha } }) => {
    const shape = tf.broadcast_util.assertAndGetBroadcastShape([...x.shape], [...alpha.shape]);
    return rectify(graph, x, graph.op('Mul', [x, alpha], shape));
  },
  Step: ({ graph, inputs: { x }, attributes }: KernelCall<tf.StepAttrs>) => {
    const positive = graph.op('Greater', [x, scalarLike(graph, 0, x)], x.shape, {}, 'bool');
    return graph.op(
      'Where',
      [positive, scalarLike(graph, 1, x), scalarLike(graph, attributes.alpha ?? 0, x)],
      x.shape,
      {},
      x.type,
    );
  },
  ClipByValue: ({ graph, inputs: { x }, attributes }: KernelCall<tf.ClipByValueAttrs>) =>
    graph.op(
      'Clip',
      [x, scalarLike(graph, attributes.clipValueMin, x), scalarLike(graph, attributes.clipValueMax, x)],
      x.shape,
    ),
  IsNan: ({ graph, inputs: { x } }) => graph.op('IsNaN', [x], x.shape, {}, 'bool'),
  IsInf: ({ graph, inputs: { x } }) => graph.op('IsInf', [x], x.shape, {}, 'bool'),
  IsFinite: ({ graph, inputs: { x } }) => {
    const infinite = graph.op('IsInf', [x], x.shape, {}, 'bool');
    const notANumber = graph.op('IsNaN', [x], x.shape, {}, 'bool');
    return graph.op('Not', [graph.op('Or', [infinite, notANumber], x.shape)], x.shape);
  },
  Identity: ({ inputs: { x } }) => x,
  Cast: ({ graph, inputs: { x }, attributes }: KernelCall<tf.CastAttrs>) => {
    if (attributes.dtype !== 'float32' && attributes.dtype !== 'int32' && attributes.dtype !== 'bool') {
      throw new TypeError(`cast: float32, int32 or bool can be compiled, not ${attributes.dtype}`);
    }
    return cast(graph, x, attributes.dtype);
  },
};
