import { HttpProblem } from './http-problem.js';

/** Values of a request beside its long lists of numbers: each one that a schema does not expect costs memory and time. */
const MOST_VALUES = 100_000;
const DEEPEST = 32;
/** Lists under this key are as long as a mesh. */
const LONG_LIST = 'values';

/**
 * Refuses JSON that is nested too deeply or has too many parts, before a schema looks at each of them: of a million values
 * that are not what they should be, it would give a million reports.
 *
 * @throws HttpProblem 400
 */
export function requireModestShape(root: unknown): void {
  let count = 0;
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) {
      throw refusal(`is nested deeper than ${DEEPEST} levels`);
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (value === null || typeof value !== 'object') continue;
      const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
      for (const [key, part] of entries) {
        if (++count > MOST_VALUES) {
          throw refusal(
            `has more than ${MOST_VALUES} values outside of lists of numbers under '${LONG_LIST}'`,
          );
        }
        if (key === LONG_LIST && isNumbers(part)) continue;
        next.push(part);
      }
    }
    level = next;
  }
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}

function refusal(what: string): HttpProblem {
  return new HttpProblem(400, `request: the body ${what}`, { kind: 'InvalidRequest' });
}
