/**
 * Round tick values inside [minimum, maximum]: multiples of 1, 2 or 5 times a power of ten, at most `limit` of them.
 * An empty or infinite interval has the ticks it can have: its one value, or none.
 */
export function niceTicks(minimum: number, maximum: number, limit = 5): number[] {
  if (!Number.isFinite(minimum) || !Number.isFinite(maximum) || minimum > maximum) return [];
  if (minimum === maximum) return [minimum];
  const span = maximum - minimum;
  const decade = 10 ** Math.floor(Math.log10(span / limit));
  const step = [1, 2, 5, 10, 20].map((m) => m * decade).find((s) => ticksAt(s).length <= limit)!;
  return ticksAt(step);

  function ticksAt(step: number): number[] {
    const ticks: number[] = [];
    const tolerance = 1e-9 * span;
    for (let k = Math.ceil((minimum - tolerance) / step); k * step <= maximum + tolerance; k++) {
      // through decimal digits, so that 3 * 0.1 is 0.3
      ticks.push(Number((k * step).toPrecision(12)) + 0);
    }
    return ticks;
  }
}

/** A number as a reader wants it: `digits` significant digits, plain between 1e-3 and 1e5, else as m×10ⁿ. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return 'no value';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (magnitude >= 1e-3 && magnitude < 1e5) {
    return sign + String(Number(magnitude.toPrecision(Math.max(digits, Math.ceil(Math.log10(magnitude))))));
  }
  const [mantissa, exponent] = magnitude.toExponential(digits - 1).split('e');
  const superscript = Number(exponent)
    .toString()
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);
  return `${sign}${Number(mantissa)}×10${superscript}`;
}

/** A fraction as a percentage with three significant digits: 0.03216 → "3.22 %". */
export function formatPercent(fraction: number): string {
  if (!Number.isFinite(fraction)) return 'unknown';
  const percent = 100 * fraction;
  return `${Math.abs(percent) >= 1e-3 && Math.abs(percent) < 1e3 ? percent.toPrecision(3) : formatNumber(percent, 3)} %`;
}

/** A duration in the unit that suits it: 0.00042 → "0.42 ms", 75 → "75 s", 612 → "10.2 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${formatNumber(1000 * seconds, 3)} ms`;
  return seconds < 120 ? `${formatNumber(seconds, 3)} s` : `${formatNumber(seconds / 60, 3)} min`;
}
