/** What an update rule needs to know: sizes in the order of the packed vector, and the schedule. */
export interface RuleSettings {
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly learningRate: (t: number) => number;
  readonly beta1: (t: number) => number;
}

/** An optimizer written out in float64: the next θ from θ, its gradient and t = 1, 2, …; it keeps its own moments. */
export type Rule = (theta: readonly number[], gradient: readonly number[], t: number) => number[];

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const zeros = ({ shapes }: RuleSettings): number[] =>
  Object.values(shapes).flatMap((shape) => Array<number>(product(shape)).fill(0));

export interface SgdRuleOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
}

export function sgdRule(
  settings: RuleSettings,
  { momentum = 0, nesterov = false, weightDecay = 0 }: SgdRuleOptions = {},
): Rule {
  const velocity = zeros(settings);
  return (theta, gradient, t) =>
    theta.map((value, i) => {
      velocity[i] = momentum * velocity[i] + gradient[i];
      const direction = nesterov ? gradient[i] + momentum * velocity[i] : velocity[i];
      const rate = settings.learningRate(t);
      return value * (1 - rate * weightDecay) - rate * direction;
    });
}

export function adamRule(settings: RuleSettings, beta2: number, weightDecay: number): Rule {
  const [m, v] = [zeros(settings), zeros(settings)];
  return (theta, gradient, t) =>
    theta.map((value, i) => {
      const [rate, beta1] = [settings.learningRate(t), settings.beta1(t)];
      m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
      v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] ** 2;
      const step = m[i] / (1 - beta1 ** t) / (Math.sqrt(v[i] / (1 - beta2 ** t)) + 1e-8);
      return value * (1 - rate * weightDecay) - rate * step;
    });
}

export function muonRule(settings: RuleSettings, weightDecay: number): Rule {
  const adamStep = adamRule(settings, 0.999, 0);
  const m = zeros(settings);
  return (theta, gradient, t) => {
    const next = adamStep(theta, gradient, t);
    const rate = settings.learningRate(t);
    let offset = 0;
    for (const shape of Object.values(settings.shapes)) {
      const length = product(shape);
      if (shape.length === 2 && Math.min(...shape) > 1) {
        const direction: number[] = [];
        for (let i = offset; i < offset + length; i++) {
          m[i] = 0.95 * m[i] + 0.05 * gradient[i];
          direction.push(0.95 * m[i] + 0.05 * gradient[i]);
        }
        const scale = rate * 0.2 * Math.sqrt(Math.max(...shape));
        orthogonalised(direction, shape).forEach((value, i) => {
          next[offset + i] = theta[offset + i] * (1 - rate * weightDecay) - scale * value;
        });
      }
      offset += length;
    }
    return next;
  };
}

/** a X + b (X Xᵀ) X + c (X Xᵀ)² X five times on the matrix as it is: the polynomial acts on singular values alone. */
function orthogonalised(flat: readonly number[], [rows, columns]: readonly number[]): number[] {
  const norm = Math.hypot(...flat) + 1e-7;
  let x = Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (__, c) => flat[r * columns + c] / norm),
  );
  const times = (a: number[][], b: number[][]) =>
    a.map((row) => b[0].map((_, c) => row.reduce((sum, value, k) => sum + value * b[k][c], 0)));
  for (let i = 0; i < 5; i++) {
    const square = times(
      x,
      x[0].map((_, c) => x.map((row) => row[c])),
    );
    const [first, second] = [times(square, x), times(square, times(square, x))];
    x = x.map((row, r) =>
      row.map((value, c) => 3.4445 * value - 4.775 * first[r][c] + 2.0315 * second[r][c]),
    );
  }
  return x.flat();
}
