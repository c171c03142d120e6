import type * as tf from '@tensorflow/tfjs-core';
import { CompileError } from './errors.js';
import { noGradient } from './kernel-alternatives.js';
import { inGradientOf, lastCall } from './origin.js';

type Thunks = Record<string, () => tf.Tensor>;

interface TapeNode {
  readonly kernelName: string;
  gradient?: (cotangents: tf.Tensor[]) => Thunks;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
}

/** The part of the engine that writes the tape; not in its declared interface. */
interface Recorder {
  readonly state: { readonly activeTape: TapeNode[] };
  addTapeNode(...node: unknown[]): void;
}

/**
 * Makes second derivatives right where a gradient keeps its operation's *output*.
 *
 * The copy that is kept enters the tape before the operation does. Walked backwards, the tape then reaches the
 * operation before its output has got the copy's cotangent, and the copy counts as a constant, silently. Here an
 * operation is moved in front of the copies of its outputs.
 */
export function orderTape(engine: ReturnType<typeof tf.engine>): void {
  const recorder = engine as unknown as Recorder;
  const { addTapeNode } = recorder;
  recorder.addTapeNode = (...node) => {
    addTapeNode.apply(recorder, node);
    const tape = recorder.state.activeTape;
    const added = tape[tape.length - 1];
    nameGradient(added);
    const outputs = new Set(added.outputs);
    let position = tape.length - 1;
    // the copies, of inputs and outputs in any order, are the last entries
    for (let back = 1; back <= added.saved.length && back < tape.length; back++) {
      const index = tape.length - 1 - back;
      if (Object.values(tape[index].inputs).some((input) => outputs.has(input))) position = index;
    }
    if (position < tape.length - 1) tape.splice(position, 0, tape.pop()!);
  };
}

/** Operations of its gradient then know the operation that they belong to, and so does the refusal of one without. */
function nameGradient(node: TapeNode): void {
  const { gradient, kernelName } = node;
  const origin = lastCall(kernelName);
  if (!origin) return;
  node.gradient = (cotangents) => {
    if (!gradient) throw new CompileError(noGradient(kernelName, origin));
    const thunks = inGradientOf(origin, () => gradient(cotangents));
    return Object.fromEntries(
      Object.entries(thunks).map(([name, thunk]) => [name, () => inGradientOf(origin, thunk)]),
    );
  };
}
