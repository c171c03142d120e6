import { type ProblemFile, problemSchema } from '../problem/problem-schema.js';
import { parseYaml, readYaml } from '../problem/read-yaml.js';

/** Reads a problem file; see {@link readYaml}. */
export const readProblem = (path: string): ProblemFile => readYaml(path, problemSchema);

export const parseProblem = (text: string, path: string): ProblemFile => parseYaml(text, path, problemSchema);
