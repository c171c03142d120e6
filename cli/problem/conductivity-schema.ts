import { z } from 'zod';
import { positive } from './mesh-schema.js';

const LAW_KEYS = ['table', 'polynomial', 'temperatureUnit'] as const;

const pairs = z
  .array(
    z.tuple([z.number(), positive], { error: 'expected two numbers, temperature and positive W/(m K)' }),
    {
      error: 'expected pairs [temperature, W/(m K)], at least two',
    },
  )
  .min(2)
  .superRefine((table, context) => {
    const wrong = table.findIndex(([temperature], i) => i > 0 && !(temperature > table[i - 1][0]));
    if (wrong < 0) return;
    context.addIssue({
      code: 'custom',
      path: [wrong],
      message: `temperatures of a table must rise, got ${table[wrong][0]} after ${table[wrong - 1][0]}`,
    });
  });

/** κ of the temperature: straight lines between the pairs of a table, constant beyond them; or c₀ + c₁T + c₂T² + … */
const law = z
  .object({
    table: pairs.optional(),
    polynomial: z.array(z.number()).min(1).optional(),
    /** Of the temperatures in the law */
    temperatureUnit: z.enum(['C', 'K']).optional(),
  })
  .superRefine(({ table, polynomial }, context) => {
    if ((table === undefined) !== (polynomial === undefined)) return;
    context.addIssue({ code: 'custom', message: 'expected either a table or a polynomial' });
  });

export type ConductivityLaw = z.infer<typeof law>;
type Conductivity = number | ConductivityLaw;
export type ConductivitySection = Conductivity | Readonly<Record<string, Conductivity>>;

const EXPECTED =
  'expected W/(m K) as one positive number, of the temperature as { table: [[T, κ], …] } or { polynomial: [c0, c1, …] }, ' +
  'or either by region with default for the rest';

/**
 * W/(m K): a number or a law, or either by region with `default` for the rest. An object is a law where it has a key of one: errors
 * name the place in the branch that was meant.
 */
export const conductivitySchema = z.unknown().superRefine((given, context) => {
  const expected = (path: PropertyKey[], message = EXPECTED) =>
    void context.addIssue({ code: 'custom', path, message });
  const check = (value: unknown, path: PropertyKey[]) => {
    if (typeof value === 'number') {
      if (!(value > 0 && Number.isFinite(value))) expected(path, 'expected number to be >0');
      return;
    }
    if (!isObject(value)) return expected(path);
    for (const key of Object.keys(value)) {
      if ((LAW_KEYS as readonly string[]).includes(key)) continue;
      expected([...path, key], `means nothing to a law of κ, which takes ${LAW_KEYS.join(', ')}`);
    }
    for (const { path: inside, ...issue } of law.safeParse(value).error?.issues ?? []) {
      context.addIssue({ ...issue, path: [...path, ...inside] } as Parameters<typeof context.addIssue>[0]);
    }
  };
  if (!isObject(given) || isLaw(given)) return check(given, []);
  const entries = Object.entries(given);
  if (entries.length === 0) return expected([]);
  for (const [region, value] of entries) check(value, [region]);
}) as unknown as z.ZodType<ConductivitySection>;

/** Whether an object is a law, not values by region. */
export function isLaw(value: ConductivitySection | object): value is ConductivityLaw {
  // a region may be called table; its value is none
  return (
    typeof value === 'object' &&
    (Array.isArray((value as { table?: unknown }).table) ||
      Array.isArray((value as { polynomial?: unknown }).polynomial))
  );
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
