/** What an array holds. */
export interface ArrayReport {
  /** What it is, where that is known: `batch input y`, `parameter w1`. */
  readonly name?: string;
  readonly shape: readonly number[];
  /** Of the finite values; NaN when there are none. */
  readonly minimum: number;
  readonly maximum: number;
  readonly values: number;
  readonly notANumber: number;
  readonly infinite: number;
  /** Place of the first value that is not finite, row-major, or −1. */
  readonly firstBad: number;
}

/** Where the first value of a training step that is not finite came from. */
export interface Diagnosis {
  /**
   * `batch` and `parameters`: they held such values before the step. `operation`: they did not. `unknown`: the same step
   * computed again on the processor was finite.
   */
  readonly cause: 'batch' | 'parameters' | 'operation' | 'unknown';
  /** The arrays that were bad before the step. */
  readonly bad: readonly ArrayReport[];
  /** The first operation whose result is not finite although its inputs are: `Log (called at file:line:column)`. */
  readonly operation?: string;
  /** What went into it, and what came out. */
  readonly inputs: readonly ArrayReport[];
  readonly output?: ArrayReport;
}

export function arrayReport(data: ArrayLike<number>, shape: readonly number[], name?: string): ArrayReport {
  let [minimum, maximum, notANumber, infinite, firstBad] = [Infinity, -Infinity, 0, 0, -1];
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (Number.isFinite(value)) {
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
      continue;
    }
    if (firstBad < 0) firstBad = i;
    if (Number.isNaN(value)) notANumber++;
    else infinite++;
  }
  if (minimum > maximum) [minimum, maximum] = [Number.NaN, Number.NaN];
  return { name, shape, minimum, maximum, values: data.length, notANumber, infinite, firstBad };
}

export const isBad = ({ notANumber, infinite }: ArrayReport): boolean => notANumber + infinite > 0;

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** `batch input y [2,5]: 1 of 10 values is NaN, the first at 3, the others in [-1.2, 3]` */
function arrayText(report: ArrayReport): string {
  const { name, shape, minimum, maximum, values, notANumber, infinite, firstBad } = report;
  const title = `${name ?? 'an array'} [${shape}]`;
  const range = Number.isNaN(minimum) ? '' : `in [${short(minimum)}, ${short(maximum)}]`;
  if (!isBad(report)) return `${title} ${range || 'without values'}`;
  const kinds = [notANumber > 0 && `${notANumber} NaN`, infinite > 0 && `${infinite} infinite`].filter(
    Boolean,
  );
  return (
    `${title} with ${kinds.join(' and ')} of ${values} values, the first at ${firstBad}` +
    (range && `, the others ${range}`)
  );
}

/** What was found, and what to do about it, as sentences. */
export function diagnosisText({ cause, bad, operation, inputs, output }: Diagnosis): string {
  const list = (reports: readonly ArrayReport[]) => reports.map(arrayText).join('; ');
  switch (cause) {
    case 'batch':
      return `It came with the batch: ${list(bad)}. Look at how the batch is made`;
    case 'parameters':
      return `It came with the state: ${list(bad)}. The step before made it so: lower the learning rate, or set clipNorm`;
    case 'unknown':
      return 'Computed again on the processor the step was finite: the device computes otherwise, or the function is random';
    case 'operation':
      return (
        `Batch and state are finite. The first operation that is not is ${operation}: from ${list(inputs) || 'nothing'} ` +
        `it makes ${output ? arrayText({ ...output, name: 'an array' }) : 'it'}. ` +
        'Keep its argument where it is defined, lower the learning rate, or set clipNorm'
      );
  }
}
