import type { z } from 'zod';
import { readYaml } from '../problem/read-yaml.js';
import { isModule, readModule } from './read-module.js';

/**
 * Data that a schema describes, from YAML (JSON is YAML too) or from the default export of a module.
 *
 * @throws FileError as readYaml and readModule: one sentence for each mistake
 */
export async function readConfig<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  return isModule(path) ? readModule(path, schema) : readYaml(path, schema);
}
