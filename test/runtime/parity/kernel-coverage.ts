import { getGradient, registerGradient } from '@tensorflow/tfjs-core/dist/kernel_registry.js';
import { type TensorSpecs, tf } from '../../../runtime/index.js';
import { lowerings } from '../../../runtime/lowerings/all.js';
import { sizesOf } from '../../../runtime/specs.js';
import { trace } from '../../../runtime/trace.js';
import type { TracingBackend } from '../../../runtime/tracing-backend.js';
import { parityCase } from './case.js';
import { TABLE_SIZES } from './entry.js';
import { table } from './table.js';

/** What the table's rows do with one kernel. */
export interface KernelCoverage {
  /** ONNX operators that its lowering was seen to write. */
  readonly operators: Set<string>;
  /** Rows that compute it, in the value or in a gradient. */
  readonly value: Set<string>;
  /** Rows in which a cotangent passes through it. */
  readonly gradient: Set<string>;
  /** Rows in which that passage is differentiated again. */
  readonly second: Set<string>;
}

const BOOLEAN = 'the result is boolean';
const INTEGER = 'the result is integer';
const NO_OPERAND = 'it has no tensor to differentiate by';
const PARTS = 'where there is a gradient, TensorFlow.js calls its parts';

/** Kernels that no second derivative passes through, and why. */
export const WITHOUT_SECOND: Readonly<Record<string, string>> = {
  LogicalAnd: BOOLEAN,
  LogicalNot: BOOLEAN,
  LogicalOr: BOOLEAN,
  LogicalXor: BOOLEAN,
  All: BOOLEAN,
  Any: BOOLEAN,
  IsFinite: BOOLEAN,
  IsInf: BOOLEAN,
  IsNan: BOOLEAN,
  ArgMax: INTEGER,
  ArgMin: INTEGER,
  Fill: NO_OPERAND,
  LinSpace: NO_OPERAND,
  OneHot: NO_OPERAND,
  Range: NO_OPERAND,
  FusedConv2D: PARTS,
  FusedDepthwiseConv2D: PARTS,
  _FusedMatMul: PARTS,
  EluGrad: 'no operation calls it: the gradient of Elu is written with others',
};

const BACKEND = 'fieldsmith-trace';

/** Traces the whole table and watches which kernels are called and which gradients are. */
export function kernelCoverage(): ReadonlyMap<string, KernelCoverage> {
  const coverage = new Map<string, KernelCoverage>();
  for (const name of Object.keys(lowerings))
    coverage.set(name, { operators: new Set(), value: new Set(), gradient: new Set(), second: new Set() });
  let row = '';
  let kind: 'gradient' | 'second' = 'gradient';
  const undo = [...coverage].map(([name, seen]) => watch(name, seen, () => ({ row, kind })));
  try {
    for (const [name, entry] of Object.entries(table)) {
      row = name;
      const order = entry.limit?.order ?? 2;
      kind = 'gradient';
      traced(parityCase(entry, 1, order));
      if (order < 2) continue;
      // the gradients of the first order are those that the second differentiates
      kind = 'second';
      traced(parityCase(entry, 1, 1));
    }
  } finally {
    for (const restore of undo) restore();
  }
  return coverage;
}

function traced({ fn, specs }: ReturnType<typeof parityCase>): void {
  const fixed: TensorSpecs = Object.fromEntries(
    Object.entries(specs).map(([name, { shape, dtype }]) => [
      name,
      { shape: sizesOf(shape, TABLE_SIZES[0]), dtype },
    ]),
  );
  trace(fn, fixed);
}

/** Writes every call of a kernel and of its gradient down; returns what takes the watch off again. */
function watch(
  name: string,
  seen: KernelCoverage,
  now: () => { row: string; kind: 'gradient' | 'second' },
): () => void {
  const kernel = tf.getKernel(name, BACKEND);
  const replaceKernel = (config: tf.KernelConfig) => {
    tf.unregisterKernel(name, BACKEND);
    tf.registerKernel(config);
  };
  replaceKernel({
    ...kernel,
    kernelFunc: (call) => {
      const { nodes } = (call.backend as TracingBackend).graph;
      const before = nodes.length;
      const result = kernel.kernelFunc(call);
      for (const { op } of nodes.slice(before)) if (op !== 'Constant') seen.operators.add(op);
      seen.value.add(now().row);
      return result;
    },
  });
  const gradient = getGradient(name);
  if (gradient) {
    registerGradient({
      ...gradient,
      gradFunc: (...call) => {
        const { row, kind } = now();
        seen[kind].add(row);
        return gradient.gradFunc(...call);
      },
    });
  }
  return () => {
    replaceKernel(kernel);
    if (gradient) registerGradient(gradient);
  };
}
