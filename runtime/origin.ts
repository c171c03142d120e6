import { callerFrame } from './stack-frame.js';

/** The operation of TensorFlow.js that a node is written for, and where it was called. */
export interface Origin {
  /** Name of the kernel. */
  readonly kernel: string;
  /** Holds the call stack; its text is made when it is asked for, which is rare and costs more than taking it. */
  readonly call: { readonly stack?: string };
  /** The operation in whose gradient it was called. */
  readonly gradientOf?: Origin;
}

/**
 * Frames of a call that are kept: a composed operation lies below some twenty of TensorFlow.js. Taking a stack cost 16 µs and
 * 3 kB, so 80 ms and 14 MB for a step of 5,000 operations; making its text cost 27 µs more, and is put off.
 */
export const STACK_DEPTH = 40;

const calls = new Map<string, Origin>();
let last: Origin | undefined;
let gradientOf: Origin | undefined;

/** The operation under way. `Error.stackTraceLimit` should be {@link STACK_DEPTH}. */
export function takeOrigin(kernel: string): Origin {
  last = { kernel, call: new Error(kernel), gradientOf };
  calls.set(kernel, last);
  return last;
}

/** The last call of a kernel; for a name that is no kernel (`tf.customGrad`), the last call of any. */
export const lastCall = (kernel: string): Origin | undefined => calls.get(kernel) ?? last;

/** Runs a gradient function: operations within are said to be of the gradient of `origin`. */
export function inGradientOf<Result>(origin: Origin | undefined, body: () => Result): Result {
  const outer = gradientOf;
  gradientOf = origin;
  try {
    return body();
  } finally {
    gradientOf = outer;
  }
}

/** At the end of a trace. */
export function forgetCalls(): void {
  calls.clear();
  last = undefined;
  gradientOf = undefined;
}

/** `file:line:column` of the user's code that called the operation, as far as it is known. */
export function originPlace(origin: Origin): string | undefined {
  // in a gradient the lines above the walk along the tape called the gradient as a whole
  const frame = callerFrame(
    origin.call.stack ?? '',
    origin.gradientOf ? 'backpropagateGradients' : undefined,
  );
  if (frame) return `${frame.file}:${frame.line}:${frame.column}`;
  return origin.gradientOf && originPlace(origin.gradientOf);
}

/** `Log (called at …)`, or `Reciprocal in the gradient of Log (called at …)`. */
export function originText(origin: Origin): string {
  const place = originPlace(origin);
  const names = [origin.kernel];
  for (let outer = origin.gradientOf; outer; outer = outer.gradientOf) names.push(outer.kernel);
  return names.join(' in the gradient of ') + (place ? ` (called at ${place})` : '');
}

/** ` (called at …)` for the call under way, or nothing where the place is not known. */
export function calledHere(call: { readonly stack?: string } = new Error()): string {
  const frame = callerFrame(call.stack ?? '');
  return frame ? ` (called at ${frame.file}:${frame.line}:${frame.column})` : '';
}
