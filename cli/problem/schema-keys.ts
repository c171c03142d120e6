import { z } from 'zod';

/** Keys that an object of a schema may have, at a path of the data. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[], data: unknown): string[] {
  let current: z.ZodType | undefined = schema;
  let value = data;
  for (const key of path) {
    current = current && inner(unwrapped(current, value), key);
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  const found = current && unwrapped(current, value);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

function inner(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)] as z.ZodType | undefined;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return undefined;
}

function unwrapped(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return unwrapped(schema.unwrap() as z.ZodType, value);
  return schema;
}
