import { type ElementType, type Graph, int, type Value } from '../graph.js';
import { cast, inputList, type Lowering, type Lowerings } from '../lowering.js';
import { tf } from '../tf.js';

const ARITHMETIC: Readonly<Record<string, string>> = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Pow: 'Pow',
  Maximum: 'Max',
  Minimum: 'Min',
};

const COMPARISON: Readonly<Record<string, string>> = {
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  LogicalXor: 'Xor',
};

const broadcast = (a: Value, b: Value): number[] =>
  tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);

export function binary(graph: Graph, op: string, a: Value, b: Value, type: ElementType = a.type): Value {
  return graph.op(op, [a, b], broadcast(a, b), {}, type);
}

/** ONNX has no bool arithmetic: it is done on integers, as TensorFlow.js does on bytes. */
function arithmetic(op: string): Lowering {
  return ({ graph, inputs: { a, b } }) => {
    if (a.type !== 'bool') return binary(graph, op, a, b);
    return cast(graph, binary(graph, op, cast(graph, a, 'int32'), cast(graph, b, 'int32')), 'bool');
  };
}

function comparison(op: string): Lowering {
  return ({ graph, inputs: { a, b } }) => {
    const ordered = a.type === 'bool' && (op.startsWith('Greater') || op.startsWith('Less'));
    return ordered
      ? binary(graph, op, cast(graph, a, 'int32'), cast(graph, b, 'int32'), 'bool')
      : binary(graph, op, a, b, 'bool');
  };
}

function floorOfQuotient(graph: Graph, a: Value, b: Value): Value {
  const quotient = binary(graph, 'Div', cast(graph, a, 'float32'), cast(graph, b, 'float32'));
  return graph.op('Floor', [quotient], quotient.shape);
}

export const binaryLowerings: Lowerings = {
  ...Object.fromEntries(Object.entries(ARITHMETIC).map(([kernel, op]) => [kernel, arithmetic(op)])),
  ...Object.fromEntries(Object.entries(COMPARISON).map(([kernel, op]) => [kernel, comparison(op)])),
  NotEqual: ({ graph, inputs: { a, b } }) => {
    const equal = binary(graph, 'Equal', a, b, 'bool');
    return graph.op('Not', [equal], equal.shape);
  },
  SquaredDifference: ({ graph, inputs: { a, b } }) => {
    const difference = binary(graph, 'Sub', a, b);
    return graph.op('Mul', [difference, difference], difference.shape);
  },
  FloorDiv: ({ graph, inputs: { a, b } }) => cast(graph, floorOfQuotient(graph, a, b), a.type),
  // the remainder has the sign of the divisor
  Mod: ({ graph, inputs: { a, b } }) =>
    a.type === 'int32'
      ? graph.op('Mod', [a, b], broadcast(a, b), { fmod: int(0) })
      : binary(graph, 'Sub', a, binary(graph, 'Mul', b, floorOfQuotient(graph, a, b))),
  Atan2: ({ graph, inputs: { a: y, b: x } }) => {
    const zero = graph.scalar(0);
    const shape = broadcast(y, x);
    const below = binary(graph, 'Less', y, zero, 'bool');
    // the half-turn that atan(y/x) misses when x is negative, with the sign of y
    const halfTurn = graph.op(
      'Where',
      [below, graph.scalar(-Math.PI), graph.scalar(Math.PI)],
      y.shape,
      {},
      'float32',
    );
    const left = binary(graph, 'Less', x, zero, 'bool');
    const correction = graph.op('Where', [left, halfTurn, zero], shape, {}, 'float32');
    const quotient = binary(graph, 'Div', y, x);
    const angle = binary(graph, 'Add', graph.op('Atan', [quotient], shape), correction);
    const bothZero = binary(
      graph,
      'And',
      binary(graph, 'Equal', x, zero, 'bool'),
      binary(graph, 'Equal', y, zero, 'bool'),
    );
    return graph.op('Where', [bothZero, zero, angle], shape, {}, 'float32');
  },
  AddN: (call) => {
    const terms = inputList(call);
    return terms.slice(1).reduce((sum, term) => binary(call.graph, 'Add', sum, term), terms[0]);
  },
  Select: ({ graph, inputs: { condition, t, e } }) => {
    // a condition of lower rank selects whole rows
    const aligned =
      condition.shape.length === t.shape.length || condition.shape.length === 0
        ? condition
        : graph.op(
            'Reshape',
            [
              condition,
              graph.vector([...condition.shape, ...t.shape.slice(condition.shape.length).map(() => 1)]),
            ],
            [...condition.shape, ...t.shape.slice(condition.shape.length).map(() => 1)],
          );
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(broadcast(t, e), [...aligned.shape]);
    return graph.op('Where', [aligned, t, e], shape, {}, t.type);
  },
};
